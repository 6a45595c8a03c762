"""The search for a good grouping: seeded starts, each annealed and evened out, the best of all kept; small groups
that are still outside the tolerance are cut anew.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gridmgmt_plugin.core.grouping.anneal import Annealing
from gridmgmt_plugin.core.grouping.growth import first_grouping
from gridmgmt_plugin.core.grouping.problem import Problem, scaled
from gridmgmt_plugin.core.grouping.recut import recut_pass
from gridmgmt_plugin.core.grouping.scores import Best, Watcher
from gridmgmt_plugin.core.grouping.state import State
from gridmgmt_plugin.core.progress import Progress

# Where groups remain outside the tolerance, the last part of the cooling is made again, so often at most.
REWARMINGS, REWARM_AT = 3, 0.6
# Every second start lets borders count so much less in the end: it finds a balance that compact groups do not have.
LOOSE = 10.0


def search(
    problem: Problem,
    seed: int,
    on_best: Watcher | None,
    progress: Progress,
    is_enough: Callable[[], bool] = lambda: False,
) -> np.ndarray:
    """Return the best grouping found, int64 (n,); equal problem and ``seed`` give the same one.

    :param is_enough: asked now and then; when it says so the search ends with the best grouping so far.
    """
    problem = scaled(problem)
    best = Best(problem, on_best)
    starts, sweeps = effort(len(problem.load))
    if problem.group_count in (len(problem.load), int(problem.part.max()) + 1):
        starts, sweeps = 1, 0  # one unit per group or one group per part: nothing to search
    for start in range(starts):
        rng = np.random.default_rng([seed, start])
        step = progress.part(start / starts, (start + 1) / starts)
        run = Annealing(problem, first_grouping(problem, rng), rng, best, is_enough)
        run.cool(sweeps, step.part(0.0, 0.7), loose=LOOSE if start % 2 else 1.0)
        run.even_out(step.part(0.7, 0.75))
        for again in range(REWARMINGS if starts == 1 and sweeps else 0):
            if run.balanced or is_enough():
                break
            part = step.part(0.75 + again / 12, 0.75 + (again + 1) / 12)
            run.cool(sweeps // 6, part.part(0.0, 0.7), REWARM_AT)
            run.even_out(part.part(0.7, 1.0))
        if is_enough():
            break
    if not is_enough():
        state = State(problem, best.label)
        if recut_pass(problem, state):
            best.offer(state.labels.copy())
    progress.report(1.0)
    return best.label


def effort(units: int) -> tuple[int, int]:
    """Return how many starts and how many sweeps per start: small problems are searched more, at equal cost."""
    return int(np.clip(600 // units, 1, 24)), int(np.clip(units, 200, 700))

"""Where a code came from and what follows it: from the code register and the code map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gridmgmt_plugin.core.codes.stored import register_kind
from gridmgmt_plugin.core.rows import Rows

_SEPARATOR = ","


@dataclass(frozen=True)
class Lineage:
    """``predecessors`` and ``successors``: (kind, code) → codes, sorted."""

    predecessors: Mapping[tuple[str, str], tuple[str, ...]]
    successors: Mapping[tuple[str, str], tuple[str, ...]]

    def of_layers(self, scheme: str) -> Lineage:
        """Return the lineage by the names of layers: responsibility grids are registered under their scheme."""
        kind = register_kind("responsibility_grid", scheme)
        sides = [
            {("responsibility_grid" if key[0] == kind else key[0], key[1]): codes for key, codes in side.items()}
            for side in (self.predecessors, self.successors)
        ]
        return Lineage(*sides)

    def between(self, kind: str, before: Collection[str], now: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the codes of ``before`` that are gone → those of ``now`` that follow them, over whatever came and
        went between the two; a code that nothing follows is not there.
        """
        found: dict[str, tuple[str, ...]] = {}
        for code in sorted(set(before) - set(now)):
            heirs: set[str] = set()
            seen, asked = {code}, [code]
            while asked:
                for heir in self.successors.get((kind, asked.pop()), ()):
                    if heir in now:
                        heirs.add(heir)
                    elif heir not in seen:
                        seen.add(heir)
                        asked.append(heir)
            if heirs:
                found[code] = tuple(sorted(heirs))
        return found


def lineage(register: Rows, code_map: Rows, units: Rows, lanes: Rows | None = None) -> Lineage:
    """Return the lineage of all codes.

    :param register: ``code_register`` (retired codes name their successors); :param code_map: ``code_map``;
    :param units: ``unit_grid``, whose ``prior_code`` names where a unit grid came from; so does that of ``lanes``.
    """
    pairs: set[tuple[str, str, str]] = set()
    if "successors" in register:
        for kind, code, successors in zip(register["kind"], register["code"], register["successors"]):
            pairs.update((kind, code, heir) for heir in (successors or "").split(_SEPARATOR) if heir)
    if "old_code" in code_map:
        for kind, old, new in zip(code_map["kind"], code_map["old_code"], code_map["new_code"]):
            pairs.add((kind, old, new))
    for kind, rows in (("unit_grid", units), ("lane", lanes)):
        if rows is not None and "prior_code" in rows:
            pairs.update((kind, old, new) for old, new in zip(rows["prior_code"], rows["code"]))
    before, after = defaultdict(set), defaultdict(set)
    for kind, old, new in pairs:
        if old and new and old != new:
            before[kind, new].add(old)
            after[kind, old].add(new)
    return Lineage(
        {key: tuple(sorted(codes)) for key, codes in before.items()},
        {key: tuple(sorted(codes)) for key, codes in after.items()},
    )

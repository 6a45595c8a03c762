"""Labels: which polygon each face belongs to, so that every face has one owner and every owner hangs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmgmt_plugin.core.coverage.graph.faces import Faces, is_thin
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.geometry.pairs import connected_groups

NOBODY = -1


@dataclass(frozen=True)
class FaceGraph:
    """Neighbouring faces: int64 ``first`` < ``second`` and their shared ``length``; ``area`` per face."""

    first: np.ndarray
    second: np.ndarray
    length: np.ndarray
    area: np.ndarray

    def spread(
        self, label: np.ndarray, seeking: np.ndarray, allowed: tuple[np.ndarray, np.ndarray] | None = None
    ) -> np.ndarray:
        """Give each seeking face the label with which it shares the longest edge, round by round.

        ``label``: int64 per face, −1 for nobody. ``seeking``: bool per face. ``allowed``: int64 arrays of faces and
        labels, the pairs to choose from; ``None`` = any. Ties go to the smaller label. A face that no labelled
        face touches keeps −1. A label that hung together before does so afterwards.
        """
        label = label.copy()
        one, two = np.r_[self.first, self.second], np.r_[self.second, self.first]
        length = np.r_[self.length, self.length]
        span = int(label.max(initial=0)) + 1
        if allowed is not None:
            span = max(span, int(allowed[1].max(initial=0)) + 1)
        while True:
            use = seeking[one] & (label[one] == NOBODY) & (label[two] != NOBODY)
            key, inverse = np.unique(one[use] * span + label[two[use]], return_inverse=True)
            shared = np.bincount(inverse, weights=length[use], minlength=len(key))
            if allowed is not None:
                fits = np.isin(key, allowed[0] * span + allowed[1])
                key, shared = key[fits], shared[fits]
            if len(key) == 0:
                return label
            order = np.lexsort((key % span, -shared, key // span))
            face = key[order] // span
            top = np.r_[True, face[1:] != face[:-1]]
            label[face[top]] = key[order][top] % span

    def components(self, label: np.ndarray) -> np.ndarray:
        """Return a number per face, equal for faces of one label that hang together by edges."""
        same = label[self.first] == label[self.second]
        return connected_groups(len(label), self.first[same], self.second[same])

    def detached(self, label: np.ndarray) -> np.ndarray:
        """Return the mask of labelled faces outside the largest connected component of their label."""
        part = self.components(label)
        area = np.bincount(part, weights=self.area)
        of_part = np.full(len(area), NOBODY)
        of_part[part] = label
        order = np.lexsort((np.arange(len(area)), -area, of_part))
        first = np.r_[True, of_part[order][1:] != of_part[order][:-1]] if len(order) else np.zeros(0, dtype=bool)
        main = np.zeros(len(area), dtype=bool)
        main[order[first]] = True
        return np.asarray((label != NOBODY) & ~main[part])


def settle_overlaps(
    graph: FaceGraph, face: np.ndarray, item: np.ndarray, item_area: np.ndarray, disputed: np.ndarray
) -> np.ndarray:
    """Return one owner per face from the pairs ``(face, item)`` of cover; −1 where nothing covers.

    ``disputed``: bool per face, which faces with several owners to settle; they go to the owner whose undisputed
    ground shares the longest edge with them. An item of which more than half is disputed would be eaten up that
    way: it takes precedence in its own ground, the most disputed first, then the smaller position.
    """
    count = len(graph.area)
    cover = np.bincount(face, minlength=count)
    label = np.full(count, NOBODY, dtype=np.int64)
    alone = cover[face] == 1
    label[face[alone]] = item[alone]
    own = np.bincount(item[alone], weights=graph.area[face[alone]], minlength=len(item_area))
    share = np.divide(own, item_area, out=np.zeros(len(own)), where=item_area > 0)
    contested = disputed[face] & ~alone
    weak = contested & (share[item] < 0.5)
    order = np.lexsort((item[weak], share[item[weak]], face[weak]))
    chosen = face[weak][order]
    top = np.r_[True, chosen[1:] != chosen[:-1]] if len(chosen) else np.zeros(0, dtype=bool)
    label[chosen[top]] = item[weak][order][top]
    seeking = disputed & (cover > 1) & (label == NOBODY)
    label = graph.spread(label, seeking, (face[contested], item[contested]))
    rest = contested & (label[face] == NOBODY)
    label[face[rest][::-1]] = item[rest][::-1]  # no undisputed neighbour at all: the smallest position
    return label


def thin_groups(faces: Faces, graph: FaceGraph, mask: np.ndarray, width_m: float) -> np.ndarray:
    """Return the faces under ``mask`` that together with their neighbours under it are thin."""
    both = mask[graph.first] & mask[graph.second]
    group = connected_groups(len(faces), graph.first[both], graph.second[both])
    numbers, of_face = np.unique(group[mask], return_inverse=True)
    wholes = dissolve(faces.geometry[mask], of_face, len(numbers))
    thin = np.zeros(len(faces), dtype=bool)
    thin[mask] = is_thin(wholes, width_m)[of_face]
    return thin

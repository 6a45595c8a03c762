"""What gestures are called when somebody reads about them."""

from __future__ import annotations

from collections.abc import Iterable

from gridmgmt_plugin.project.i18n import tr, translatable

_NAMES = {
    "draw": translatable("Draw"),
    "split": translatable("Split"),
    "merge": translatable("Merge"),
    "reshape": translatable("Reshape"),
    "vertex": translatable("Vertex"),
    "give": translatable("Hand over ground"),
    "absorb": translatable("Absorb sliver"),
    "enclose": translatable("Enclosed block to cell"),
    "clean": translatable("Clean"),
    "repair": translatable("Repair"),
    "recode": translatable("New codes"),
    "qgis": translatable("QGIS's own tools"),
}


def gesture_names(kinds: Iterable[str]) -> list[str]:
    """Return the names of gestures, each once, in the order of their first appearance."""
    return [tr(_NAMES[kind]) if kind in _NAMES else kind for kind in dict.fromkeys(kinds) if kind]

"""The tools for street-lanes on the map, in the order of their submenu."""

from __future__ import annotations

from gridmgmt_plugin.gui.frame.action_spec import WORKING, ActionSpec
from gridmgmt_plugin.project.i18n import translatable

#: The group of the tools.
LANES = "lanes"

LANE_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "lane_make",
        LANES,
        translatable("Lane from streets"),
        translatable("Pick pieces of street by click or drag and make a street-lane of them, or change one"),
        WORKING,
        checkable=True,
        mnemonic="F",
    ),
    ActionSpec(
        "lane_draw",
        LANES,
        translatable("Draw lane"),
        translatable("Draw a street-lane by hand; it snaps to streets and lanes"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="D",
    ),
    ActionSpec(
        "lane_extend",
        LANES,
        translatable("Extend lane"),
        translatable("Draw on from the end of a street-lane"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="E",
    ),
    ActionSpec(
        "lane_split",
        LANES,
        translatable("Split lane"),
        translatable("Click a street-lane to part it there; the longer part keeps the code"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="S",
    ),
    ActionSpec(
        "lane_merge",
        LANES,
        translatable("Merge lanes"),
        translatable("Make several street-lanes one; officers go on, the other codes end"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="M",
    ),
    ActionSpec(
        "lane_reverse",
        LANES,
        translatable("Reverse lane"),
        translatable("Let a street-lane run the other way: from and to change places"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="R",
    ),
    ActionSpec(
        "lane_abolish",
        LANES,
        translatable("Abolish lane"),
        translatable("End a street-lane: its posts end, its code is never given again, its row stays"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="A",
    ),
)

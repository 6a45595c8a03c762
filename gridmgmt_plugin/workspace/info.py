"""What a workspace says about itself: frame, precision, code layouts, policies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gridmgmt_plugin.core.class_catalogues import class_catalogues
from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.codes.parts import SPLIT_POLICIES
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.workspace.light.copy_mark import WORKING_COPY, home_of, moment_of
from gridmgmt_plugin.workspace.schema import SCHEMA_VERSION

# The numbers that EPSG gives to reference systems.
_EPSG_NUMBERS = range(1024, 32768)
# A grid of coordinates coarser than this would move borders that people see.
_COARSEST_M = 1.0
# What leads every key: letters and digits as a keyboard writes them.
_CODE = re.compile("[0-9A-Za-z]+")


@dataclass(frozen=True)
class WorkspaceInfo:
    """The content of ``workspace_info``.

    ``precision_m``: the coordinate grid of the workspace in metres. Layout keys name entries of
    ``resources/layouts/codes.json``, catalogues name files of ``resources/catalogues``.
    """

    frame: Frame
    county_code: str
    county_name: str = ""
    schema_version: int = SCHEMA_VERSION
    precision_m: float = 0.001
    code_layout: str = "gb30428_2013"
    responsibility_layout: str = "rg_community_15"
    split_policy: str = "larger_keeps"
    component_catalogue: str = "components"
    event_catalogue: str = "events"
    checklist: str = "shi_wu_2023"
    classification: str = "内部"
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def copied_at(self) -> str:
        """Return when it was made as a working copy (``2026-03-02 09:30:00``), "" where it is none."""
        return moment_of(self.more.get(WORKING_COPY))

    @property
    def copied_from(self) -> str:
        """Return where the workspace lies that it is a working copy of, as lists name it, "" where it is none."""
        return home_of(self.more.get(WORKING_COPY))

    def entries(self) -> dict[str, str]:
        """Return the key–value pairs that are stored."""
        stored = {
            "crs_kind": self.frame.kind,
            "crs_epsg": "" if self.frame.epsg is None else str(self.frame.epsg),
            "crs_label": self.frame.label,
        }
        for item in fields(self):
            if item.name not in ("frame", "more"):
                stored[item.name] = str(getattr(self, item.name))
        return {**stored, **self.more}

    @classmethod
    def from_entries(cls, entries: Mapping[str, str]) -> WorkspaceInfo:
        """Read the stored pairs.

        :raises WorkspaceError: ``workspace_info_incomplete`` when an entry that must be there is missing,
            ``workspace_info_invalid`` when one says what cannot be.
        """
        rest = {key: value for key, value in entries.items() if isinstance(value, str)}  # nothing at all is no entry
        try:
            epsg = rest.pop("crs_epsg")
            frame = Frame(kind=rest.pop("crs_kind"), epsg=int(epsg) if epsg else None, label=rest.pop("crs_label"))
            known: dict[str, Any] = {}
            for item in fields(cls):
                if item.name in ("frame", "more"):
                    continue
                value = rest.pop(item.name)
                known[item.name] = {"schema_version": int, "precision_m": float}.get(item.name, str)(value)
        except (KeyError, ValueError) as error:
            raise WorkspaceError("workspace_info_incomplete", entry=str(error)) from error
        found = cls(frame=frame, more=rest, **known)
        found._refuse_invalid()
        return found

    def _refuse_invalid(self) -> None:
        """Make sure that what is named exists among our own data: a name may not lead out of ``resources``."""
        known = class_catalogues()
        checks = {
            "crs_kind": self.frame.kind in ("epsg", "local"),
            "crs_epsg": _is_metric(self.frame),
            "crs_label": bool(self.frame.label.strip()),
            "county_code": _CODE.fullmatch(self.county_code) is not None,
            "precision_m": 0 < self.precision_m <= _COARSEST_M,
            "code_layout": _is_layout(self.code_layout),
            "responsibility_layout": _is_layout(self.responsibility_layout),
            "split_policy": self.split_policy in SPLIT_POLICIES,
            "component_catalogue": self.component_catalogue in known,
            "event_catalogue": self.event_catalogue in known,
        }
        for name, is_valid in checks.items():
            if not is_valid:
                raise WorkspaceError("workspace_info_invalid", entry=name, value=shortened(self.entries()[name], 40))


def _is_metric(frame: Frame) -> bool:
    """Tell whether the number of a frame may name one in metres; a local frame has none.

    EPSG gives out new numbers: one that this PROJ does not know yet may stand in a workspace made by a newer one.
    """
    if frame.kind != "epsg" or frame.epsg is None:
        return frame.kind != "epsg" and frame.epsg is None
    try:
        return Frame.of_epsg(frame.epsg).epsg == frame.epsg
    except InputError as error:
        return error.code == "epsg_unknown" and frame.epsg in _EPSG_NUMBERS


def _is_layout(key: str) -> bool:
    try:
        layout(key)
    except InputError:
        return False
    return True

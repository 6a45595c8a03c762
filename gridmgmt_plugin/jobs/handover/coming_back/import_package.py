"""Take a package into a workspace: all in one transaction, with a sentence for all that it could not bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.core.titles import CountedTitles, ListedTitles
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.exchange.package_back.contents import Contents, read_contents
from gridmgmt_plugin.exchange.package_back.parts import Part, title_of
from gridmgmt_plugin.exchange.package_back.unpacking import unpacked
from gridmgmt_plugin.jobs.handover.coming_back.content_back import (
    TABLES,
    UNIT,
    Content,
    areas_of,
    content_of,
    refuse_other_place,
)
from gridmgmt_plugin.jobs.handover.coming_back.incoming import Incoming, incoming, told_of_references
from gridmgmt_plugin.jobs.handover.coming_back.merging import Merged, merged
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE, JOB = "import_package", "importpackage"
_HELD = (*dict.fromkeys(TABLES.values()), "scheme", "code_register", "lane_area", "component", "cases", "ledger_item")
_RESPONSIBILITY = "responsibility"
_COUNTED = ("added", "updated", "unchanged")
_SENTENCES = {
    "added": "package_back_added",
    "updated": "package_back_updated",
    "only_here": "package_back_only_here",
}
# What comes back by another way: consent is what lets a contact go out, the rest is of the release.
_FOLLOWING = {"publish_consent", "receiver", "department_code", "expected_parts"}


@collecting_seldom()
def import_package(
    workspace: Workspace,
    package: Path | str,
    *,
    scheme: str = "",
    encoding: str = "auto",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Bring layers and tables of a package into a workspace; what is there is updated by key, nothing is removed.

    A package of ours brings back every value that it delivers. One of another hand, without our manifest, is read by
    the names of its files and headings; what is missing in it or not understood is told.

    :param package: zip, folder, or the manifest in a folder. :param scheme: key of the grid scheme that the
        responsibility grids belong to, where the package does not say; :param encoding: of its texts.
    :raises InputError: what :func:`.unpacked`, :func:`.read_contents`, :func:`.content_of` and :func:`.merged` raise,
        ``package_back_other_county``, ``package_back_other_frame``, ``package_back_other_layout``.
    :raises WorkspaceError: ``workspace_without_areas``, or that the workspace cannot be written.
    """
    progress, info = progress or Progress(), workspace.info
    progress.report(0.0)
    location = workspace.location
    elsewhere = location.path.parent if isinstance(location, GeoPackageLocation) else None
    with unpacked(package, elsewhere) as folder:
        contents = read_contents(folder, encoding, progress.part(0.0, 0.4))
        refuse_other_place(contents.manifest, info)
        is_ours = contents.manifest is not None
        parts: dict[str, Incoming] = {}
        for part in contents.parts:  # areas come first
            if part.name == _RESPONSIBILITY:
                continue
            areas = Rows()
            if part.name == UNIT:
                given = parts["area"].rows if "area" in parts else None
                areas = areas_of(given, workspace.read("area"))
            parts[part.name] = incoming(part, info.frame, info.precision_m, areas, is_ours=is_ours)
        told = next((part for part in contents.parts if part.name == _RESPONSIBILITY), None)
        if told is not None:
            parts[_RESPONSIBILITY] = Incoming(_RESPONSIBILITY, _in_columns(told), len(told.source), {}, (), ())
    progress.report(0.6)
    act = Act.now(GESTURE, author)
    with workspace.transaction(author, GESTURE) as transaction:
        for table in _HELD:
            transaction.hold(table)
        present = {name: workspace.read(name) for name in ("area", UNIT, "scheme")}
        content = content_of(contents, parts, present, info, scheme.strip())
        found = merged(workspace, content, act)
        notes = _references(workspace, content)
        progress.report(0.9)
        if found.column is not None and found.column not in present[UNIT]:
            transaction.add_column(UNIT, found.column, "text")
        write_rows(transaction, found.changes, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(contents, parts, content, found, notes)


def _in_columns(part: Part) -> Rows:
    """Return a table that is worked out for packages alone under our names of its columns."""
    rows = part.source.rows
    return Rows({column: clean_codes(rows[heading]) for column, heading in (part.fields or {}).items()})


def _references(workspace: Workspace, content: Content) -> list[Message]:
    """Return what to tell of rows that name what neither package nor workspace has."""
    known: dict[str, set[str]] = {}
    for name, column in (("departments", "code"), ("persons", "id"), ("area", "code")):
        table = TABLES[name]
        keys = workspace.read(table, [column], geometry=False)[column].tolist()
        rows = content.rows.get(name, Rows())
        known[table] = {str(key) for key in (*keys, *(rows[column].tolist() if len(rows) else ()))}
    parts = {name: rows for name, rows in content.rows.items() if len(rows)}
    return told_of_references(known, parts, load_json("schema/relations.json"))


def _report(
    contents: Contents, parts: Mapping[str, Incoming], content: Content, found: Merged, references: list[Message]
) -> Report:
    reasons: Counter[str] = Counter()
    for part in parts.values():
        reasons.update(part.reasons)
    sums = {name: sum(of[name] for of in found.figures.values()) for name in _COUNTED}
    figures: dict[str, Any] = {
        "rows": sum(part.given for part in parts.values()),
        **sums,
        "layers": {name: dict(of) for name, of in found.figures.items()},
        "missing": list(contents.missing),
    }
    return Report(
        JOB,
        accepted=sums["added"] + sums["updated"] + sums["unchanged"],
        rejected=sum(reasons.values()),
        reasons=dict(reasons),
        rejected_rows=tuple(row for part in parts.values() for row in part.rejected),
        figures=figures,
        notes=(
            *_headline(content, found, contents.gone),
            *contents.notes,
            *(note for part in parts.values() for note in part.notes),
            *content.notes,
            *found.notes,
            *references,
            *_losses(contents, found),
        ),
    )


def _headline(content: Content, found: Merged, gone: int) -> list[Message]:
    """Return what came of the package in a sentence each: new, changed, only here; ``gone``: files not there."""
    notes = []
    for key, code in _SENTENCES.items():
        counts = {TABLES[name]: of[key] for name, of in found.figures.items() if of[key]}
        if counts:
            notes.append(Message(code, {"layers": CountedTitles("layers", counts)}))
    if not any(of["added"] + of["updated"] for of in found.figures.values()):
        notes.append(Message("nothing_changed"))
    if content.is_ours:
        code = "package_back_of_release_in_part" if gone else "package_back_of_release"
        notes.append(Message(code, {"release": content.release, **({"count": gone} if gone else {})}))
    return notes


def _losses(contents: Contents, found: Merged) -> list[Message]:
    """Return what the package could not bring: layers that are not in it, columns that no package has."""
    notes = []
    if contents.missing:
        missing = ListedTitles(
            "tables", {"titles": [package_specs()[name].table or name for name in contents.missing]}
        )
        notes.append(Message("package_back_missing", {"count": len(contents.missing), "layers": missing}))
    if contents.manifest is None:
        return notes
    for name, figures in found.figures.items():
        spec = package_specs()[name]
        told = {field.column for field in spec.fields} | _FOLLOWING
        lost = [column for column in definition_of(spec.table).column_names if column not in told]
        if figures["added"] and lost:
            titles = ListedTitles("columns", {"titles": [f"{spec.table}.{column}" for column in lost]})
            notes.append(Message("package_back_not_carried", {"layer": title_of(name), "columns": titles}))
    return notes

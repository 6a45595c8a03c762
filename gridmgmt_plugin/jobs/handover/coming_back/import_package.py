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
from gridmgmt_plugin.jobs.handover.coming_back.code_kinds import with_known_kinds
from gridmgmt_plugin.jobs.handover.coming_back.content_back import (
    TABLES,
    UNIT,
    Content,
    content_of,
    refuse_other_place,
)
from gridmgmt_plugin.jobs.handover.coming_back.drawn_ground import joined_areas
from gridmgmt_plugin.jobs.handover.coming_back.incoming import Incoming, incoming, told_of_references
from gridmgmt_plugin.jobs.handover.coming_back.merging import Merged, followed_points, merged
from gridmgmt_plugin.jobs.handover.coming_back.other_cells import JOB
from gridmgmt_plugin.jobs.handover.coming_back.redrawn_cells import followed_cells, write_redrawn
from gridmgmt_plugin.jobs.unchanged import refuse_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.followers import POINT_TABLES
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "import_package"
_RELEASE = "release"
# What a package is held against, and what else is written with it.
_COMPARED = (*dict.fromkeys(TABLES.values()), "covered_extent", "scheme", _RELEASE, "code_register")
_FOLLOWING_TABLES = ("lane_area", *POINT_TABLES)
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
    redraw: bool = False,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Bring layers and tables of a package into a workspace; what is there is updated by key, nothing is removed.

    A package of ours brings back every value that it delivers. One of another hand, without our manifest, is read by
    the names of its files and headings; what is missing in it or not understood is told. Nobody is held off while it
    is read and compared.

    :param package: zip, folder, or the manifest in a folder. :param scheme: key of the grid scheme that the
        responsibility grids belong to, where the package does not say; :param encoding: of its texts.
    :param redraw: agrees to the package's unit grids in the place of those that are drawn otherwise here, in areas in
        which it has some; history, codes, points and responsibility grids follow.
    :raises InputError: what :func:`.unpacked`, :func:`.read_contents`, :func:`.content_of` and :func:`.merged` raise,
        ``package_back_other_county``, ``package_back_other_frame``, ``package_back_other_layout``.
    :raises WorkspaceError: ``workspace_without_areas``, ``row_changed_meanwhile``, or that the workspace cannot be
        written. :raises TornReadError: when somebody saved into a file while it was read.
    """
    progress, info = progress or Progress(), workspace.info
    progress.report(0.0)
    location = workspace.location
    elsewhere = location.path.parent if isinstance(location, GeoPackageLocation) else None
    with unpacked(package, elsewhere) as folder:
        contents = read_contents(folder, encoding, progress.part(0.0, 0.4), Path(package).name)
        refuse_other_place(contents.manifest, info)
    act = Act.now(GESTURE, author)
    with workspace.steady() as state:
        read = {table: state.read(table, _told_apart_by(table), geometry=False) for table in _COMPARED}
        present = {name: state.read(name) for name in ("area", UNIT, "scheme")}
        parts = _incoming(contents, present["area"], info)
        progress.report(0.5)
        content = content_of(contents, parts, present, info, scheme.strip())
        content = with_known_kinds(state, content, scheme.strip())
        found = merged(state, content, act, redraw=redraw)
        notes, followed = _references(state, content), []
        progress.report(0.8)
        with state.transaction(author, GESTURE) as transaction:
            if found.redrawn is None or not found.redrawn.revived:
                read.pop(_RELEASE)  # a release matters where it could tell of the end of a code that comes back
            _refuse_changed(state, transaction, read)
            cells = None if found.redrawn is None else followed_cells(state, found.redrawn, act)
            if found.column is not None and found.column not in present[UNIT]:
                transaction.add_column(UNIT, found.column, "text")
            progress.report(0.9)
            if found.redrawn is not None and cells is not None:
                followed = write_redrawn(transaction, found.redrawn, cells, found.changes, act)
            else:
                write_rows(transaction, [*found.changes, *followed_points(state, found)], act)
            progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(contents, parts, content, found, notes, followed)


def _incoming(contents: Contents, areas: Rows, info: WorkspaceInfo) -> dict[str, Incoming]:
    """Return what each layer and table says; ``areas``: those of the workspace."""
    parts: dict[str, Incoming] = {}
    for part in contents.parts:  # areas come first
        if part.name == _RESPONSIBILITY:
            parts[part.name] = Incoming(part.name, _in_columns(part), len(part.source), {}, (), ())
            continue
        given = parts["area"].rows if "area" in parts else None
        ground = joined_areas(areas, given) if part.name == UNIT else Rows()
        is_ours = contents.manifest is not None
        parts[part.name] = incoming(part, info.frame, info.precision_m, ground, contents.begins, is_ours=is_ours)
    return parts


def _told_apart_by(table: str) -> list[str]:
    """Return the columns that tell whether rows of a table are still those that were read."""
    definition = definition_of(table)
    return ["row_version"] if definition.versioned else list(definition.column_names)


def _refuse_changed(workspace: Workspace, transaction: Transaction, read: Mapping[str, Rows]) -> None:
    """Let nobody write into what a package changes until the transaction ends.

    :raises WorkspaceError: ``row_changed_meanwhile`` for a table that somebody wrote into since it was read.
    """
    transaction.hold(*read, *_FOLLOWING_TABLES)
    for table, rows in read.items():
        refuse_changed(workspace, transaction, table, rows)


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
    contents: Contents,
    parts: Mapping[str, Incoming],
    content: Content,
    found: Merged,
    references: list[Message],
    followed: list[Message],
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
            *(() if found.redrawn is None else found.redrawn.notes),
            *followed,
            *_headline(content, found, contents.gone),
            *contents.notes,
            *(note for part in parts.values() for note in part.notes),
            *content.notes,
            *found.notes,
            *references,
            *_losses(contents, content, found),
        ),
    )


def _headline(content: Content, found: Merged, gone: int) -> list[Message]:
    """Return what came of the package in a sentence each: new, changed, only here; ``gone``: files not there."""
    notes = []
    for key, code in _SENTENCES.items():
        counts = {TABLES[name]: of[key] for name, of in found.figures.items() if of[key]}
        if counts:
            notes.append(Message(code, {"layers": CountedTitles("layers", counts)}))
    if not any(of["added"] + of["updated"] + of.get("gone", 0) for of in found.figures.values()):
        notes.append(Message("nothing_changed"))
    if content.is_ours:
        code = "package_back_of_release_in_part" if gone else "package_back_of_release"
        notes.append(Message(code, {"release": content.release, **({"count": gone} if gone else {})}))
    return notes


def _losses(contents: Contents, content: Content, found: Merged) -> list[Message]:
    """Return what the package could not bring: layers that are not in it, columns that no package has, and numbers
    that its receiver wants with fewer digits.
    """
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
        notes += _rounded(name, content, figures)
        told = {field.column for field in spec.fields} | _FOLLOWING
        lost = [column for column in definition_of(spec.table).column_names if column not in told]
        if figures["added"] and lost:
            titles = ListedTitles("columns", {"titles": [f"{spec.table}.{column}" for column in lost]})
            notes.append(Message("package_back_not_carried", {"layer": title_of(name), "columns": titles}))
    return notes


def _rounded(name: str, content: Content, figures: Mapping[str, int]) -> list[Message]:
    """Return a sentence about the numbers of new and changed rows that came in rounded."""
    table = package_specs()[name].table
    columns = [column for column in content.rounded(name) if column in definition_of(table).column_names]
    if not columns or not (figures["added"] or figures["updated"]):
        return []
    titles = ListedTitles("columns", {"titles": [f"{table}.{column}" for column in columns]})
    return [Message("package_back_rounded", {"layer": title_of(name), "columns": titles})]

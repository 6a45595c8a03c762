"""The hand-over sheet 数据移交单 of a package: what was handed to whom, file by file, for two people to sign."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.written import number
from gridmgmt_plugin.project.i18n import tr, translatable
from gridmgmt_plugin.project.papers.sheets import lined_table, write_sheet

_SUFFIX = "-handover.pdf"
_FILES = (
    translatable("No."), translatable("File"), translatable("Content"), translatable("Rows"), translatable("Bytes"),
    translatable("SHA-256"),
)  # fmt: skip
_SIGN = (translatable("Handed over by (signature, date)"), translatable("Received by (signature, date)"))
_QUALITY = "quality_report"


def handover_sheet_place(package: Path) -> Path:
    """Return where the hand-over sheet of a package (zip) stands: beside it."""
    return package.with_name(package.stem + _SUFFIX)


def write_handover_sheet(package: Path, manifest: Path, means: str, titles: Mapping[str, str]) -> Path:
    """Write the sheet of a package that was handed over beside it, from what its manifest says and its files are.

    :param package: the zip; :param manifest: in the folder of the same name. :param means: how it was handed over, in
        words. :param titles: layer or table → what a person calls it.
    :raises WorkspaceError: ``layer_not_written`` with the reason, ``file_held``, ``package_not_readable``.
    """
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        sizes = {one["path"]: (manifest.parent / one["path"]).stat().st_size for one in told["files"]}
        results = _results(manifest.parent, told)
    except OSError as error:
        raise WorkspaceError("package_not_readable", name=manifest.name, reason=str(error.strerror)) from error
    path = handover_sheet_place(package)
    write_sheet(_page(told, sizes, results, means, package.name, titles), path)
    return path


def _results(folder: Path, told: Mapping[str, Any]) -> Counter[str]:
    """Return how many checks had which result, as the quality report of the package tells."""
    names = told["names"][_QUALITY]
    with (folder / f"{names['file']}.csv").open(encoding="utf-8-sig", newline="") as stream:
        rule, result = (names["fields"][name] for name in ("rule", "result"))
        return Counter(row[result] for row in csv.DictReader(stream) if row[rule])


def _page(
    told: Mapping[str, Any],
    sizes: Mapping[str, int],
    results: Counter[str],
    means: str,
    package: str,
    titles: Mapping[str, str],
) -> str:
    mark = f"<p align='right'>{escape(told['classification'])}</p>" if told["classification"] else ""
    title = tr("{district}: data hand-over sheet", district=told["county_name"] or told["county_code"])
    parts = [mark, f"<h2 align='center'>{escape(title)}</h2>", _facts(told, results, means, package)]
    lines = ((str(at), *_file(one, sizes[one["path"]], titles)) for at, one in enumerate(told["files"], 1))
    parts.append(lined_table(_FILES, lines))
    signed = "&nbsp;" * 12
    parts.append(f"<p>&nbsp;</p><p>{signed.join(escape(tr(who)) + ': ________________' for who in _SIGN)}</p>")
    return "".join(parts)


def _facts(told: Mapping[str, Any], results: Counter[str], means: str, package: str) -> str:
    frame = told["frame"].get("delivered", told["frame"])
    system = f"{frame['label']} (EPSG:{frame['epsg']})" if frame["epsg"] else str(frame["label"])
    base = told["base_release"] or tr("none, it is the first")
    validation = told["validation"]
    checks = tr(
        "{passed} passed, {failed} failed, {idle} not run; {warnings} {warnings:warning|warnings}, "
        "{exempted} {exempted:issue|issues} exempted",
        passed=results["PASS"],
        failed=results["FAIL"],
        idle=results["NOT_RUN"],
        warnings=validation["warnings"],
        exempted=validation["exempted"],
    )
    facts = (
        (tr("Package"), package), (tr("Release"), told["release"]),
        (tr("Grid scheme"), told["scheme_title"] or told["scheme"]),
        (tr("Receiver"), told["receiver"] or tr("____________ (to be filled in)")),
        (tr("Changes are told since"), base),
        (tr("In force from"), told["effective_from"]), (tr("Handed over at"), told["created_at"].replace("T", " ")),
        (tr("Handed over by"), told["author"] or ""), (tr("Means"), means), (tr("Reference system"), system),
        (tr("Encoding of shapefiles"), told["encoding"]), (tr("Checks"), checks),
        (tr("Content hash"), told["content_hash"]), (tr("Note"), told["note"] or ""),
    )  # fmt: skip
    cells = [f"<td>{escape(name)}</td><td>{escape(value)}</td>" for name, value in facts]
    rows = (f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
    return f"<table border='1' cellspacing='0' cellpadding='4' width='100%'>{''.join(rows)}</table><p></p>"


def _file(entry: Mapping[str, Any], size: int, titles: Mapping[str, str]) -> tuple[str, ...]:
    rows = "" if entry["rows"] is None else number(entry["rows"])
    return entry["path"], titles.get(entry["layer"] or "", ""), rows, number(size), entry["sha256"]

"""The manifest of a package: what it is, which files it holds, their rows and check sums."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import sha256_of
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.redaction.texts import redact
from gridmgmt_plugin.exchange.package.delivered_coordinates import Delivery
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.layer_files import GEOJSON
from gridmgmt_plugin.exchange.package.writing import PackageFile, Written
from gridmgmt_plugin.jobs.handover.answering_rules import delivered_names
from gridmgmt_plugin.jobs.handover.comparison import change_counts
from gridmgmt_plugin.jobs.handover.gate import Passed
from gridmgmt_plugin.jobs.handover.package_request import Order
from gridmgmt_plugin.jobs.handover.preparation import Prepared
from gridmgmt_plugin.workspace.handover.package_place import MANIFEST
from gridmgmt_plugin.workspace.info import WorkspaceInfo

FORMAT_VERSION = "1.2"


def file_entries(folder: Path, files: Sequence[PackageFile]) -> list[dict[str, Any]]:
    """Return the ``files`` of a manifest with the SHA-256 of each."""
    return [
        {"path": file.path, "layer": file.layer, "rows": file.rows, "sha256": sha256_of(folder / file.path)}
        for file in files
    ]


def frame_entry(frame: Frame, delivery: Delivery, formats: Sequence[str]) -> dict[str, Any]:
    """Return how the manifest tells the coordinates: of the workspace, and as delivered where that differs."""
    entry: dict[str, Any] = {"crs_kind": frame.kind, "epsg": frame.epsg, "label": frame.label}
    if delivery.target is not None:
        entry["delivered"] = {"epsg": delivery.epsg, "label": delivery.label}
    if GEOJSON in formats:
        entry["geojson"] = {"label": "RFC 7946", "coordinates": "lonlat"}
    return entry


def manifest_content(
    order: Order,
    prepared: Prepared,
    written: Written,
    passed: Passed,
    info: WorkspaceInfo,
    answering: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the manifest of a package but for its ``files``, which :func:`file_entries` tells when all are there.

    :param answering: the parameters of the rule "who answers".
    """
    style = order.style
    delivered = Delivered.of(style.profile, style.encoding, prepared.content.tables)
    there = (*prepared.content.layers, *prepared.content.tables)
    held_back = [name for name in there if not style.profile.delivers(name)]
    return {
        "format_version": FORMAT_VERSION,
        "package": order.name,
        "release": order.number,
        "base_release": order.base.number if order.base else None,
        "base_state": order.base.state if order.base else None,
        "replaces": order.replaces,
        "scheme": order.key,
        "scheme_title": _told(order.scheme.get("title")),
        "county_code": info.county_code,
        "county_name": _told(info.county_name),
        "receiver": _told(order.receiver),
        "grid_version": prepared.grid_version,
        "effective_from": str(order.day),
        "created_at": order.at,
        "author": _told(order.author),
        "note": _told(order.note),
        "classification": _told(info.classification),
        "frame": frame_entry(info.frame, style.delivery, style.formats),
        "precision_m": info.precision_m,
        "code_layouts": {"unit_grid": info.code_layout, "responsibility_grid": info.responsibility_layout},
        "formats": list(style.formats),
        "encoding": style.encoding,
        "csv_encoding": "UTF-8 (BOM)",
        "load_order": list(written.load_order),
        "names": delivered_names(delivered, written.load_order),
        **({"not_delivered": held_back} if held_back else {}),
        "answering": dict(answering),
        "content_hash": prepared.content_hash,
        "changes": change_counts(prepared.changes),
        "left_out": dict(prepared.content.left_out),
        "validation": {
            "errors": passed.checked.errors,
            "warnings": passed.checked.warnings,
            "exempted": passed.checked.exempted,
            "outlines_checked_with": passed.outlines.release,
        },
    }


def _told(text: str | None) -> str | None:
    """Return a text that people entered as a manifest may quote it, ``None`` for nothing."""
    return redact(text) if text else None


def write_manifest(folder: Path, content: Mapping[str, Any]) -> Path:
    """Write ``manifest.json`` (UTF-8) and read it back; return its path.

    :raises WorkspaceError: ``package_not_written``, ``package_read_back_differs``.
    """
    path = folder / MANIFEST
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise WorkspaceError("package_not_written", name=MANIFEST, reason=str(error.strerror)) from error
    if json.loads(path.read_text(encoding="utf-8")) != json.loads(text):
        raise WorkspaceError("package_read_back_differs", name=MANIFEST, row="–", field="–", expected="–", found="–")
    return path

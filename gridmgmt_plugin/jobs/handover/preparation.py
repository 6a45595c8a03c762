"""Everything that a package says, worked out before a file is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gridmgmt_plugin.core.columns import table, texts
from gridmgmt_plugin.core.duty.lane_grids import is_over_lanes
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.changes import Change
from gridmgmt_plugin.core.release.frozen import FrozenLayer, content_hash, distinct, freeze
from gridmgmt_plugin.core.release.lineage import lineage
from gridmgmt_plugin.core.release.sensitive import sensitive_of
from gridmgmt_plugin.core.release.successions import Succession, succeeding, successions
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.delivered_rows import Delivered
from gridmgmt_plugin.exchange.package.fields import table_specs
from gridmgmt_plugin.exchange.package.grid_requests import staying_grids
from gridmgmt_plugin.exchange.package.layer_files import LayerToWrite
from gridmgmt_plugin.exchange.package.writing import check_before_writing
from gridmgmt_plugin.jobs.handover.acceptance import AcceptanceOptions, acceptance_rows
from gridmgmt_plugin.jobs.handover.cleaning import clean_rows
from gridmgmt_plugin.jobs.handover.comparison import DeliveredChanges, code_map_rows, find_changes, move_rows
from gridmgmt_plugin.jobs.handover.content import PackageContent
from gridmgmt_plugin.jobs.handover.gate import Passed
from gridmgmt_plugin.jobs.handover.package_request import Order
from gridmgmt_plugin.jobs.handover.quality import quality_rows
from gridmgmt_plugin.workspace.info import WorkspaceInfo

_VERSION_DIGITS = 12
_SEED_DIGITS = 8
# What makes the drawing of unit grids, on which all schemes stand.
_DRAWN = ("code", "area_code")


@dataclass(frozen=True)
class Prepared:
    """What will be written: ``content`` (layers and tables that the hash covers), ``tables``: all CSV tables but the
    field dictionary; ``changed``: the layers of changes.gpkg; ``changes``: what changed since the base.

    ``content_hash`` is the same whatever format, encoding, number and time; ``grid_version`` names the drawing of
    the unit grids alone, and is the same for all schemes.
    """

    content: PackageContent
    tables: Mapping[str, Rows]
    changed: tuple[LayerToWrite, ...]
    changes: tuple[Change, ...]
    content_hash: str
    grid_version: str
    notes: tuple[Message, ...]


def prepare(order: Order, passed: Passed, info: WorkspaceInfo, progress: Progress) -> Prepared:
    """Build content, comparison with the base, quality report and acceptance points.

    :raises InputError: what the format refuses; nothing has been written then.
    """
    tables, base = passed.named, passed.base
    sensitive = sensitive_of(info.component_catalogue, info.event_catalogue, tables)
    check_before_writing(passed.content.layers, passed.content.tables, order.style)
    progress.report(0.3)
    history = lineage(tables["code_register"], tables["code_map"], tables["unit_grid"]).of_layers(order.key)
    became = successions(base, passed.content.frozen, history)
    content = _with_codes(passed.content, became, order)
    overall = content_hash(content.frozen, info.precision_m)
    changes = find_changes(base, content.frozen, info.precision_m)
    delivered = Delivered.of(order.style.profile, order.style.encoding, content.tables)
    told = DeliveredChanges(changes, succeeding(became), delivered, order.style.delivery)
    moves = move_rows(
        tables,
        base,
        content.frozen,
        sensitive,
        info.precision_m,
        progress.part(0.3, 0.7),
        over_lanes=is_over_lanes(table(tables, "scheme"), order.key),
    )
    acceptance = acceptance_rows(
        tables,
        content,
        sensitive,
        order.style.delivery,
        AcceptanceOptions(
            order.key,
            order.day,
            info.precision_m,
            int(overall[:_SEED_DIGITS], 16),
            info.component_catalogue,
            info.event_catalogue,
        ),
        progress.part(0.7, 0.95),
    )
    made = {
        "changes": told.rows(),
        "moves": moves,
        "quality_report": quality_rows(passed.checked.result, tables["exemption"]),
        "acceptance_points": acceptance.rows,
    }
    extra = {name: clean_rows(rows, table_specs()[name].fields, name)[0] for name, rows in made.items()}
    progress.report(1.0)
    return Prepared(
        content=content,
        tables={**content.tables, **extra},
        changed=tuple(told.layers()),
        changes=changes,
        content_hash=overall,
        grid_version=_grid_version(content.frozen, info.precision_m),
        notes=(
            *content.notes,
            *acceptance.notes,
            *_standing(order, passed),
            *_staying(order, passed, content, delivered),
        ),
    )


def _with_codes(content: PackageContent, became: tuple[Succession, ...], order: Order) -> PackageContent:
    """Return the content with ``code_map`` as it is delivered, so that what is frozen is what went out."""
    spec = table_specs()["code_map"]
    rows = code_map_rows(content.tables["code_map"], became, order.key, str(order.day))
    frozen = freeze(distinct(clean_rows(rows, spec.fields, spec.name)[0]), spec.key)
    return replace(
        content,
        frozen={**content.frozen, "code_map": frozen},
        tables={**content.tables, "code_map": frozen.rows},
    )


def _standing(order: Order, passed: Passed) -> tuple[Message, ...]:
    of = passed.outlines.release
    return () if of == order.number else (Message("package_outlines_as_before", {"release": of}),)


def _staying(order: Order, passed: Passed, content: PackageContent, delivered: Delivered) -> tuple[Message, ...]:
    """Return what to tell of grids that a receiver with a grid API keeps although they are delivered no more."""
    if order.style.profile.grid_api is None:
        return ()
    grids = passed.named["responsibility_grid"]
    elsewhere = texts(grids, "code")[texts(grids, "scheme") != order.key]
    gone = staying_grids(content.layers, delivered.codes, elsewhere.tolist())
    return (Message("grid_api_gone", {"count": len(gone), "codes": listing(gone)}),) if gone else ()


def _grid_version(frozen: Mapping[str, FrozenLayer], precision_m: float) -> str:
    """Return a short name of the unit grids as they are drawn: codes, areas and shapes, nothing else."""
    told = content_hash({"unit_grid": frozen["unit_grid"].of_columns(_DRAWN)}, precision_m)
    return hashlib.sha256(told.encode()).hexdigest()[:_VERSION_DIGITS]

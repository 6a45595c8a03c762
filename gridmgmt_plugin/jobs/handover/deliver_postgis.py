"""Deliver a release into the database that a dispatch system asks: the front database 前置库.

One transaction on the other side: readers see all of the release or nothing of it, and the release before goes on
answering until the new one's first day. What was written is read back and compared with the frozen content before it
is confirmed; only then the hand-over log says that it was delivered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer, content_hash, layers_of
from gridmgmt_plugin.core.release.life import ACCEPTED, HANDED_OVER, IN_FORCE, REJECTED, standings
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.titles import ValueTitle
from gridmgmt_plugin.exchange.front_database.loading import (
    content_there,
    load,
    prepare,
    read_back,
    receivers_there,
    renew,
    withdraw,
)
from gridmgmt_plugin.exchange.front_database.structure import front_tables
from gridmgmt_plugin.jobs.handover.answering_rules import answering_parameters
from gridmgmt_plugin.jobs.handover.deliveries import enter_delivery
from gridmgmt_plugin.workspace.location import FRONT_SCHEMA, PostgresLocation, parse_location
from gridmgmt_plugin.workspace.postgis.commit import commit
from gridmgmt_plugin.workspace.postgis.connection import connected
from gridmgmt_plugin.workspace.workspace import Workspace

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

MEANS = "postgis"
ACT = "deliver"
#: States of a release whose content a receiver may work with.
DELIVERABLE = (HANDED_OVER, ACCEPTED, IN_FORCE)


@dataclass(frozen=True)
class _Wanted:
    """What is delivered: the row of the front database's table ``release``, and the frozen content; ``rejected``: the
    releases of the same scheme, for whichever receiver, that are not to answer any more.
    """

    entry: Mapping[str, Any]
    layers: Mapping[str, FrozenLayer]
    rejected: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.entry["county_code"], self.entry["scheme"], self.entry["number"])


def deliver_postgis(
    workspace: Workspace,
    *,
    release: str,
    target: str,
    schema: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Load a release into the tables of a front database, made there when they are missing.

    :param release: the number of a release that was handed over, accepted or is in force.
    :param target: ``postgresql://user@host:port/database``; the password comes from QGIS's stored credentials
        (``authcfg=``), from this run of QGIS, or from what libpq knows (environment, ``.pgpass``).
    :param schema: where the tables stand, ``gridmgmt_front`` for "".
    :raises InputError: ``front_no_database``, ``release_unknown``, ``front_release_state``.
    :raises WorkspaceError: what connecting raises, ``postgres_schema_in_use``, ``front_version``,
        ``front_release_differs`` when another content of this number is there, ``front_other_receiver`` when the
        scheme is there for another receiver, ``front_read_back_differs``; the database is as it was.
    """
    progress = progress or Progress()
    progress.report(0.0)
    location = _location(target, schema)
    wanted = _wanted(workspace, release)
    with connected(location, writable=True) as connection:
        prepare(connection, location, int(wanted.entry["srid"]))
        progress.report(0.2)
        there = content_there(connection, location, wanted.key)
        if there is not None and there != wanted.entry["content_hash"]:
            raise WorkspaceError("front_release_differs", release=release, place=location.label)
        gone = withdraw(connection, location, *wanted.key[:2], wanted.rejected)
        _refuse_other_receivers(connection, location, wanted)
        rows = {name: len(layer) for name, layer in wanted.layers.items() if name in front_tables() and len(layer)}
        if there is None:
            load(connection, location, wanted.entry, wanted.layers, progress.part(0.2, 0.6))
        is_renewed = there is not None and renew(connection, location, wanted.entry)
        found = read_back(connection, location, wanted.key, rows)
        _compare(found, {name: wanted.layers[name] for name in rows}, workspace.info.precision_m, release, location)
        progress.report(0.9)  # the last moment to cancel: what follows is written
        commit(connection, location)
    number, receiver = wanted.entry["number"], wanted.entry["receiver"]
    enter_delivery(workspace, number, receiver, act=ACT, means=MEANS, place=location.label, author=author)
    progress.report(1.0)
    notes = []
    if there is not None:
        code = "front_release_renewed" if is_renewed else "front_release_there"
        notes.append(Message(code, {"release": release, "place": location.label}))
    if gone:
        notes.append(Message("front_withdrawn", {"releases": listing(gone), "place": location.label}))
    accepted = sum(rows.values()) if there is None else 0
    return Report("deliverpostgis", accepted, figures={"rows": rows, "target": location.label}, notes=tuple(notes))


def _location(target: str, schema: str) -> PostgresLocation:
    """Return where the tables stand.

    :raises InputError: ``front_no_database``; :raises WorkspaceError: what is wrong with the address.
    """
    location = parse_location(target)
    if not isinstance(location, PostgresLocation):
        raise InputError("front_no_database", target=location.label)
    return replace(location, schema=schema.strip() or FRONT_SCHEMA)


def _wanted(workspace: Workspace, number: str) -> _Wanted:
    """Read a release and its frozen content.

    :raises InputError: ``release_unknown``, ``front_release_state``.
    :raises WorkspaceError: ``release_content_damaged`` when what is frozen is not what was handed over.
    """
    with workspace.reading():
        releases = workspace.read("release", geometry=False)
        known = texts(releases, "number").tolist()
        if number not in known:
            raise InputError("release_unknown", release=number, known=listing(sorted(known)) or "–")
        row = releases.take([known.index(number)])
        state, scheme = texts(row, "state")[0], texts(row, "scheme")[0]
        if state not in DELIVERABLE:
            raise InputError("front_release_state", release=number, state=ValueTitle(f"release_state.{state}"))
        layers = layers_of(workspace.read("release_item", where={"release_number": number}))
        schemes = workspace.read("scheme", geometry=False)
    info = workspace.info
    stored = texts(row, "content_hash")[0]
    if content_hash(layers, info.precision_m) != stored:
        raise WorkspaceError("release_content_damaged", release=number)
    entry = {
        "county_code": info.county_code,
        "scheme": scheme,
        "number": number,
        "county_name": info.county_name or None,
        "effective_from": texts(row, "effective_from")[0] or str(clock.today()),
        "content_hash": stored,
        "classification": info.classification,
        "srid": info.frame.epsg or 0,
        "answering": answering_parameters(scheme, info, schemes),
        "receiver": texts(row, "receiver")[0] or None,
    }
    rejected = tuple(one.number for one in standings(releases) if (one.scheme, one.state) == (scheme, REJECTED))
    return _Wanted(entry, layers, rejected)


def _refuse_other_receivers(connection: Connection, location: PostgresLocation, wanted: _Wanted) -> None:
    """Keep receivers apart: ``resolve`` answers by the newest release of a scheme, whoever it was made for.

    :raises WorkspaceError: ``front_other_receiver``.
    """
    mine, (county, scheme, number) = wanted.entry["receiver"], wanted.key
    there = receivers_there(connection, location, county, scheme)
    others = [release for release, receiver in there.items() if receiver != mine]
    if others:
        raise WorkspaceError(
            "front_other_receiver",
            place=location.label,
            schema=location.schema,
            scheme=scheme,
            releases=listing(others),
            holder=there[others[0]] or Message("front_no_receiver"),
            release=number,
            receiver=mine or Message("front_no_receiver"),
        )


def _compare(
    found: Mapping[str, FrozenLayer],
    wanted: Mapping[str, FrozenLayer],
    precision_m: float,
    release: str,
    location: PostgresLocation,
) -> None:
    """Compare what stands in the database with the frozen content, value by value.

    :raises WorkspaceError: ``front_read_back_differs`` naming the tables.
    """
    hashes = [
        {name: content_hash({name: _in_parts(layer)}, precision_m) for name, layer in side.items()}
        for side in (found, wanted)
    ]
    different = [name for name in wanted if hashes[0].get(name) != hashes[1][name]]
    if different:
        raise WorkspaceError(
            "front_read_back_differs", release=release, tables=listing(different), place=location.label
        )


def _in_parts(layer: FrozenLayer) -> FrozenLayer:
    shapes = layer.geometry
    return layer if shapes is None else FrozenLayer(layer.keys, layer.rows.with_geometry(as_multi(shapes)))

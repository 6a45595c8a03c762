"""The states that can be compared: today by a scheme, a release, a day in the past."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import days, in_force, or_none, texts
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.duty.lane_grids import is_over_lanes
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import folded
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.frozen import FrozenLayer, freeze, layers_of
from gridmgmt_plugin.core.responsibility.assignment_history import LOG_COLUMNS, AssignmentHistory
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace

TODAY = "today"
_TODAY_WORDS = (TODAY, "今天", "现状")
_COLUMNS = ("code", "responsibility_grid")


@dataclass(frozen=True)
class GridState:
    """A state of one scheme. ``title``: what to call it; ``scheme``: the key; ``units``: unit grids with the column
    ``responsibility_grid`` and geometry, of a scheme over lanes its grids; ``names``: grid → name; ``people``: grid →
    who holds its posts; ``posts``: grid → how many posts it has; ``notes``: what is not known of it.
    """

    title: Message
    scheme: str
    units: FrozenLayer
    names: Mapping[str, str]
    people: Mapping[str, tuple[str, ...]]
    posts: Mapping[str, int]
    notes: tuple[Message, ...] = ()


def grid_state(workspace: Workspace, named: str, scheme: str) -> GridState:
    """Return the state that a text names: ``today``, a scheme's key, the number of a release, or a date.

    :param scheme: key of the scheme, where the text does not say it: of ``today`` and of a date.
    :raises InputError: ``state_unknown``, naming what there is; ``scheme_not_there``.
    """
    text = named.strip()
    schemes = texts(workspace.read("scheme", ["key"], geometry=False), "key").tolist()
    if folded(text) in _TODAY_WORDS:
        return _today(workspace, _known(scheme, schemes))
    if text in schemes:
        return _today(workspace, text)
    of_release = scheme_of_state(workspace, text)
    if of_release:
        return _release(workspace, text, of_release)
    return _on_day(workspace, _day_named(text, workspace, schemes), _known(scheme, schemes))


def units_of_state(workspace: Workspace, named: str, scheme: str) -> int:
    """Return how many unit grids (of a scheme over lanes: how many grids) a state has, without reading shapes.

    :raises InputError: what :func:`grid_state` raises.
    """
    text = named.strip()
    schemes = texts(workspace.read("scheme", ["key"], geometry=False), "key").tolist()
    of_release = "" if text in schemes else scheme_of_state(workspace, text)
    if of_release:
        layer = "responsibility_grid" if _is_over_lanes(workspace, of_release) else "unit_grid"
        return workspace.count("release_item", {"release_number": text, "layer": layer})
    is_today = text in schemes or folded(text) in _TODAY_WORDS
    day = np.datetime64(clock.today(), "D") if is_today else _day_named(text, workspace, schemes)
    key = text if text in schemes else _known(scheme, schemes)
    if _is_over_lanes(workspace, key):
        return len(_lane_grids_on(workspace, day, key, geometry=False))
    if is_today:
        return workspace.count("unit_grid")
    return sum(map(len, _cells_on(workspace, day, (), geometry=False)))


def scheme_of_state(workspace: Workspace, named: str) -> str:
    """Return the scheme that a state is of by itself, "" where it may be of any."""
    text = named.strip()
    if workspace.count("scheme", {"key": text}):
        return text
    releases = workspace.read("release", ["scheme"], {"number": text}, geometry=False)
    return str(texts(releases, "scheme")[0]) if len(releases) else ""


def _day_named(text: str, workspace: Workspace, schemes: list[str]) -> np.datetime64:
    iso = parse_dates([text]).iso[0]
    if iso is None:
        numbers = texts(workspace.read("release", ["number"], geometry=False), "number").tolist()
        raise InputError("state_unknown", value=text, known=listing([TODAY, *schemes, *sorted(numbers)]))
    return np.datetime64(iso[:10], "D")


def _known(scheme: str, schemes: list[str]) -> str:
    if scheme not in schemes:
        raise InputError("scheme_not_there", scheme=scheme, known=listing(schemes))
    return scheme


def _today(workspace: Workspace, scheme: str) -> GridState:
    rules = stored_rules(workspace).get(scheme)
    code = "state_alternative" if rules is not None and rules.alternative_of else "state_today"
    title = Message(code, {"scheme": _title(workspace, scheme)})
    today = np.datetime64(clock.today(), "D")
    if _is_over_lanes(workspace, scheme):
        return GridState(title, scheme, _lanes_on(workspace, today, scheme), *_who(workspace, scheme, today))
    column = scheme_column(scheme)
    units = workspace.read("unit_grid", ["code", column])
    units = Rows({"code": units["code"], "responsibility_grid": units[column]}, units.geometry)
    return GridState(title, scheme, freeze(units, ("code",)), *_who(workspace, scheme, today))


def _is_over_lanes(workspace: Workspace, scheme: str) -> bool:
    return is_over_lanes(workspace.read("scheme", ["key", "base"], geometry=False), scheme)


def _lanes_on(workspace: Workspace, day: np.datetime64, scheme: str) -> FrozenLayer:
    """Return the grids of a scheme over lanes on a day in the place of unit grids: each lane is its own grid."""
    grids = _lane_grids_on(workspace, day, scheme)
    return freeze(Rows({"code": grids["code"], "responsibility_grid": grids["code"]}, grids.geometry), ("code",))


def _lane_grids_on(workspace: Workspace, day: np.datetime64, scheme: str, *, geometry: bool = True) -> Rows:
    columns = ["code", "valid_from", "valid_to"]
    grids = workspace.read("responsibility_grid", columns, {"scheme": scheme}, geometry=geometry)
    return grids.take(in_force(days(grids, "valid_from"), days(grids, "valid_to"), np.array(day)))


def _cells_on(
    workspace: Workspace, day: np.datetime64, also: tuple[str, ...], *, geometry: bool = True
) -> tuple[Rows, Rows]:
    """Return the cells of a day: those that are still there, with the columns ``also``, and those closed since."""
    units = workspace.read("unit_grid", ["code", "valid_from", *also], geometry=geometry)
    closed = workspace.read("unit_grid_history", ["code", "valid_from", "valid_to", "successors"], geometry=geometry)
    begins, ends = days(closed, "valid_from"), days(closed, "valid_to")
    then = closed.take((np.isnat(begins) | (begins <= day)) & (ends > day))
    replaced = set(texts(then, "code")).union(*(text.split(",") for text in texts(then, "successors")))
    begun = days(units, "valid_from")
    there = (np.isnat(begun) | (begun <= day)) & ~np.isin(texts(units, "code").astype(str), sorted(replaced))
    return units.take(there), then


def _who(
    workspace: Workspace, scheme: str, day: np.datetime64
) -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, int]]:
    """Return names, post holders and number of posts of the grids of a scheme on a day."""
    grids = workspace.read("responsibility_grid", ["code", "name", "alias"], {"scheme": scheme}, geometry=False)
    shown = np.where(texts(grids, "alias") != "", texts(grids, "alias"), texts(grids, "name"))
    posts = workspace.read("post", where={"target": "responsibility_grid"}, geometry=False)
    of_scheme = np.isin(texts(posts, "scheme").astype(str), ("", scheme))
    begins, ends = days(posts, "valid_from"), days(posts, "valid_to")
    in_force = (np.isnat(begins) | (begins <= day)) & (np.isnat(ends) | (ends >= day))
    posts = posts.take(of_scheme & in_force)
    persons = workspace.read("person", ["id", "name"], geometry=False)
    name_of = dict(zip(texts(persons, "id"), texts(persons, "name")))
    holders = [
        (code, name_of.get(person, person))
        for code, person in zip(texts(posts, "target_code"), texts(posts, "person_id"))
    ]
    return dict(zip(texts(grids, "code"), shown)), *_by_grid(holders)


def _by_grid(holders: list[tuple[str, str]]) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    people: dict[str, tuple[str, ...]] = {}
    posts: dict[str, int] = {}
    for grid, name in holders:
        posts[grid] = posts.get(grid, 0) + 1
        if name and name not in people.get(grid, ()):
            people[grid] = (*people.get(grid, ()), name)
    return people, posts


def _release(workspace: Workspace, number: str, scheme: str) -> GridState:
    """Return a release as it was frozen, with the persons that it names by today's names."""
    wanted = {"release_number": number, "layer": ["unit_grid", "responsibility_grid", "posts"]}
    layers = layers_of(workspace.read("release_item", where=wanted, geometry=False))
    units = layers["unit_grid"]
    rows = Rows({name: or_none(texts(units.rows, name)) for name in _COLUMNS}, units.rows.geometry)
    grids = layers["responsibility_grid"].rows if "responsibility_grid" in layers else Rows()
    if _is_over_lanes(workspace, scheme):
        rows = Rows({name: or_none(texts(grids, "code")) for name in _COLUMNS}, grids.geometry)
    shown = np.where(texts(grids, "alias") != "", texts(grids, "alias"), texts(grids, "name"))
    posts = layers["posts"].rows if "posts" in layers else Rows()
    posts = posts.take(texts(posts, "target") == "responsibility_grid")
    persons = workspace.read("person", ["id", "name"], geometry=False)
    name_of = dict(zip(texts(persons, "id"), texts(persons, "name")))
    holders = [
        (code, name_of.get(person, person))
        for code, person in zip(texts(posts, "target_code"), texts(posts, "person_id"))
    ]
    title = Message("state_release", {"number": number, "scheme": _title(workspace, scheme)})
    names = dict(zip(texts(grids, "code"), shown))
    return GridState(title, scheme, FrozenLayer(units.keys, rows), names, *_by_grid(holders))


def _on_day(workspace: Workspace, day: np.datetime64, scheme: str) -> GridState:
    """Return the state of a day: cells by their validity, assignments by what the change log says happened since."""
    details = {"day": str(day), "scheme": _title(workspace, scheme)}
    title = Message("state_day", details)
    if _is_over_lanes(workspace, scheme):
        return GridState(title, scheme, _lanes_on(workspace, day, scheme), *_who(workspace, scheme, day))
    column = scheme_column(scheme)
    now, then = _cells_on(workspace, day, (column,))
    earlier = _assigned_before(workspace, day, column)
    groups = [earlier.get(code, group) for code, group in zip(texts(now, "code"), now[column])]
    frozen = _frozen_groups(workspace, scheme)
    old = texts(then, "code").tolist()
    groups += [earlier.get(code, frozen.get(code)) for code in old]
    unknown = sum(code not in earlier and code not in frozen for code in old)
    codes = as_column([*texts(now, "code"), *old])
    rows = Rows({"code": codes, "responsibility_grid": as_column(groups)}, np.concatenate([now.shapes, then.shapes]))
    notes = (Message("state_groups_unknown", {**details, "count": unknown}),) if unknown else ()
    layer = freeze(rows, ("code",))
    return GridState(title, scheme, layer, *_who(workspace, scheme, day), notes)


def _assigned_before(workspace: Workspace, day: np.datetime64, column: str) -> dict[str, Any]:
    """Return for each unit grid whose assignment changed after a day what it was at that day's end."""
    log = workspace.read("change_log", LOG_COLUMNS, {"table_name": "unit_grid"}, geometry=False)
    return AssignmentHistory(log, column).at_end_of(day)


def _frozen_groups(workspace: Workspace, scheme: str) -> dict[str, str]:
    """Return for unit grids that releases of a scheme hold the grid that the last of them gave."""
    releases = workspace.read("release", ["number", "delivered_at"], {"scheme": scheme}, geometry=False)
    found: dict[str, str] = {}
    for number in [n for _, n in sorted(zip(texts(releases, "delivered_at"), texts(releases, "number")))]:
        wanted = {"release_number": number, "layer": "unit_grid"}
        items = workspace.read("release_item", ["row_key", "content"], wanted, geometry=False)
        for key, content in zip(items["row_key"], items["content"]):
            group = json.loads(content).get("responsibility_grid")
            if group:
                found[key] = group
    return found


def _title(workspace: Workspace, scheme: str) -> str:
    rows = workspace.read("scheme", ["title"], {"key": scheme}, geometry=False)
    return (str(texts(rows, "title")[0]) if len(rows) else "") or scheme

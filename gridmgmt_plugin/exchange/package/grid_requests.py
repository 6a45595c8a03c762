"""Grids with their people as the requests that a grid API takes, one JSON file in the package (WeCom's shape)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.field_forms import Codes, MissingCode

GRID, AREA, PERSON = "responsibility_grid", "area", "person"
#: Paths of the requests; the last one asks for the grids below one.
ADD, UPDATE, LIST = (f"/cgi-bin/report/grid/{act}" for act in ("add", "update", "list"))


@dataclass(frozen=True)
class GridApi:
    """What a grid API wants: ``file``: name of the JSON file, without suffix; ``admins``, ``members``: roles of those
    who are entered as the one and the other. Limits: ``name_letters`` of a grid's name, unique below its parent; from
    ``fewest_admins`` to ``most_admins``; ``most_members``; ``grids_each``: how many grids one person leads;
    ``levels`` of the receiver's tree, of which ``levels_above`` lie above our topmost area.
    """

    file: str
    admins: tuple[str, ...] = ("grid_leader",)
    members: tuple[str, ...] = ("grid_worker", "inspector")
    name_letters: int = 30
    fewest_admins: int = 1
    most_admins: int = 20
    most_members: int = 100
    grids_each: int = 10
    levels: int = 10
    levels_above: int = 0


@dataclass(frozen=True)
class _Grid:
    code: str
    name: str
    area: str
    admins: tuple[str, ...]
    members: tuple[str, ...]


def api_codes(
    layers: Mapping[str, Rows], tables: Mapping[str, Rows], api: GridApi, codes: Codes
) -> list[MissingCode]:
    """Return the areas and persons whose id the receiver has yet to tell; an account serves for a person."""
    accounts = _accounts(tables)
    found: dict[tuple[str, str], MissingCode] = {}
    for grid in _grids(layers, tables, api):
        wanted = [(AREA, grid.area, "grid_parent_id")]
        wanted += [(PERSON, one, "grid_admin") for one in grid.admins]
        wanted += [(PERSON, one, "grid_member") for one in grid.members]
        for kind, key, where in wanted:
            if (kind, key) not in codes and not (kind == PERSON and accounts.get(key)):
                found.setdefault((kind, key), MissingCode(kind, key, f"{api.file}.{where}"))
    return [found[pair] for pair in sorted(found)]


def staying_grids(layers: Mapping[str, Rows], codes: Codes, elsewhere: Collection[str]) -> list[str]:
    """Return the grids that the receiver has a number for and that are delivered no more; no request removes one.

    :param elsewhere: codes of the grids of other schemes, which a receiver of several has numbers for too.
    """
    there = {*texts(layers[GRID], "code"), *elsewhere}
    return sorted(key for kind, key in codes if kind == GRID and key not in there)


def check_requests(layers: Mapping[str, Rows], tables: Mapping[str, Rows], api: GridApi) -> None:
    """Refuse what the API would.

    :raises InputError: ``grid_api_name``, ``grid_api_name_twice``, ``grid_api_admins``, ``grid_api_members``,
        ``grid_api_person``, ``grid_api_levels``, with the first grids or persons and how many there are.
    """
    grids = _grids(layers, tables, api)
    unnamed = (grid.code for grid in grids if not 0 < len(grid.name) <= api.name_letters)
    _refuse("grid_api_name", unnamed, api.name_letters)
    below: dict[tuple[str, str], list[str]] = defaultdict(list)
    led: dict[str, int] = defaultdict(int)
    for grid in grids:
        below[grid.area, grid.name].append(grid.code)
        for person in grid.admins:
            led[person] += 1
    _refuse("grid_api_name_twice", (code for codes in below.values() if len(codes) > 1 for code in codes), 1)
    wrong = (grid.code for grid in grids if not api.fewest_admins <= len(grid.admins) <= api.most_admins)
    _refuse("grid_api_admins", wrong, api.most_admins, least=api.fewest_admins)
    _refuse("grid_api_members", (one.code for one in grids if len(one.members) > api.most_members), api.most_members)
    _refuse("grid_api_person", (who for who, count in led.items() if count > api.grids_each), api.grids_each)
    depths = _depths(layers[AREA])
    deep = (grid.code for grid in grids if api.levels_above + depths.get(grid.area, 0) + 1 > api.levels)
    _refuse("grid_api_levels", deep, api.levels)


def write_requests(
    folder: Path, layers: Mapping[str, Rows], tables: Mapping[str, Rows], api: GridApi, codes: Codes
) -> Path:
    """Write the requests, one per grid, in the order of their codes; a grid whose id the receiver told is updated.

    :raises WorkspaceError: ``package_not_written``, ``package_read_back_differs``.
    """
    accounts = _accounts(tables)

    def user(person: str) -> str:
        return codes.get((PERSON, person)) or accounts[person]

    requests = []
    for grid in _grids(layers, tables, api):
        body: dict[str, Any] = {"grid_name": grid.name, "grid_parent_id": codes[AREA, grid.area]}
        known = codes.get((GRID, grid.code))
        if known:
            body = {"grid_id": known, **body}
        body["grid_admin"] = [user(person) for person in grid.admins]
        body["grid_member"] = [user(person) for person in grid.members]
        requests.append({"code": grid.code, "path": UPDATE if known else ADD, "body": body})
    path = folder / f"{api.file}.json"
    text = json.dumps({"requests": requests}, ensure_ascii=False, indent=2) + "\n"
    try:
        path.write_bytes(text.encode("utf-8"))
        found = path.read_text(encoding="utf-8")
    except OSError as error:
        raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error
    if json.loads(found) != {"requests": requests}:
        raise WorkspaceError("package_read_back_differs", name=path.name, row="–", field="–", expected="–", found="–")
    return path


def _grids(layers: Mapping[str, Rows], tables: Mapping[str, Rows], api: GridApi) -> list[_Grid]:
    rows, posts = layers[GRID], tables["posts"]
    people: dict[tuple[str, bool], list[str]] = defaultdict(list)
    columns = (texts(posts, name) for name in ("target", "target_code", "role", "person_id"))
    for target, code, role, person in sorted(zip(*columns)):
        if target == GRID and person and role in (*api.admins, *api.members):
            people[code, role in api.admins].append(person)
    grids = []
    for code, name, area in sorted(zip(*(texts(rows, column) for column in ("code", "name", "area_code")))):
        admins = tuple(dict.fromkeys(people[code, True]))
        members = tuple(one for one in dict.fromkeys(people[code, False]) if one not in admins)
        grids.append(_Grid(code, name, area, admins, members))
    return grids


def _depths(areas: Rows) -> dict[str, int]:
    """Return area → on which level of the tree of areas it lies, the topmost on 1."""
    parents = dict(zip(texts(areas, "code"), texts(areas, "parent_code")))
    depths = {}
    for code, parent in parents.items():
        chain, above = {code}, parent
        while above in parents and above not in chain:
            chain.add(above)
            above = parents[above]
        depths[code] = len(chain)
    return depths


def _accounts(tables: Mapping[str, Rows]) -> dict[str, str]:
    return dict(zip(*(texts(tables["persons"], column) for column in ("id", "account"))))


def _refuse(code: str, found: Iterable[str], most: int, **details: int) -> None:
    wrong = sorted(found)
    if wrong:
        raise InputError(code, first=listing(wrong), count=len(wrong), most=most, **details)

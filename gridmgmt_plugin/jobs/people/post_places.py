"""What posts are for: the objects of a target, and the scheme that posts in responsibility grids belong to."""

from __future__ import annotations

from collections.abc import Mapping

from gridmgmt_plugin.core.codes.areas import area_code_problem
from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.posts.read import TARGETS
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_code
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

GRID = "responsibility_grid"


def chosen_scheme(workspace: Workspace, target: str, scheme: str | None) -> str | None:
    """Return the scheme of the posts: the one given, else the only one there is; ``None`` for other targets.

    :raises InputError: ``post_target_kind_unknown``, ``post_scheme_unknown``, ``post_scheme_needed``.
    """
    if target not in TARGETS:
        raise InputError("post_target_kind_unknown", target=target, known=", ".join(TARGETS))
    if target != GRID:
        return None
    known = workspace.read("scheme", ["key"])["key"].tolist()
    if scheme is not None:
        if scheme not in known:
            raise InputError("post_scheme_unknown", scheme=scheme, known=", ".join(known) or "–")
        return scheme
    if len(known) != 1:
        raise InputError("post_scheme_needed", known=", ".join(known) or "–")
    return str(known[0])


def places_of(workspace: Workspace, target: str, scheme: str | None) -> Rows:
    """Return the objects that posts of ``target`` may be for, without geometry.

    :raises InputError: ``post_places_missing`` when there are none; ``post_scheme_without_grids`` when only other
        schemes have grids.
    """
    where: Mapping[str, str] | None = {"scheme": scheme} if target == GRID and scheme else None
    rows = workspace.read(target, where=where, geometry=False)
    if len(rows) == 0:
        if where is not None and workspace.count(target):
            titles = workspace.read("scheme", ["title"], {"key": scheme}, geometry=False)["title"]
            raise InputError("post_scheme_without_grids", scheme=next(filter(None, titles), scheme))
        raise InputError("post_places_missing", place_zh=table(target).zh, place_en=table(target).en)
    return rows


def numbered_grid(workspace: Workspace, community: object, number: object) -> str | None:
    """Return the responsibility-grid code for a community and the running number inside it; ``None`` if not both."""
    area, digits = clean_code(community), clean_code(number)
    if area is None or digits is None or area_code_problem(area) is not None or not digits.isdigit():
        return None
    chosen = layout(workspace.info.responsibility_layout)
    if int(digits) > chosen.sequence_part.last or int(digits) < chosen.sequence_part.first:
        return None
    return chosen.code_at(chosen.prefix_for_area(area), int(digits))

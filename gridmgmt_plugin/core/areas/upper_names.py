"""What areas above those of a layer are called: a layer of communities names its street offices beside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gridmgmt_plugin.core.codes.areas import LEVELS, area_level, parent_code
from gridmgmt_plugin.core.ground import some
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_texts
from gridmgmt_plugin.core.value_words import comparable_word

_LEVEL_WORDS = "layouts/areas.json"


def names_above(rows: Rows, codes: Sequence[str], headings: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return, for each column of ``headings`` that names upper areas of the layer, code of such an area → name.

    Such a column says the same for all rows of one upper area, and something else for every other one. It names the
    areas of one level: the one that its heading says, else the only one that it fits. Where a layer holds one street
    office only, a column fits street office and county alike, and without a word for either it names none.
    """
    by_level = {level: [_area_of(code, level) for code in codes] for level in LEVELS}
    there = set(codes)
    found = {}
    for heading in headings:
        names = clean_texts(rows[heading]).tolist()
        fitting = {level: said for level, of in by_level.items() if (said := _one_each(of, names))}
        level = level_said(heading) or (next(iter(fitting)) if len(fitting) == 1 else None)
        upper = {code: name for code, name in fitting.get(level or "", {}).items() if code not in there}
        if upper:
            found[heading] = upper
    return found


def agreed_names(
    layers: Sequence[Mapping[str, Mapping[str, str]]], there: Collection[str]
) -> tuple[dict[str, dict[str, str]], list[Message]]:
    """Return heading → code → name of all layers together, and what is to tell of areas named in several ways.

    Every area has one name, of the first column that says it; an area that columns or layers name differently has
    none.

    :param layers: what :func:`names_above` found in each.
    :param there: codes of areas that come with a row of their own, which says their name.
    """
    said: dict[str, dict[str, str]] = {}
    for heading, names in ((heading, names) for layer in layers for heading, names in layer.items()):
        for code, name in names.items():
            if code not in there:
                said.setdefault(code, {}).setdefault(name, heading)
    agreed: dict[str, dict[str, str]] = {}
    differing = []
    for code, headings in said.items():
        if len(headings) > 1:
            differing.append(f"{code}: " + " / ".join(f"{name} ({heading})" for name, heading in headings.items()))
            continue
        ((name, heading),) = headings.items()
        agreed.setdefault(heading, {})[code] = name
    if not differing:
        return agreed, []
    return agreed, [Message("areas_parents_named_differently", {"count": len(differing), "shown": some(differing)})]


def level_said(heading: str) -> str | None:
    """Return the level that a heading speaks of by its last word (区县名称: county), ``None`` for none."""
    plain, words = comparable_word(heading), load_json(_LEVEL_WORDS)["level_words"]
    said = [
        (place + len(word), len(word), level)
        for level, of_level in words.items()
        for word in of_level
        if (place := plain.rfind(word)) >= 0
    ]
    level = max(said)[2] if said else None
    return level if level in LEVELS else None


def _area_of(code: str, level: str) -> str | None:
    """Return the area of a level that an area lies in or is, ``None`` where there is none."""
    area: str | None = code
    while area is not None and area_level(area) != level:
        area = parent_code(area)
    return area


def _one_each(codes: Sequence[str | None], names: Sequence[str | None]) -> dict[str, str]:
    """Return code → name where they go together one to one, else nothing; rows without a code do not count."""
    pairs = {(code, name) for code, name in zip(codes, names) if code and name}
    said = dict(pairs)
    is_one_to_one = len(said) == len(pairs) == len(set(said.values())) and len(said) == len({*codes} - {None})
    return said if is_one_to_one else {}

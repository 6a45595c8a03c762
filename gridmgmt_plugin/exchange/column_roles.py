"""Which column plays which role, when nobody has said so: by its name, checked against what stands in it.

Names are compared half-width, in lower case and without blanks and marks. The names of every role are data
(``resources/catalogues/field_names.json``), the more telling ones first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gridmgmt_plugin.core.coordinates import is_pair, read_coordinates
from gridmgmt_plugin.core.dates import parse_dates
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.letters import folded_heading
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.rows import Rows, is_null
from gridmgmt_plugin.core.text import clean_code, clean_text, clean_texts, to_numbers
from gridmgmt_plugin.core.value_words import comparable_word, grade_of_class

_CATALOGUE = "catalogues/field_names.json"
_VALUES = "catalogues/import_values.json"
_AREA_CODE = re.compile(r"[1-9]\d{5}(\d{3}(\d{3})?)?")
_STREET_NAME = re.compile(
    r"(?:路|街|巷|道|弄|胡同|里|桥|环|高速|线|坊|条|夹道)(?:[东西南北中][段路街]?|[一二三四五六七八九十\d]+[条段]?)?$"
    r"|\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|place|pl|court|ct|way|alley|highway)\.?"
    r"(?: [NS]?[EW]?)?$",
    re.IGNORECASE,
)
_SHARE_OF_NAMES = 0.6
# Two communities of a county may bear one name; most do not.
_SHARE_OF_OWN_NAMES = 0.7
# Roles whose content is told apart from others' even under a heading that says nothing.
_BY_CONTENT_ALONE = ("reported", "lane")
# A file may have a row for each state that a case went through.
_SHARE_OF_KEYS = 0.1
_SAMPLE = 2000
_SHOWN_ROWS = 10

_EXACT, _CONTAINS, _BY_CONTENT = 1.0, 0.6, 0.5
# A later synonym is a little less telling than an earlier one, never as little as the next kind of match.
_RANK_LOSS = 0.3
_CONTENT_CONTRADICTS = 0.2
_MOST_FIT = 0.8
_LEAST = 0.3
_DEGREES = {"x": (73.0, 136.0), "y": (3.0, 54.0)}


@dataclass(frozen=True)
class FieldGuess:
    """The column for a role: its name, how sure (0 … 1; 1 = told by the user), and other columns that could be it."""

    field: str
    confidence: float
    candidates: tuple[str, ...] = ()


def roles() -> tuple[str, ...]:
    """Return the roles that columns can play."""
    return tuple(load_json(_CATALOGUE))


def role_title(role: str, language: str) -> str:
    """Return what a planner calls the role."""
    return str(load_json(_CATALOGUE)[role][tongue_of(language)])


def require_field(rows: Rows, role: str, chosen: str | None = None, taken: Sequence[str] = ()) -> FieldGuess:
    """Return the column for ``role``; ``chosen`` is what the user named, ``taken`` are columns already in use.

    :raises InputError: ``field_missing`` when ``chosen`` is not there, ``field_not_found`` when nothing fits; both
        list the columns that are there.
    """
    guess = find_field(rows, role, chosen, taken)
    if guess is None:
        raise InputError(
            "field_not_found",
            role_zh=role_title(role, "zh"),
            role_en=role_title(role, "en"),
            fields=", ".join(rows.columns) or "–",
        )
    return guess


def find_field(rows: Rows, role: str, chosen: str | None = None, taken: Sequence[str] = ()) -> FieldGuess | None:
    """Return the column for ``role``, or ``None`` when no column fits.

    :raises InputError: ``field_missing`` when ``chosen`` is not among the columns.
    """
    if chosen:
        return FieldGuess(named_field(rows, chosen), 1.0)
    scores = candidates(rows, role, taken)
    if not scores:
        return None
    # A column without a value comes last, whatever its name; of equal ones the earlier wins (the sort is stable).
    vague = _too_vague(rows, scores) if load_json(_CATALOGUE)[role].get("tells_apart") else set()
    ranked = sorted(scores, key=lambda field: (not len(_sample(rows[field])), field in vague, -scores[field]))
    return FieldGuess(ranked[0], round(scores[ranked[0]], 2), tuple(ranked[1:]))


def candidates(rows: Rows, role: str, taken: Sequence[str] = ()) -> dict[str, float]:
    """Return the columns that could play ``role`` and how sure that is (0 … 1), in the order of the table."""
    entry = load_json(_CATALOGUE)[role]
    scores = {}
    for field in rows.columns:
        if field in taken:
            continue
        score = _name_score(field, role)
        if score > 0:
            score *= _content_fit(rows[field], entry["content"])
        if score == 0 and entry["content"] in _DEGREES:
            score = _BY_CONTENT if _is_degrees(rows[field], entry["content"]) else 0.0
        if score >= _LEAST:
            scores[field] = score
    if not scores and role in _BY_CONTENT_ALONE:
        free = [field for field in rows.columns if field not in taken]
        scores = {field: _BY_CONTENT for field in free if _speaks_by_itself(rows, field, entry["content"])}
    return scores


def _too_vague(rows: Rows, fields: Iterable[str]) -> set[str]:
    """Return the columns that tell far fewer rows apart than another: no community is named after its office."""
    distinct = {field: len(set(clean_texts(_sample(rows[field])))) for field in fields}
    most = max(distinct.values(), default=0)
    return {field for field, count in distinct.items() if count < _SHARE_OF_OWN_NAMES * most}


def named_field(rows: Rows, name: str) -> str:
    """Return the column that the user means by ``name``, whatever its width and case.

    :raises InputError: ``field_missing``, listing the columns that are there.
    """
    if name in rows:
        return name
    plain = {folded_heading(field): field for field in reversed(list(rows.columns))}
    found = plain.get(folded_heading(name))
    if found is None:
        raise InputError("field_missing", field=name, fields=", ".join(rows.columns) or "–")
    return found


def find_xy(
    rows: Rows, x_field: str | None = None, y_field: str | None = None, taken: Sequence[str] = ()
) -> tuple[FieldGuess, FieldGuess]:
    """Return the columns that speak the most for being coordinates, each by itself; ``taken`` cannot be them.

    Which of several pairs is meant, :func:`gridmgmt_plugin.exchange.coordinate_pairs.choose_pair` says.

    :raises InputError: as :func:`require_field`; ``coordinates_in_one_field`` when one column holds both.
    """
    try:
        x = require_field(rows, "x", x_field, taken=[*taken, *([named_field(rows, y_field)] if y_field else [])])
        y = require_field(rows, "y", y_field, taken=[*taken, x.field])
    except InputError as error:
        together = _field_of_pairs(rows) if error.code == "field_not_found" else None
        if together is None:
            raise
        raise InputError("coordinates_in_one_field", field=together) from error
    return x, y


def _field_of_pairs(rows: Rows) -> str | None:
    for field, column in rows.columns.items():
        sample = _sample(column)
        if len(sample) and _share([is_pair(value) for value in sample]) >= _MOST_FIT:
            return field
    return None


def find_area_fields(
    rows: Rows,
    code_field: str | None = None,
    name_field: str | None = None,
    *,
    in_parts: bool = False,
    numbers: np.ndarray | None = None,
) -> tuple[FieldGuess, FieldGuess]:
    """Return code and name column of an area layer.

    The code is the column of 6, 9 or 12 digits without repetition, the longest where several qualify; the name by
    its heading, else the column of texts that repeats the least.

    :param in_parts: codes may repeat, because an area may have several rows.
    :param numbers: under which the user finds each row, for the sentence that says which column nearly qualified.
    :raises InputError: ``field_missing``, ``area_code_not_found``, ``area_code_repeated``, ``area_code_incomplete``
        or ``field_not_found``, listing the columns.
    """
    told = np.arange(1, len(rows) + 1) if numbers is None else numbers
    code = FieldGuess(named_field(rows, code_field), 1.0) if code_field else _area_code(rows, told, in_parts=in_parts)
    name = find_field(rows, "name", name_field, taken=[code.field]) or _area_name(rows, code.field)
    if name is None:
        raise InputError(
            "field_not_found",
            role_zh=role_title("name", "zh"),
            role_en=role_title("name", "en"),
            fields=", ".join(rows.columns),
        )
    return code, name


def is_named_for(field: str, role: str) -> bool:
    """Tell whether a column's name alone is one of the names of ``role``."""
    return folded_heading(field) in _plain_names(role)


def is_known_heading(text: str) -> bool:
    """Tell whether ``text`` is one of the names that columns of any role usually bear."""
    return folded_heading(text) in _all_plain_names()


def is_personal(heading: str) -> bool:
    """Tell whether a heading says that its column holds names, phones or identity numbers of people."""
    plain, words = comparable_word(heading), load_json(_VALUES)
    is_moment = plain.endswith(tuple(words["moment_endings"]))  # 来电时间 says when, not who
    return not is_moment and any(comparable_word(word) in plain for word in words["personal_words"])


def uncertain(role: str, guess: FieldGuess) -> Message | None:
    """Return a note to show the user when a guess should be looked at, else ``None``."""
    if guess.confidence >= _MOST_FIT:
        return None
    return Message(
        "field_guessed",
        {"role_zh": role_title(role, "zh"), "role_en": role_title(role, "en"), "field": guess.field},
    )


def _area_code(rows: Rows, numbers: np.ndarray, *, in_parts: bool) -> FieldGuess:
    """Return the column of area codes.

    :raises InputError: ``area_code_not_found``; ``area_code_repeated`` and ``area_code_incomplete`` name the column
        that nearly qualified and the rows that hinder it.
    """
    columns = {field: [clean_code(value) for value in column] for field, column in rows.columns.items()}
    good = {field: [bool(code and _AREA_CODE.fullmatch(code)) for code in codes] for field, codes in columns.items()}
    whole = [field for field in columns if len(rows) and all(good[field])]
    distinct = {field: len(set(columns[field])) for field in columns}
    fitting = [field for field in whole if distinct[field] == len(rows)]
    if not fitting and in_parts:
        most = max((distinct[field] for field in whole), default=0)
        fitting = [field for field in whole if distinct[field] == most]
    if fitting:
        ranked = sorted(fitting, key=lambda f: (len(columns[f][0] or ""), _name_score(f, "code")), reverse=True)
        return FieldGuess(ranked[0], 0.95 if len(ranked) == 1 else 0.8, tuple(ranked[1:]))
    guess = find_field(rows, "code")
    if guess is not None and guess.confidence >= _MOST_FIT:
        return guess
    if whole:
        field = max(whole, key=lambda f: (distinct[f], _name_score(f, "code")))
        shown, count = repeated_codes(columns[field], numbers)
        told = {"field": field, "count": len(rows), "codes": distinct[field], "repeated": count, "shown": shown}
        raise InputError("area_code_repeated", **told)
    nearly = [field for field in columns if _share(good[field] or [False]) >= _MOST_FIT]
    if nearly:
        field = max(nearly, key=lambda f: (sum(good[f]), _name_score(f, "code")))
        bad = [i for i, fits in enumerate(good[field]) if not fits]
        shown = listing(f"{numbers[i]}: {columns[field][i] or '–'}" for i in bad)
        raise InputError("area_code_incomplete", field=field, count=len(bad), shown=shown)
    raise InputError("area_code_not_found", fields=", ".join(rows.columns) or "–")


def repeated_codes(codes: Sequence[str | None], numbers: np.ndarray) -> tuple[str, int]:
    """Return which codes several rows bear, with the numbers of these rows, as text; and how many codes that are."""
    rows: dict[str | None, list[str]] = {}
    for code, number in zip(codes, numbers.tolist()):
        rows.setdefault(code, []).append(str(number))
    twice = {code: places for code, places in rows.items() if len(places) > 1}
    return listing(f"{code} ({', '.join(places[:_SHOWN_ROWS])})" for code, places in twice.items()), len(twice)


def _area_name(rows: Rows, code_field: str) -> FieldGuess | None:
    best = None
    for field, column in rows.columns.items():
        texts = [text for text in clean_texts(column) if text and not _is_number(text)]
        if field == code_field or len(texts) * 2 < len(rows):
            continue
        distinct = len(set(texts)) / max(len(texts), 1)
        if best is None or distinct > best[1]:
            best = (field, distinct)
    return None if best is None else FieldGuess(best[0], _BY_CONTENT)


def _is_number(text: str) -> bool:
    return bool(np.isfinite(to_numbers([text]))[0])


@lru_cache(maxsize=64)
def _plain_names(role: str) -> tuple[str, ...]:
    return tuple(folded_heading(name) for name in load_json(_CATALOGUE)[role]["names"])


@lru_cache(maxsize=1)
def _all_plain_names() -> frozenset[str]:
    return frozenset(name for role in roles() for name in _plain_names(role))


def _name_score(field: str, role: str) -> float:
    plain, names = folded_heading(field), _plain_names(role)
    if plain in names:
        return _EXACT - _RANK_LOSS * names.index(plain) / len(names)
    if plain in _all_plain_names():  # 结案时间 is a role of its own, not the time of a report
        return 0.0
    inside = [name for name in names if _is_telling_part(name, plain)]
    return _CONTAINS - _RANK_LOSS * names.index(inside[0]) / len(names) if inside else 0.0


def _is_telling_part(name: str, plain: str) -> bool:
    """Tell whether ``name`` speaks out of a longer column name: 所在社区名称 ends with what it is, but survey_date
    does not hold the time of a report merely because it holds ``date``.
    """
    return len(name) >= 5 and name in plain if name.isascii() else len(name) >= 2 and plain.endswith(name)


def _content_fit(column: np.ndarray, content: str) -> float:
    """Return how far the cells of a column speak for its name, 0 … 1.

    Numbers count by their share: rows that hold something else are rejected one by one, they do not make the column
    another one.
    """
    sample = _sample(column)
    if content in (*_DEGREES, "number") and len(sample):
        numbers = read_coordinates(sample).values if content in _DEGREES else to_numbers(sample)
        share = _share(np.isfinite(numbers))
        return 1.0 if share >= _MOST_FIT else max(share, _CONTENT_CONTRADICTS)
    return 1.0 if _content_fits(sample, content) else _CONTENT_CONTRADICTS


def _content_fits(sample: np.ndarray, content: str) -> bool:
    if not len(sample) or content == "any":
        return True
    if content == "date":
        parsed = parse_dates(sample)
        return _share(is_null(parsed.reasons)) >= 0.5
    if content == "text":
        return _share(~np.isfinite(to_numbers(sample))) >= 0.5
    if content == "street":
        return _share(~np.isfinite(to_numbers(sample))) >= 0.5 and not _are_classes(sample)
    if content == "unique":
        return len({str(value) for value in sample}) >= _SHARE_OF_KEYS * len(sample)
    return True


def _speaks_by_itself(rows: Rows, field: str, content: str) -> bool:
    """Tell whether a column that is named for no role has the content of one."""
    if is_known_heading(field):
        return False
    sample = _sample(rows[field])
    if not len(sample):
        return False
    if content == "street":
        return _share(_are_street_names(sample)) >= _SHARE_OF_NAMES and not _are_classes(sample)
    # A bare number may be a day of a spreadsheet and may be anything else.
    texts = ~np.isfinite(to_numbers(sample))
    return _share(texts & is_null(parse_dates(sample).reasons)) >= _MOST_FIT


def _are_street_names(sample: np.ndarray) -> np.ndarray:
    return np.array([bool(_STREET_NAME.search(clean_text(value) or "")) for value in sample], dtype=bool)


def _are_classes(sample: np.ndarray) -> bool:
    """Tell whether cells say what kind of street or ground each one is: 主干路, primary, 公路用地."""
    told = [grade_of_class(value) is not None or comparable_word(value).endswith("用地") for value in sample]
    return _share(told) >= 0.5


def _is_degrees(column: np.ndarray, axis: str) -> bool:
    sample = _sample(column)
    numbers = read_coordinates(sample).values
    low, high = _DEGREES[axis]
    fits = (numbers >= low) & (numbers <= high) & (numbers != np.round(numbers))
    return len(sample) > 0 and _share(fits) >= _MOST_FIT


def _sample(column: np.ndarray) -> np.ndarray:
    there: np.ndarray = column[~is_null(column)]
    return there[:: max(1, len(there) // _SAMPLE)][:_SAMPLE]


def _share(truth: Any) -> float:
    return float(np.mean(truth))

"""No English text says “1 errors”: a word behind a number that can be one has a form for one.

What can stand behind a number is learned from the texts themselves: every word that one text declines must be
declined in all, and what looks like a plural behind the name of a count must be declined too.
"""

from __future__ import annotations

import ast
import re
import string
from functools import cache

from gridmgmt_plugin.core.messages import catalogue
from tests.architecture.imports import interface_texts, nodes_of
from tests.architecture.test_layers import PACKAGE


def forms(template):
    """Return which words of a template change with which value: name → (for one, for more)."""
    found = {}
    for _, name, spec, _ in string.Formatter().parse(template):
        if name and spec and "|" in spec:
            one, many = spec.split("|")
            found.setdefault(name, []).append((one, many))
    return found


@cache
def texts():
    """Return every English text by its code or by itself; to find them takes a second, so not while collecting."""
    return {
        **{code: entry["en"] for code, entry in catalogue().items()},
        **{text: text for text in interface_texts()},
    }


@cache
def declined():
    """Return the names of the values that decline a word in some text."""
    return {name for text in texts().values() for name in forms(text)}


@cache
def plurals():
    pairs = [pair for text in texts().values() for found in forms(text).values() for pair in found]
    return {many.split()[0] for one, many in pairs if one != many}


#: A number, up to three words that describe what is counted, and the word that may be a plural.
COUNTED = re.compile(r"\{(\w+)\}((?: [a-z][a-z-]*){1,4})")
#: Values that are counted in one text and named in others.
NAMED = {"codes", "layer", "path"}
#: Words with an s at their end that are no plurals.
NO_PLURALS = {"is", "was", "has", "its", "this", "us", "as", "does", "goes", "across", "less", "class", "address"}
#: Where the words end that belong to the number.
ENDS = {"of", "if", "in", "the", "to", "and", "at", "on", "from", "m"}


def _undeclined(text):
    """Return the places of a text at which a number stands before a plural for all numbers."""
    for match in COUNTED.finditer(text):
        if match.group(1) not in declined() - NAMED:
            continue
        for word in match.group(2).split():
            if word in ENDS:
                break
            if word in plurals() or (word.endswith("s") and word not in NO_PLURALS):
                yield match.group(0)
                break


def test_an_english_text_agrees_with_its_numbers():
    assert {key: places for key, text in texts().items() if (places := list(_undeclined(text)))} == {}


def test_words_agree_with_numbers_and_not_with_names():
    names = {"layer", "path", "name", "kind", "table", "scheme"}
    assert {key: found for key, text in texts().items() if (found := forms(text).keys() & names)} == {}


def test_the_test_finds_what_it_looks_for():
    assert len(plurals()) > 50
    assert list(_undeclined("{count} unsaved edits")) == ["{count} unsaved edits"]
    assert list(_undeclined("{rows} rows")) == ["{rows} rows"]
    assert list(_undeclined("{count} unsaved {count:edit|edits}")) == []


def test_texts_that_count_are_given_their_values_where_words_are_chosen():
    """``str.format`` cannot choose, and fails only when somebody looks."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("format", "format_map")
        and any(isinstance(part, ast.Constant) and _counts(part.value) for part in ast.walk(node.func.value))
    ]
    assert wrong == []


def _counts(value):
    return isinstance(value, str) and bool(re.search(r"\{\w+:[^{}]*\|", value))

"""The help of the algorithms: one HTML fragment per algorithm and language under ``resources/help``.

A fragment is well-formed XML: ``<help>`` with paragraphs, a ``<dl>`` that explains each parameter and output by its
name, and an example. What many algorithms share (``WORKSPACE``, ``REPORT`` …) stands once, in ``common``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import unescape

from gridmgmt_plugin.core.resources import resource_path

COMMON = "common"
# Every algorithm is explained while QGIS starts, where a parser of XML would take a tenth of the plugin's time; that
# the fragments are what these expect is for the tests to say.
_ENTRY = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Help:
    """One algorithm explained: ``body`` is HTML; ``parameters`` maps names to plain text, shared ones included."""

    body: str
    parameters: Mapping[str, str]

    @cached_property
    def summary(self) -> str:
        """Return the first paragraph as plain text."""
        first = _PARAGRAPH.search(self.body)
        return "" if first is None else _plain(first[1])

    def html(self, titles: Mapping[str, str]) -> str:
        """Return what QGIS shows beside the dialog.

        :param titles: name → label of the parameters and outputs to explain, in the order of the dialog.
        """
        root = ET.fromstring(self.body)  # noqa: S314  our own resource
        listed = ET.Element("ul")
        for name, title in titles.items():
            item = ET.SubElement(listed, "li")
            label = ET.SubElement(item, "b")
            label.text = title
            label.tail = " "
            key = ET.SubElement(item, "code")
            key.text = name
            key.tail = f" – {self.parameters[name]}" if name in self.parameters else ""
        pieces = []
        for child in root:
            pieces.append(ET.tostring(listed if child.tag == "dl" else child, encoding="unicode"))
        return "".join(pieces)


@cache
def help_of(algorithm: str, language: str) -> Help:
    """Return the help of an algorithm in ``zh`` or ``en``.

    :raises FileNotFoundError: when there is none, which is a mistake of ours.
    """
    body = _fragment(algorithm, language)
    return Help(body, {**_common(language), **_definitions(body)})


@cache
def _common(language: str) -> Mapping[str, str]:
    return _definitions(_fragment(COMMON, language))


@cache
def _fragment(name: str, language: str) -> str:
    return resource_path(f"help/{name}.{language}.html").read_text(encoding="utf-8")


def _definitions(body: str) -> dict[str, str]:
    return {_plain(term): _plain(text) for term, text in _ENTRY.findall(body)}


def _plain(fragment: str) -> str:
    return " ".join(unescape(_TAG.sub("", fragment)).split())

"""What the help says about a field in the words of the window: titles and labels in the place of keys of scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterEnum

from gridmgmt_plugin.processing.parameters import keys_of

# Addresses of databases, JSON, and where a script's password may stand, with what is around them.
_FOR_SCRIPTS = re.compile(
    r"\s*[（(]postgresql://[^）)]*[）)]|[，,]?\s*(?:形如|such as)\s*\{.*\}|(?<=[。.])[^。]*authcfg=[^。.]*[。.]"
)
# In Chinese a key or the name of a column stands before what it means: "code 编码". Formats are words.
_KEY_BEFORE_MEANING = re.compile(r"(?<![\w.])(?!(?:csv|xlsx|shp|dbf)\b)[a-z]+(?:_[a-z]+)* ?(?=[\u4e00-\u9fff])")
_HEAD = re.compile(r"[^：:（(，,]+")


def window_tip(definition: QgsProcessingParameterDefinition, titles: Mapping[str, str]) -> str:
    """Return the tip of a field.

    :param titles: name → title of the fields of the same dialog.
    """
    text = _KEY_BEFORE_MEANING.sub("", _FOR_SCRIPTS.sub("", definition.help()))
    if isinstance(definition, QgsProcessingParameterEnum):
        for key, label in zip(keys_of(definition), definition.options()):
            text = _with_label(text, key, label)
    for name, title in titles.items():
        text = re.sub(rf"\b{re.escape(name)}\b(?!=) ?", _quoted(title), text)
    return text.strip()


def _with_label(text: str, key: str, label: str) -> str:
    """Put the head of a label in the place of a choice's key, unless the text has it there already."""
    found = _HEAD.match(label)
    head = label if found is None else found.group().strip()
    text = re.sub(rf"({re.escape(head)}[（(]){re.escape(key)}[，,、] ?", r"\1", text)
    return re.sub(rf"(?<![\w.-]){re.escape(key)}(?![\w-])", _quoted(head), text)


def _quoted(text: str) -> str:
    return f"“{text}”".replace("\\", r"\\")

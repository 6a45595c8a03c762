"""The interface texts: collected from the code, kept in a .ts file that Qt Linguist edits, compiled for QTranslator.

    python -m tools.translations update     collect, keep what is translated, drop what is gone, compile
    python -m tools.translations compile    only the .qm file

Nothing but the standard library: Qt's own tools come with half of a desktop, and do not know ``translatable``.
"""

from __future__ import annotations

import ast
import os
import struct
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gridmgmt_plugin"
CATALOGUE = PACKAGE / "i18n" / "gridmgmt_zh_CN.ts"
CONTEXT = "gridmgmt"
MARKS = ("tr", "translatable")

# The .qm format: a magic number, then sections of tag, length and content (Qt's qtranslator.cpp).
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_SECTION_HASHES, _SECTION_MESSAGES = 0x42, 0x69
_TAG_END, _TAG_TRANSLATION, _TAG_SOURCE, _TAG_CONTEXT, _TAG_COMMENT = 1, 3, 6, 7, 8


class ExtractionError(Exception):
    """A text that no translator could ever see, e.g. an f-string."""


def extract(package: Path = PACKAGE) -> dict[str, list[str]]:
    """Return every interface text and the files (relative to ``package``) that show it, in reading order.

    :raises ExtractionError: when a marked text is put together by an f-string or by ``+`` or ``%``.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        for text in _texts_of(path, name):
            places = found.setdefault(text, [])
            if name not in places:
                places.append(name)
    return found


def _texts_of(path: Path, name: str) -> list[str]:
    texts = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        argument = node.args[0] if node.args else None
        if isinstance(argument, (ast.JoinedStr, ast.BinOp)):
            raise ExtractionError(f"{name}:{node.lineno}: give {node.func.id}() one literal and fill values in after")
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            texts.append(argument.value)
    return texts


def read_catalogue(path: Path = CATALOGUE) -> dict[str, str]:
    """Return source text → translation; an unfinished one is the empty string."""
    if not path.exists():
        return {}
    entries = {}
    for message in ET.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        finished = translation is not None and translation.get("type") is None
        entries[message.findtext("source") or ""] = (translation.text or "") if finished else ""
    return entries


def write_catalogue(texts: dict[str, list[str]], translated: dict[str, str], path: Path = CATALOGUE) -> None:
    """Write the .ts file: each text with its places and translation, without line numbers that change daily."""
    root = ET.Element("TS", version="2.1", language="zh_CN", sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for text, places in sorted(texts.items(), key=lambda item: (item[1][0], item[0])):
        message = ET.SubElement(context, "message")
        for place in places:
            ET.SubElement(message, "location", filename=f"../{place}")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        translation.text = translated.get(text, "")
        if not translation.text:
            translation.set("type", "unfinished")
    ET.indent(root, "  ")
    header = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    path.write_text(header + ET.tostring(root, encoding="unicode") + "\n", encoding="utf-8")


def compile_catalogue(translated: dict[str, str]) -> bytes:
    """Return the content of the .qm file of the finished entries."""
    messages, hashes = b"", []
    for source, translation in sorted(translated.items()):
        if not translation:
            continue
        hashes.append((_elf_hash(source.encode("utf-8")), len(messages)))
        messages += _field(_TAG_TRANSLATION, translation.encode("utf-16-be"))
        messages += _field(_TAG_COMMENT, b"")
        messages += _field(_TAG_SOURCE, source.encode("utf-8"))
        messages += _field(_TAG_CONTEXT, CONTEXT.encode("utf-8"))
        messages += bytes([_TAG_END])
    table = b"".join(struct.pack(">II", *entry) for entry in sorted(hashes))
    return _MAGIC + _field(_SECTION_HASHES, table) + _field(_SECTION_MESSAGES, messages)


def _field(tag: int, content: bytes) -> bytes:
    return struct.pack(">BI", tag, len(content)) + content


def _elf_hash(text: bytes) -> int:
    value = 0
    for byte in text:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value or 1


def main(arguments: list[str]) -> int:
    if arguments not in (["update"], ["compile"]):
        print(__doc__)
        return 2
    if arguments == ["update"]:
        before, texts = read_catalogue(), extract()
        write_catalogue(texts, before)
        for gone in sorted(set(before) - set(texts)):
            print(f"dropped: {gone}")
        unfinished = [text for text in texts if not before.get(text)]
        for text in unfinished:
            print(f"to translate: {text}")
        print(f"{len(texts)} texts, {len(unfinished)} to translate in {CATALOGUE.relative_to(ROOT)}")
    _put(CATALOGUE.with_suffix(".qm"), compile_catalogue(read_catalogue()))
    return 0


def _put(path: Path, content: bytes) -> None:
    """Put another file in the place of one that has changed: who shows its texts has it mapped into memory."""
    if not path.exists() or path.read_bytes() != content:
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

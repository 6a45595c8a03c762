"""Receiver profiles out of JSON: every fault is told with its place in the file and what to do there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, NoReturn

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.value_lists import ROLE, value_list
from gridmgmt_plugin.exchange.package.fields import layer_specs
from gridmgmt_plugin.exchange.package.grid_requests import GridApi
from gridmgmt_plugin.exchange.package.profile import (
    ReceiverProfile,
    check_formats,
    content_names,
    package_specs,
    pattern_parts,
)
from gridmgmt_plugin.exchange.package.profile_fields import FIELD_KEYS, FieldReader
from gridmgmt_plugin.exchange.package.text_fit import LONGEST_NAME_BYTES, check_encoding

KEYS = (
    "title", "receiver", "folder", "files", "every_file", "layers", "fields", "single_parts", "most_vertices",
    "grid_api", "formats", "encoding", "target_crs", "note",
)  # fmt: skip
# A file name is a layer name too, and GDAL takes none that begins with a sign.
_FILE_NAME = re.compile(r"\w[\w\-]{0,59}")
_FOLDER_NAME = re.compile(r"\w[\w\-]{0,99}")
_LAYER_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST_HEADING = 60
#: What a ring has at least.
FEWEST_VERTICES = 4
# Names that Windows keeps for devices.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_SAMPLE = {"county": "990101", "scheme": "cg", "number": "r0001", "yyyymmdd": "20260101"}


def read_profile(profile: Path | str | Mapping[str, Any] | None) -> ReceiverProfile:
    """Return a receiver profile from a JSON file or its parsed content; the empty one for nothing.

    :raises InputError: ``file_missing``, ``profile_not_json`` with line and column, ``profile_invalid`` naming the
        place in the file and what is wrong there.
    """
    if profile in (None, ""):
        return ReceiverProfile()
    if isinstance(profile, Mapping):
        return _Reader("–").profile(profile)
    path = Path(str(profile))
    return _Reader(path.name).profile(profile_content(path))


def profile_content(path: Path) -> Any:
    """Return the JSON of a file.

    :raises InputError: ``file_missing``, ``profile_unreadable``, ``profile_not_utf8``, ``profile_not_json``.
    """
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("file_missing", path=str(path)) from error
    except OSError as error:
        raise InputError("profile_unreadable", name=path.name, reason=str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise InputError("profile_not_utf8", name=path.name) from error
    except json.JSONDecodeError as error:
        raise InputError("profile_not_json", name=path.name, line=error.lineno, column=error.colno) from error


def profile_text(content: Mapping[str, Any]) -> str:
    """Return a profile as its file holds it."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


class _Reader:
    """Walks the content and knows where it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def profile(self, content: Any) -> ReceiverProfile:
        if not isinstance(content, Mapping):
            self._fail("/", Message("profile_not_object"))
        self._refuse_unknown(content, KEYS, "")
        formats, encoding = content.get("formats"), content.get("encoding")
        try:
            checked = None if formats is None else check_formats(self._list(formats, "formats"))
            encoding = None if encoding is None else check_encoding(self._text(encoding, "encoding"))
        except InputError as error:
            if error.code == "profile_invalid":
                raise
            self._fail("formats / encoding", error.message)
        target = content.get("target_crs")
        if target is not None and (isinstance(target, bool) or not isinstance(target, (int, str))):
            self._fail("target_crs", Message("profile_not_text"))
        every_file = self._text(content.get("every_file", ""), "every_file", blank=True)
        fields = self._mapping(content.get("fields", {}), "fields")
        return ReceiverProfile(
            receiver=self._text(content.get("receiver", ""), "receiver", blank=True),
            folder=self._folder(content.get("folder", "")),
            files=self._files(content.get("files", {}), every_file),
            fields=self._renamed({name: part for name, part in fields.items() if not isinstance(part, list)}),
            formats=checked,
            encoding=encoding,
            target_crs=target,
            title=self._text(content.get("title", ""), "title", blank=True),
            note=self._text(content.get("note", ""), "note", blank=True),
            every_file=every_file,
            layers=self._layers(content.get("layers", [])),
            forms={name: self._listed(name, part) for name, part in fields.items() if isinstance(part, list)},
            single_parts=self._flag(content.get("single_parts", False), "single_parts"),
            grid_api=self._grid_api(content.get("grid_api")),
            most_vertices=self._number(content.get("most_vertices"), "most_vertices", FEWEST_VERTICES),
        )

    def _folder(self, value: Any) -> str:
        pattern = self._text(value, "folder", blank=True)
        if not pattern:
            return ""
        sample = self._sample(pattern, _SAMPLE)
        if "{number}" not in pattern or not _FOLDER_NAME.fullmatch(sample) or _RESERVED.fullmatch(sample):
            self._fail("folder", Message("profile_folder_pattern"))
        return pattern

    @staticmethod
    def _sample(pattern: str, known: Mapping[str, str]) -> str:
        """Return what a pattern makes of a sample, "" where it is none."""
        try:
            return pattern.format(**known) if pattern_parts(pattern) <= set(known) else ""
        except ValueError:
            return ""

    def _files(self, value: Any, every_file: str) -> dict[str, str]:
        specs = package_specs()
        files = self._mapping(value, "files")
        for key, name in files.items():
            where = f"files.{key}"
            if key not in specs:
                self._fail(where, Message("profile_layer_unknown", {"known": ", ".join(specs)}))
            self._text(name, where)
        delivered = []
        for name, spec in specs.items():
            where, pattern = (f"files.{name}", files[name]) if name in files else ("every_file", every_file)
            made = self._sample(pattern or "{layer}", {**_SAMPLE, "layer": name, "layer_zh": spec.zh})
            if not _FILE_NAME.fullmatch(made) or _RESERVED.fullmatch(made):
                self._fail(where, Message("profile_file_name", {"value": pattern}))
            delivered.append(made.lower())
        self._refuse_twice([*delivered, "manifest"], "files" if files else "every_file")
        return dict(files)

    def _layers(self, value: Any) -> tuple[str, ...]:
        names = self._list(value, "layers")
        for at, name in enumerate(names):
            if name not in content_names():
                self._fail(f"layers[{at}]", Message("profile_layer_unknown", {"known": ", ".join(content_names())}))
        self._refuse_twice(names, "layers")
        return tuple(names)

    def _renamed(self, value: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        specs = package_specs()
        fields: dict[str, dict[str, str]] = {}
        for key, renamed in value.items():
            where = f"fields.{key}"
            if key not in specs:
                self._fail(where, Message("profile_layer_unknown", {"known": ", ".join(specs)}))
            known = [spec.name for spec in specs[key].fields]
            names = self._mapping(renamed, where)
            for ours, theirs in names.items():
                place = f"{where}.{ours}"
                if ours not in known:
                    self._fail(place, Message("profile_field_unknown", {"known": ", ".join(known)}))
                self._check_field(self._text(theirs, place), key in layer_specs(), place)
            self._refuse_twice([names.get(name, name).lower() for name in known], where)
            fields[key] = dict(names)
        return fields

    def _grid_api(self, value: Any) -> GridApi | None:
        if value is None:
            return None
        given = self._mapping(value, "grid_api")
        known = tuple(part.name for part in dataclass_fields(GridApi))
        self._refuse_unknown(given, known, "grid_api")
        read: dict[str, Any] = {}
        for key, part in given.items():
            where = f"grid_api.{key}"
            if key == "file":
                if not _FILE_NAME.fullmatch(self._text(part, where)) or _RESERVED.fullmatch(part):
                    self._fail(where, Message("profile_file_name", {"value": part}))
                self._refuse_twice([str(part).lower(), "manifest"], where)
                read[key] = part
            elif key in ("admins", "members"):
                read[key] = tuple(self._text(role, where) for role in self._list(part, where))
                known_roles = [role for role, _ in value_list(ROLE)]
                if not {*read[key]} <= {*known_roles}:
                    self._fail(where, Message("profile_role_unknown", {"known": ", ".join(known_roles)}))
            else:
                read[key] = self._number(part, where, 0)
                if read[key] is None:
                    self._fail(where, Message("profile_not_number", {"least": 0}))
        if "file" not in read:
            self._fail("grid_api.file", Message("profile_not_text"))
        return GridApi(**read)

    def _listed(self, name: str, entries: list[Any]) -> Any:
        where = f"fields.{name}"
        if name not in content_names():
            self._fail(where, Message("profile_layer_unknown", {"known": ", ".join(content_names())}))
        reader = FieldReader(package_specs()[name], self._fail)
        for at, entry in enumerate(entries):
            place = f"{where}[{at}]"
            self._refuse_unknown(self._mapping(entry, place), FIELD_KEYS, place)
            form = reader.add(entry, place)
            self._check_field(form.spec.name, name in layer_specs(), f"{place}.name")
        forms = reader.finished(where)
        self._refuse_twice([form.spec.name.lower() for form in forms], where)
        return forms

    def _check_field(self, name: str, of_layer: bool, where: str) -> None:  # noqa: FBT001  private
        if of_layer and (len(name.encode()) > LONGEST_NAME_BYTES or not _LAYER_FIELD.fullmatch(name)):
            self._fail(where, Message("profile_field_name", {"value": name, "most": LONGEST_NAME_BYTES}))
        if len(name) > _LONGEST_HEADING or not name.isprintable():
            self._fail(
                where,
                Message("profile_heading", {"value": shortened(name, _LONGEST_HEADING), "most": _LONGEST_HEADING}),
            )

    def _refuse_unknown(self, content: Mapping[Any, Any], known: tuple[str, ...], where: str) -> None:
        for key in content:
            if key not in known:
                place = f"{where}.{key}" if where else str(key)
                self._fail(place, Message("profile_key_unknown", {"known": ", ".join(known)}))

    def _refuse_twice(self, names: list[str], where: str) -> None:
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            self._fail(where, Message("profile_name_twice", {"value": twice}))

    def _text(self, value: Any, where: str, *, blank: bool = False) -> str:
        if not isinstance(value, str) or (not value.strip() and not blank):
            self._fail(where, Message("profile_not_text"))
        return str(value).strip()

    def _flag(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            self._fail(where, Message("profile_not_flag", {"yes": "true", "no": "false"}))
        return bool(value)

    def _number(self, value: Any, where: str, least: int) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            self._fail(where, Message("profile_not_number", {"least": least}))
        return value if value is None else int(value)

    def _list(self, value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            self._fail(where, Message("profile_not_list"))
        return list(value)

    def _mapping(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            self._fail(where, Message("profile_not_object"))
        return dict(value)

    def _fail(self, where: str, problem: Message) -> NoReturn:
        raise InputError("profile_invalid", name=self._name, where=where, problem=problem)

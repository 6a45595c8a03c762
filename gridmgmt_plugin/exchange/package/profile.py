"""What one receiver wants otherwise: names of folder, files and fields, formats, encoding (a JSON file)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.release.identity import folder_name
from gridmgmt_plugin.exchange.package.fields import FieldSpec, LayerSpec, TableSpec, layer_specs, table_specs
from gridmgmt_plugin.exchange.package.layer_files import FORMATS
from gridmgmt_plugin.exchange.package.text_fit import LONGEST_NAME_BYTES, check_encoding

_KEYS = ("receiver", "folder", "files", "fields", "formats", "encoding", "target_crs", "note")
# A file name is a layer name too, and GDAL takes none that begins with a sign.
_FILE_NAME = re.compile(r"\w[\w\-]{0,59}")
_FOLDER_NAME = re.compile(r"\w[\w\-]{0,99}")
_LAYER_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST_HEADING = 60
# Names that Windows keeps for devices.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True)
class ReceiverProfile:
    """``receiver``: name under which releases are kept, "" for none. ``folder``: pattern with ``{county}``,
    ``{scheme}``, ``{number}``, "" for the usual name. ``files``: layer or table → file name without suffix;
    ``fields``: layer or table → (our delivered name → the receiver's). ``formats``, ``encoding``, ``target_crs``:
    ``None`` where the profile does not say.
    """

    receiver: str = ""
    folder: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    formats: tuple[str, ...] | None = None
    encoding: str | None = None
    target_crs: int | str | None = None

    def package_name(self, county: str, scheme: str, number: str) -> str:
        """Return the name of folder and zip."""
        if not self.folder:
            return folder_name(county, scheme, number)
        return self.folder.format(county=county, scheme=scheme, number=number)

    def file_name(self, name: str) -> str:
        """Return the file name of a layer or table, without suffix."""
        return self.files.get(name, name)

    def renamed(self, name: str, specs: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
        """Return the fields of a layer or table under the receiver's names."""
        names = self.fields.get(name, {})
        return tuple(replace(spec, name=names.get(spec.name, spec.name)) for spec in specs)


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
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("file_missing", path=str(path)) from error
    except OSError as error:
        raise InputError("profile_unreadable", name=path.name, reason=str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise InputError("profile_not_utf8", name=path.name) from error
    except json.JSONDecodeError as error:
        raise InputError("profile_not_json", name=path.name, line=error.lineno, column=error.colno) from error
    return _Reader(path.name).profile(content)


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return the formats in our order, each once.

    :raises InputError: ``package_format_unknown``; ``package_without_format`` for none.
    """
    wanted = [str(name).strip().lower().lstrip(".") for name in formats]
    for name in wanted:
        if name not in FORMATS:
            raise InputError("package_format_unknown", value=name, known=", ".join(FORMATS))
    if not wanted:
        raise InputError("package_without_format", known=", ".join(FORMATS))
    return tuple(name for name in FORMATS if name in wanted)


class _Reader:
    """Walks the content and knows where it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def profile(self, content: Any) -> ReceiverProfile:
        if not isinstance(content, Mapping):
            self._fail("/", Message("profile_not_object"))
        for key in content:
            if key not in _KEYS:
                self._fail(str(key), Message("profile_key_unknown", {"known": ", ".join(_KEYS)}))
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
        return ReceiverProfile(
            receiver=self._text(content.get("receiver", ""), "receiver", blank=True),
            folder=self._folder(content.get("folder", "")),
            files=self._files(content.get("files", {})),
            fields=self._fields(content.get("fields", {})),
            formats=checked,
            encoding=encoding,
            target_crs=target,
        )

    def _folder(self, value: Any) -> str:
        pattern = self._text(value, "folder", blank=True)
        if not pattern:
            return ""
        try:
            sample = pattern.format(county="990101", scheme="cg", number="r0001")
        except (KeyError, IndexError, ValueError, AttributeError):
            self._fail("folder", Message("profile_folder_pattern"))
        if "{number}" not in pattern or not _FOLDER_NAME.fullmatch(sample) or _RESERVED.fullmatch(sample):
            self._fail("folder", Message("profile_folder_pattern"))
        return pattern

    def _files(self, value: Any) -> dict[str, str]:
        names = {**layer_specs(), **table_specs()}
        files = self._mapping(value, "files")
        for key, name in files.items():
            where = f"files.{key}"
            if key not in names:
                self._fail(where, Message("profile_layer_unknown", {"known": ", ".join(names)}))
            if not _FILE_NAME.fullmatch(self._text(name, where)) or _RESERVED.fullmatch(name):
                self._fail(where, Message("profile_file_name", {"value": name}))
        delivered = [files.get(name, name).lower() for name in names] + ["manifest"]
        self._refuse_twice(delivered, "files")
        return dict(files)

    def _fields(self, value: Any) -> dict[str, dict[str, str]]:
        specs: dict[str, LayerSpec | TableSpec] = {**layer_specs(), **table_specs()}
        fields: dict[str, dict[str, str]] = {}
        for key, renamed in self._mapping(value, "fields").items():
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

    def _check_field(self, name: str, of_layer: bool, where: str) -> None:  # noqa: FBT001  private
        if of_layer and (len(name.encode()) > LONGEST_NAME_BYTES or not _LAYER_FIELD.fullmatch(name)):
            self._fail(where, Message("profile_field_name", {"value": name, "most": LONGEST_NAME_BYTES}))
        if len(name) > _LONGEST_HEADING or not name.isprintable():
            self._fail(
                where,
                Message("profile_heading", {"value": shortened(name, _LONGEST_HEADING), "most": _LONGEST_HEADING}),
            )

    def _refuse_twice(self, names: list[str], where: str) -> None:
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            self._fail(where, Message("profile_name_twice", {"value": twice}))

    def _text(self, value: Any, where: str, *, blank: bool = False) -> str:
        if not isinstance(value, str) or (not value.strip() and not blank):
            self._fail(where, Message("profile_not_text"))
        return str(value).strip()

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

"""What one receiver wants otherwise: names of folder, files and fields, which layers, formats, forms of values."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.release.identity import folder_name
from gridmgmt_plugin.exchange.package.field_forms import FieldForm
from gridmgmt_plugin.exchange.package.fields import LayerSpec, TableSpec, layer_specs, setting, table_specs
from gridmgmt_plugin.exchange.package.grid_requests import GridApi
from gridmgmt_plugin.exchange.package.layer_files import FORMATS

CONTACTS = "contacts"


def package_specs() -> Mapping[str, LayerSpec | TableSpec]:
    """Return the layers and tables of a package by name, layers first."""
    return {**layer_specs(), **table_specs()}


def content_names() -> tuple[str, ...]:
    """Return the layers and tables that a profile may leave out; the others explain these and always come."""
    explaining = {*setting("outside_hash")} - {CONTACTS}
    return tuple(name for name in package_specs() if name not in explaining)


@dataclass(frozen=True)
class ReceiverProfile:
    """``title``: what the profile is called; ``note``: what a person should know of it. ``receiver``: name under
    which releases are kept, "" for none.

    ``folder``, ``files``, ``every_file``: patterns with ``{county}``, ``{scheme}``, ``{number}`` and ``{yyyymmdd}``,
    those of files with ``{layer}`` and ``{layer_zh}`` too; "" for the usual name. ``files``: layer or table → file
    name without suffix, ``every_file`` for all that this does not name. ``layers``: what is delivered, in the order
    in which to load it; empty for everything. ``fields``: layer or table → (our delivered name → the receiver's);
    ``forms``: layer or table → its fields one by one, where the profile lists them. ``single_parts``: a feature of
    several parts goes out as several; ``most_vertices``: what a feature may have; ``grid_api``: the requests of a
    grid API beside the files. ``formats``, ``encoding``, ``target_crs``: ``None`` where the profile does not say.
    """

    receiver: str = ""
    folder: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    formats: tuple[str, ...] | None = None
    encoding: str | None = None
    target_crs: int | str | None = None
    title: str = ""
    note: str = ""
    every_file: str = ""
    layers: tuple[str, ...] = ()
    forms: Mapping[str, tuple[FieldForm, ...]] = field(default_factory=dict)
    single_parts: bool = False
    most_vertices: int | None = None
    grid_api: GridApi | None = None

    def package_name(self, county: str, scheme: str, number: str, now: datetime) -> str:
        """Return the name of folder and zip."""
        if not self.folder:
            return folder_name(county, scheme, number)
        return self.folder.format(county=county, scheme=scheme, number=number, yyyymmdd=f"{now:%Y%m%d}")

    def named(self, county: str, scheme: str, number: str, now: datetime) -> ReceiverProfile:
        """Return the profile of one package, with file names in the place of patterns."""
        if not self.every_file and not any("{" in name for name in self.files.values()):
            return self
        known = {"county": county, "scheme": scheme, "number": number, "yyyymmdd": f"{now:%Y%m%d}"}
        patterns = {**dict.fromkeys(package_specs(), self.every_file or "{layer}"), **self.files}
        specs = package_specs()
        files = {
            name: pattern.format(layer=name, layer_zh=specs[name].zh, **known) for name, pattern in patterns.items()
        }
        return replace(self, files={name: file for name, file in files.items() if file != name}, every_file="")

    def file_name(self, name: str) -> str:
        """Return the file name of a layer or table, without suffix; of a profile that is :meth:`named`."""
        return self.files.get(name, name)

    def delivers(self, name: str) -> bool:
        """Tell whether a layer or table goes to this receiver."""
        return not self.layers or name in self.layers or name not in content_names()

    def load_order(self, there: Iterable[str]) -> tuple[str, ...]:
        """Return what is there in the order in which to load it."""
        names = set(there)
        return tuple(name for name in dict.fromkeys((*self.layers, *setting("load_order"))) if name in names)

    def fields_of(self, name: str) -> tuple[FieldForm, ...]:
        """Return the fields of a layer or table as the receiver gets them, in order."""
        if name in self.forms:
            return self.forms[name]
        names = self.fields.get(name, {})
        specs = package_specs()[name].fields
        return tuple(
            FieldForm(spec if spec.name not in names else replace(spec, name=names[spec.name]), spec.column)
            for spec in specs
        )


def pattern_parts(pattern: str) -> set[str]:
    """Return the names in braces of a pattern.

    :raises ValueError: when it is none, or asks more of a name than its value.
    """
    parts = set()
    for _, name, form, conversion in string.Formatter().parse(pattern):
        if name is not None:
            if form or conversion or not name.isidentifier():
                raise ValueError(pattern)
            parts.add(name)
    return parts


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

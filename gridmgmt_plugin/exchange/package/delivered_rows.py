"""Layers and tables as a receiver gets them, and what of them its profile refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import shortened
from gridmgmt_plugin.core.release.frozen import joined_keys
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.exchange.package.field_forms import Codes, FieldForm, MissingCode, key_of
from gridmgmt_plugin.exchange.package.fields import FieldSpec, layer_specs
from gridmgmt_plugin.exchange.package.layer_files import LayerToWrite
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile, package_specs
from gridmgmt_plugin.exchange.package.text_fit import ENCODINGS

EXTERNAL_CODES = "external_codes"
_MULTI = "Multi"
_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Delivered:
    """Puts content into a receiver's form.

    ``profile``: with file names, see :meth:`.ReceiverProfile.named`; ``codes``: what the receiver calls our codes;
    ``encoding``: in which widths are counted.
    """

    profile: ReceiverProfile
    encoding: str
    codes: Codes = field(default_factory=dict)

    @classmethod
    def of(cls, profile: ReceiverProfile, encoding: str, tables: Mapping[str, Rows]) -> Delivered:
        """Return the form for a package with these tables."""
        rows = tables[EXTERNAL_CODES]
        pairs = zip(rows["kind"], rows["key"], rows["external_key"])
        return cls(profile, encoding, {(kind, key): theirs for kind, key, theirs in pairs if theirs})

    def fields(self, name: str) -> tuple[FieldSpec, ...]:
        """Return the fields of a layer or table as they are delivered."""
        return tuple(form.spec for form in self.profile.fields_of(name))

    def rows(self, name: str, rows: Rows) -> Rows:
        """Return the rows with the values of :meth:`fields`; those of ours stay beside them."""
        made = {
            form.spec.column: form.column(_ours(form, rows), len(rows), self.codes)
            for form in self.profile.fields_of(name)
            if form.spec.column != form.source
        }
        return rows.with_columns(**made) if made else rows

    def layer(self, name: str, rows: Rows) -> LayerToWrite:
        """Return a layer as it is written."""
        spec = layer_specs()[name]
        keys = np.array(joined_keys(rows, spec.key), dtype=object)
        shaped, geometry = self.rows(name, rows), spec.geometry
        if self.profile.single_parts and geometry.startswith(_MULTI) and shaped.geometry is not None:
            shaped, taken = _in_single_parts(shaped)
            keys, geometry = keys[taken], geometry[len(_MULTI) :]
        return LayerToWrite(self.profile.file_name(name), geometry, self.fields(name), shaped, tuple(keys))

    def missing_codes(self, contents: Mapping[str, Rows]) -> tuple[MissingCode, ...]:
        """Return the codes that the receiver has yet to tell its own of, each once, sorted."""
        found: dict[tuple[str, str], MissingCode] = {}
        for name, rows in contents.items():
            for form in self.profile.fields_of(name):
                if form.external is None:
                    continue
                where = f"{self.profile.file_name(name)}.{form.spec.name}"
                for key in {key_of(value) for value in rows[form.source or ""]} - {""}:
                    if (form.external, key) not in self.codes:
                        found.setdefault((form.external, key), MissingCode(form.external, key, where))
        return tuple(found[pair] for pair in sorted(found))

    def check(self, name: str, rows: Rows) -> None:
        """Refuse what the receiver does not take.

        :raises InputError: ``package_field_required``, ``package_value_not_mapped``, ``package_value_too_wide``,
            ``package_too_many_vertices``, each with the first row and how many there are.
        """
        keys = joined_keys(rows, package_specs()[name].key)
        for form in self.profile.fields_of(name):
            ours = _ours(form, rows)
            if ours is not None:
                self._check_field(name, form, ours, keys)
        most = self.profile.most_vertices
        if most is not None and rows.geometry is not None:
            counts = shapely.get_num_coordinates(rows.geometry)
            if self.profile.single_parts:
                parts, taken = _in_single_parts(rows)
                counts = np.zeros(len(rows), dtype=np.int64)
                np.maximum.at(counts, taken, shapely.get_num_coordinates(parts.shapes))
            self._refuse("package_too_many_vertices", name, np.flatnonzero(counts > most), keys, most=most)

    def _check_field(self, name: str, form: FieldForm, ours: np.ndarray, keys: Sequence[str]) -> None:
        told = {"field": form.spec.name}
        unnamed = dict(form.unnamed(ours))
        if unnamed:
            value = shortened(next(iter(unnamed.values())), _LONGEST_SHOWN)
            self._refuse("package_value_not_mapped", name, np.array([*unnamed]), keys, value=value, **told)
        if not form.required and form.most is None:
            return
        theirs = ours if form.is_plain else form.column(ours, len(ours), self.codes)
        if form.required:
            blank = [row for row, value in enumerate(theirs) if key_of(value).strip() == ""]
            self._refuse("package_field_required", name, np.array(blank), keys, **told)
        if form.most is not None:
            codec = ENCODINGS[self.encoding]
            sizes = np.array([len(key_of(value).encode(codec, "replace")) for value in theirs], dtype=int)
            self._refuse(
                "package_value_too_wide", name, np.flatnonzero(sizes > form.most), keys, most=form.most, **told
            )

    def _refuse(self, code: str, name: str, rows: np.ndarray, keys: Sequence[str], **details: object) -> None:
        if len(rows):
            first = keys[int(rows[0])]
            raise InputError(code, layer=self.profile.file_name(name), row=first, count=len(rows), **details)


def _ours(form: FieldForm, rows: Rows) -> np.ndarray | None:
    return None if form.source is None else rows[form.source]


def _in_single_parts(rows: Rows) -> tuple[Rows, np.ndarray]:
    """Return one row per part, and from which row each of them comes."""
    taken = np.repeat(np.arange(len(rows)), np.maximum(shapely.get_num_geometries(rows.shapes), 1))
    parts = rows.take(taken)
    first = np.searchsorted(taken, taken, side="left")
    shapes = shapely.get_geometry(parts.shapes, np.arange(len(taken)) - first)
    return parts.with_geometry(np.asarray(shapes, dtype=object)), taken

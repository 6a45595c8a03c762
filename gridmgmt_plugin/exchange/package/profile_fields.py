"""The fields of one layer or table as a receiver profile lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.exchange.package.field_forms import FieldForm, check_date_form
from gridmgmt_plugin.exchange.package.fields import (
    DATE,
    INTEGER,
    REAL,
    TEXT,
    FieldSpec,
    LayerSpec,
    TableSpec,
    code_list,
)
from gridmgmt_plugin.exchange.package.text_fit import LONGEST_TEXT_BYTES

FIELD_KEYS = ("from", "name", "constant", "values", "date", "external", "decimals", "required", "width")
_FORMS = ("constant", "values", "date", "external", "decimals")
_MOST_DECIMALS = 9
_Fail = Callable[[str, Message], NoReturn]
_CONSTANT = {"zh": "固定值", "en": "Always the same"}


class FieldReader:
    """Reads the fields of a layer or table one after the other; ``fail`` tells a fault with its place."""

    def __init__(self, spec: LayerSpec | TableSpec, fail: _Fail) -> None:
        self._spec, self._fail = spec, fail
        self._known = {field.name: field for field in spec.fields}
        self._forms: list[FieldForm] = []

    def add(self, entry: Mapping[str, Any], where: str) -> FieldForm:
        """Read one field."""
        chosen = [key for key in _FORMS if entry.get(key) is not None]
        if len(chosen) > 1:
            self._fail(where, Message("profile_two_forms", {"first": chosen[0], "second": chosen[1]}))
        form = self._constant(entry, where) if "constant" in chosen else self._of_ours(entry, where, chosen)
        width = self._whole(entry.get("width"), f"{where}.width", 1, LONGEST_TEXT_BYTES)
        required = entry.get("required", False)
        if not isinstance(required, bool):
            self._fail(f"{where}.required", Message("profile_not_flag", {"yes": "true", "no": "false"}))
        spec = form.spec if width is None else replace(form.spec, width=width)
        taken = {other.spec.column for other in self._forms}
        if not (form.is_plain or spec.is_coordinate) or spec.column in taken:
            # Values in another form, and a second copy of a field, stand in a column of their own.
            spec = replace(spec, column=f"{spec.name}=")
        form = replace(form, spec=spec, required=required, most=width)
        self._forms.append(form)
        return form

    def finished(self, where: str) -> tuple[FieldForm, ...]:
        """Return the fields; each part of the key is among them as it is."""
        plain = {form.source for form in self._forms if form.is_plain}
        for field in self._spec.fields:
            if field.column in self._spec.key and field.column not in plain:
                self._fail(where, Message("profile_key_field", {"field": field.name}))
        return tuple(self._forms)

    def _constant(self, entry: Mapping[str, Any], where: str) -> FieldForm:
        if "from" in entry:
            self._fail(where, Message("profile_two_forms", {"first": "from", "second": "constant"}))
        name, value = self._text(entry.get("name"), f"{where}.name"), entry["constant"]
        if not isinstance(value, str):
            self._fail(f"{where}.constant", Message("profile_not_text"))
        return FieldForm(FieldSpec(name, _CONSTANT["zh"], _CONSTANT["en"], name), None, constant=value)

    def _of_ours(self, entry: Mapping[str, Any], where: str, chosen: list[str]) -> FieldForm:
        ours = self._known.get(self._text(entry.get("from"), f"{where}.from"))
        if ours is None:
            self._fail(f"{where}.from", Message("profile_field_unknown", {"known": ", ".join(self._known)}))
        spec = replace(ours, name=self._text(entry.get("name", ours.name), f"{where}.name"))
        form = FieldForm(spec, ours.column)
        if not chosen:
            return form
        read = {"values": self._values, "date": self._date, "external": self._external, "decimals": self._decimals}
        if ours.is_coordinate and chosen[0] != "decimals":
            self._fail(where, Message("profile_form_of_other", {"form": chosen[0], "field": ours.name}))
        return read[chosen[0]](form, entry[chosen[0]], f"{where}.{chosen[0]}")

    def _values(self, form: FieldForm, value: Any, where: str) -> FieldForm:
        if not isinstance(value, Mapping):
            self._fail(where, Message("profile_not_object"))
        for ours, theirs in value.items():
            if not isinstance(theirs, str):
                self._fail(f"{where}.{ours}", Message("profile_not_text"))
        known = [key for key, _ in code_list(form.spec.values)]
        strange = next((ours for ours in value if known and ours not in (*known, "", "*")), None)
        if strange is not None:
            self._fail(f"{where}.{strange}", Message("profile_value_unknown", {"known": ", ".join(known)}))
        words = dict(code_list(form.spec.values))
        received = tuple(
            (theirs, *(words.get(ours, {}).get(tongue, ours) for tongue in ("zh", "en")))
            for ours, theirs in value.items()
            if ours and theirs
        )
        spec = replace(form.spec, type=TEXT, values=None, width=1, received=received)
        return replace(form, spec=spec, values=dict(value))

    def _date(self, form: FieldForm, value: Any, where: str) -> FieldForm:
        if form.spec.type != DATE:
            self._fail(where, Message("profile_form_of_other", {"form": "date", "field": form.spec.name}))
        try:
            check_date_form(self._text(value, where))
        except InputError as error:
            self._fail(where, error.message)
        return replace(form, spec=replace(form.spec, type=TEXT), date=value)

    def _external(self, form: FieldForm, value: Any, where: str) -> FieldForm:
        return replace(form, spec=replace(form.spec, type=TEXT, values=None), external=self._text(value, where))

    def _decimals(self, form: FieldForm, value: Any, where: str) -> FieldForm:
        if form.spec.type not in (REAL, INTEGER):
            self._fail(where, Message("profile_form_of_other", {"form": "decimals", "field": form.spec.name}))
        decimals = self._whole(value, where, 0, _MOST_DECIMALS) or 0
        return replace(form, spec=replace(form.spec, type=REAL, decimals=decimals), decimals=decimals)

    def _whole(self, value: Any, where: str, least: int, most: int) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._fail(where, Message("profile_not_between", {"least": least, "most": most}))
        return int(value)

    def _text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self._fail(where, Message("profile_not_text"))
        return str(value).strip()

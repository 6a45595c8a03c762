"""How a receiver got a release: names of files and fields, forms of values, encoding; and what is otherwise later.

What a profile leaves as it is is not written down: it is the same for all releases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import ListedMessages, Message
from gridmgmt_plugin.core.titles import ListedTitles, Title
from gridmgmt_plugin.exchange.package.field_forms import ANY_OTHER, FieldForm
from gridmgmt_plugin.exchange.package.profile import ReceiverProfile, content_names, package_specs
from gridmgmt_plugin.exchange.package.writing import Style

_SETTINGS = ("encoding", "formats", "frame")
# Its name, the column of ours, the form of its values.
_PARTS_OF_A_FIELD = 3
# What a form says of the values of a field → its words.
_WORDS = {
    "constant": "package_form_constant",
    "values": "package_form_map",
    "date": "package_form_date",
    "external": "package_form_external",
    "decimals": "package_form_decimals",
    "required": "package_form_required",
    "width": "package_form_width",
}


def delivered_form(profile: ReceiverProfile, style: Style) -> dict[str, Any]:
    """Return what a release looks like to its receiver, as plain values.

    :param profile: with the patterns of its file names: a day in a name is no other name.
    """
    plain, names = ReceiverProfile(), content_names()
    files = {name: profile.files.get(name, profile.every_file or name) for name in names}
    fields = {name: _fields(profile, name) for name in names}
    return {
        "files": {name: file for name, file in files.items() if file != name},
        "fields": {name: listed for name, listed in fields.items() if listed != _fields(plain, name)},
        "layers": [name for name in names if profile.delivers(name)],
        "encoding": style.encoding,
        "formats": list(style.formats),
        "frame": style.delivery.label,
        "single_parts": profile.single_parts,
    }


def is_known(form: Mapping[str, Any]) -> bool:
    """Tell whether a form that was noted with a release is one that :func:`delivered_form` makes now: workspaces of
    trials before the first version have others.
    """
    fields = form.get("fields")
    if not isinstance(fields, Mapping) or not isinstance(form.get("files"), Mapping):
        return False
    listed = [field for one in fields.values() for field in (one if isinstance(one, list) else [None])]
    of_fields = all(
        isinstance(field, list) and len(field) == _PARTS_OF_A_FIELD and isinstance(field[-1], Mapping)
        for field in listed
    )
    return of_fields and {"layers", "single_parts", *_SETTINGS} <= set(form)


def form_changes(base: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Message]:
    """Return what is otherwise in ``now`` than in ``before``, the form of the release ``base``: a sentence each, or
    one that it cannot be told.
    """
    if not is_known(before):
        return [Message("package_form_unknown", {"base": base})]
    notes = []
    for code, gone, come in (
        ("package_form_layers_gone", before, now),
        ("package_form_layers_new", now, before),
    ):
        names = [name for name in gone["layers"] if name not in come["layers"]]
        if names:
            notes.append(Message(code, {"base": base, "layers": _titles(names)}))
    both = [name for name in now["layers"] if name in before["layers"]]
    renamed = [
        f"{old} → {new}"
        for old, new in ((before["files"].get(name, name), now["files"].get(name, name)) for name in both)
        if old != new
    ]
    if renamed:
        notes.append(Message("package_form_files", {"base": base, "shown": listing(renamed)}))
    plain = ReceiverProfile()
    for name in both:
        old, new = (form["fields"].get(name) or _fields(plain, name) for form in (before, now))
        about = {"base": base, "layer": Title(package_specs()[name].table or name)}
        told = _field_changes(old, new)
        if told:
            shown = ListedMessages("fields", {"parts": told})
            notes.append(Message("package_form_fields", {**about, "shown": shown}))
        elif [field[0] for field in old] != [field[0] for field in new]:
            notes.append(Message("package_form_order", about))
    for setting in _SETTINGS:
        was, is_now = (_setting(form[setting]) for form in (before, now))
        if was != is_now:
            notes.append(Message(f"package_form_{setting}", {"base": base, "old": was, "new": is_now}))
    if before["single_parts"] != now["single_parts"]:
        notes.append(Message("package_form_parts" if now["single_parts"] else "package_form_whole", {"base": base}))
    return notes


def delivered_keys(form: Mapping[str, Any] | None) -> dict[str, str]:
    """Return layer or table → the name of the field that tells its rows apart, where one does.

    :param form: of the release, ``None`` for that without a receiver profile; one that is not :func:`is_known` counts
        as none.
    """
    fields = form["fields"] if form is not None and is_known(form) else {}
    found: dict[str, str] = {}
    for name in content_names():
        keys = package_specs()[name].key
        listed = fields.get(name) or _fields(ReceiverProfile(), name)
        found.update((name, field) for field, source, _ in listed if keys == (source,))
    return found


def _fields(profile: ReceiverProfile, name: str) -> list[list[Any]]:
    """Return of each field its name, the column of ours that it is made of and the form of its values."""
    return [[form.spec.name, form.source, _values(form)] for form in profile.fields_of(name)]


def _values(form: FieldForm) -> dict[str, Any]:
    """Return the form of a field's values, nothing for values as they are."""
    parts = {
        "constant": form.constant,
        "values": None if form.values is None else dict(form.values),
        "date": form.date,
        "external": form.external,
        "decimals": form.decimals,
        "required": form.required or None,
        "width": form.most,
    }
    return {name: value for name, value in parts.items() if value is not None}


def _in_words(form: Mapping[str, Any]) -> Message:
    if not form:
        return Message("package_form_as_it_is")
    parts = [Message(_WORDS[name], _details(value)) for name, value in form.items()]
    return ListedMessages("forms", {"parts": parts})


def _details(value: Any) -> dict[str, Any]:
    if isinstance(value, int):
        return {"count": value}
    if not isinstance(value, Mapping):
        return {"value": value}
    pairs = [{"ours": _key(ours), "theirs": _key(theirs)} for ours, theirs in value.items()]
    return {"value": ListedMessages("values", {"parts": [Message("package_form_pair", pair) for pair in pairs]})}


def _key(value: str) -> str | Message:
    if value == ANY_OTHER:
        return Message("package_form_any_other")
    return value or Message("package_form_empty")


def _field_changes(before: list[list[Any]], now: list[list[Any]]) -> list[str | Message]:
    """Return fields that are called otherwise (``A → B``), gone (``−A``), new (``+A``) or of another form of values
    (``A (… → …)``).
    """
    old, new = ({str(name): (source, form) for name, source, form in fields} for fields in (before, now))
    come = [name for name in new if name not in old]
    told: list[str | Message] = []
    for name, (source, _) in old.items():
        if name in new:
            continue
        heir = next((one for one in come if source is not None and new[one][0] == source), None)
        told.append(f"−{name}" if heir is None else f"{name} → {heir}")
        come = [one for one in come if one != heir]
    told += [f"+{name}" for name in come]
    for name, (_, form) in old.items():
        if name in new and form != new[name][1]:
            was, is_now = _in_words(form), _in_words(new[name][1])
            told.append(Message("package_form_value", {"field": name, "old": was, "new": is_now}))
    return told


def _setting(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _titles(names: list[str]) -> ListedTitles:
    return ListedTitles("tables", {"titles": [package_specs()[name].table or name for name in names]})

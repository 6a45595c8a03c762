"""The classes of components and events that duty rules speak of, and their names in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gridmgmt_plugin.core.class_catalogues import classes_of, majors_of
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.messages import Message, tongue_of
from gridmgmt_plugin.core.rows import Rows

EVENT, COMPONENT = "event", "component"
KINDS = (COMPONENT, EVENT)


@dataclass(frozen=True)
class ClassTitle(Message):
    """A class or the beginning of one, such as 0103 上水井盖, for use in a sentence.

    ``code`` is the class code; ``kind``: ``component``, ``event``, "" = both; ``catalogues``: kind → its catalogue.
    """

    kind: str = ""
    catalogues: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """Return code and name; of a class that both kinds have, both names; the code alone for an unknown one."""
        tongue, names = tongue_of(language), []
        for kind, catalogue in self.catalogues.items():
            if self.kind in ("", kind):
                known = (*classes_of(catalogue), *majors_of(catalogue))
                names += [str(entry[tongue]) for entry in known if entry["code"] == self.code]
        return " ".join((self.code, "/".join(dict.fromkeys(names)))).strip()


def classes_asked(
    rules: Rows, catalogues: Mapping[str, str], left_out: Collection[str] = ()
) -> list[tuple[str | None, str | None]]:
    """Return (kind, class code) of one class for every prefix that a rule names, and no class at all first.

    The class is the smallest of the catalogue that begins with the prefix, the prefix itself where there is none.

    :param catalogues: ``component`` and ``event`` → the name of the catalogue.
    :param left_out: codes of component classes that must not be named.
    """
    known = {
        kind: [
            code for code in sorted(entry["code"] for entry in classes_of(name)) if not _is_out(kind, code, left_out)
        ]
        for kind, name in catalogues.items()
    }
    asked: list[tuple[str | None, str | None]] = [(None, None)]
    for kind, prefix in sorted(set(zip(texts(rules, "class_kind"), texts(rules, "class_prefix")))):
        codes = known[kind] if kind in known else [code for of_kind in KINDS for code in known.get(of_kind, ())]
        code = next((code for code in codes if code.startswith(prefix)), prefix) if prefix else None
        if (kind or None, code) not in asked:
            asked.append((kind or None, code))
    return asked


def _is_out(kind: str, code: str, left_out: Collection[str]) -> bool:
    return kind == COMPONENT and code.startswith(tuple(left_out))

"""Named sources of cases (12345, 监督员, 视频): how their files are read, kept in the workspace's information.

Each stands as JSON in an entry of its own, ``source_profile:<name>``, so that two planners keep theirs side by side.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

_ENTRY = "source_profile:"


@dataclass(frozen=True)
class SourceProfile:
    """``columns``: column → heading of the files, ``None`` for one that stays empty. ``coordinates``: of which kind
    theirs are; ``source``: where cases come from of which no column says it; "" = nobody has said so.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    coordinates: str = ""
    source: str = ""

    @property
    def headings(self) -> frozenset[str]:
        """Return the headings that it names."""
        return frozenset(heading for heading in self.columns.values() if heading)

    def completed(self, kept: SourceProfile) -> SourceProfile:
        """Return it with what ``kept`` says where it says nothing itself."""
        return SourceProfile(
            {**kept.columns, **self.columns}, self.coordinates or kept.coordinates, self.source or kept.source
        )

    def within(self, headings: Collection[str]) -> SourceProfile:
        """Return what of it a file with these headings can follow."""
        columns = {name: heading for name, heading in self.columns.items() if not heading or heading in headings}
        return replace(self, columns=columns)

    def entry(self, name: str) -> tuple[str, str]:
        """Return key and value under which the workspace keeps it."""
        return _ENTRY + name, json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def known_profiles(entries: Mapping[str, str]) -> dict[str, SourceProfile]:
    """Return name → profile; one that was damaged, or that a newer program wrote, is not there.

    :param entries: of the workspace's information; those of other names are left alone.
    """
    found = {}
    for key, text in sorted(entries.items()):
        if key.startswith(_ENTRY):
            profile = _read(text)
            if profile is not None:
                found[key[len(_ENTRY) :]] = profile
    return found


def fitting_profile(profiles: Mapping[str, SourceProfile], headings: Iterable[str]) -> str:
    """Return the name of the profile all of whose headings a file has, the one with most of them; "" for none, and
    where two fit alike.
    """
    there = frozenset(headings)
    fitting = {name: len(one.headings) for name, one in profiles.items() if one.headings and one.headings <= there}
    best = [name for name, count in fitting.items() if count == max(fitting.values())]
    return best[0] if len(best) == 1 else ""


def _read(text: str) -> SourceProfile | None:
    try:
        found = json.loads(text)
        columns = {str(name): None if one is None else str(one) for name, one in found["columns"].items()}
        return SourceProfile(columns, str(found["coordinates"]), str(found["source"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

"""Somebody who reads how much lies where, again and again, with what was kept and without it."""

from __future__ import annotations

from gridmgmt_plugin.workspace.counts import kept
from gridmgmt_plugin.workspace.counts.counted import COUNTED, by_code, question
from gridmgmt_plugin.workspace.counts.kept import counting, forget_counts
from gridmgmt_plugin.workspace.light.opening import light_reading
from gridmgmt_plugin.workspace.location import GeoPackageLocation
from gridmgmt_plugin.workspace.news.hearing import Hearing
from gridmgmt_plugin.workspace.postgis import idle_connections
from tests.workspace.news.test_hearing import wait

EVERY = [(table, column) for table, columns in COUNTED.items() for column in columns]


class Reader:
    """Hears what is written until :meth:`stop`."""

    def __init__(self, location) -> None:
        self.location = location
        self.told: set[str] = set()
        self.hearing = Hearing(location, self._hear, lambda: True, lambda mistake: None)
        self.hearing.start()
        wait(lambda: self.hearing._source is not None)
        wait(lambda: isinstance(location, GeoPackageLocation) or location in kept._HEARD)

    def stop(self) -> None:
        self.hearing.stop()
        forget_counts(self.location)
        idle_connections.close_all()

    def _hear(self, news) -> None:
        for one in news:
            self.told.update(one.rows)

    def read(self, asked: list | None = None) -> dict:
        """Return what is kept; ``asked`` grows by the questions about large tables."""
        with counting(self.location) as counts, light_reading(self.location) as reader:
            noting = reader if asked is None else Noting(reader, asked)
            return {key: _filled(counts.of(noting, *key)) for key in EVERY}

    def counted(self) -> dict:
        with light_reading(self.location) as reader:
            return {key: by_code(reader.rows(*question(*key))) for key in EVERY}


class Noting:
    def __init__(self, reader, asked: list) -> None:
        self._reader, self._asked = reader, asked

    def rows(self, sql, values=()):
        if "count(*)" in sql and "gpkg_contents" not in sql:
            self._asked.append((sql, tuple(values)))
        return self._reader.rows(sql, values)


def _filled(counts: dict) -> dict:
    return {code: count for code, count in counts.items() if count}

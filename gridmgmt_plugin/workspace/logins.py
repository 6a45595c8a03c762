"""Logins to databases: typed in this run of QGIS and kept in memory, or stored by QGIS and asked of it.

Nothing here is written anywhere. What QGIS stores is known above this layer, which says how it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gridmgmt_plugin.workspace.location import DEFAULT_SCHEMA, Location, PostgresLocation


@dataclass(frozen=True)
class Login:
    """Who logs in; ``user`` is ``None`` where the location names one already or libpq knows it."""

    user: str | None
    password: str = field(repr=False)


#: From the key of a stored login to libpq's connection string, ``None`` where there is no such login.
StoredLogins = Callable[[str], "str | None"]

_KEPT: dict[PostgresLocation, Login] = {}
_STORED: list[StoredLogins] = []


def read_stored_logins(reader: StoredLogins | None) -> None:
    """Ask ``reader`` for stored logins from now on; ``None``: there are none."""
    _STORED[:] = [] if reader is None else [reader]


def stored_login(key: str) -> str | None:
    """Return libpq's connection string of a stored login, ``None`` when nobody stores one under this key."""
    return _STORED[0](key) if _STORED else None


def keep_login(location: PostgresLocation, login: Login) -> None:
    """Use this login for every schema of the database until QGIS ends."""
    _KEPT[_database(location)] = login


def remember_login(location: Location) -> None:
    """Use the password with which a database was reached for its later uses in this run of QGIS: what algorithms hand
    on and projects keep names the database without it.
    """
    if isinstance(location, PostgresLocation) and location.password:
        keep_login(location, Login(location.user, location.password))


def kept_login(location: PostgresLocation) -> Login | None:
    """Return the login that was typed for a database, ``None`` when there was none."""
    return _KEPT.get(_database(location))


def forget_logins() -> None:
    """Forget every login."""
    _KEPT.clear()


def _database(location: PostgresLocation) -> PostgresLocation:
    return replace(location, schema=DEFAULT_SCHEMA, password=None)

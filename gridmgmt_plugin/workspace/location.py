"""Where a workspace lies: a GeoPackage file, or a schema of a PostgreSQL database.

Plain standard library, so that looking at a workspace needs nothing else. A password may be part of what the user
gives; it is kept apart, is never shown, compared or written, and a location reads back from its own text without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import plain_path

DEFAULT_SCHEMA = "gridmgmt"
#: Where the tables of a front database stand unless told.
FRONT_SCHEMA = "gridmgmt_front"
FILE_SUFFIX = ".gpkg"
# Plain names need no quotes anywhere: in SQL, in QGIS's data sources, in a shell.
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PASSWORD = re.compile(r"\b(?:password|passwd|pwd)\s*=", re.IGNORECASE)
# How GDAL and others name a database, with a login in it; a drive has one letter.
_OTHER_NOTATION = re.compile(r"(?:^|[/\\\"“])[A-Za-z][A-Za-z0-9+.]+:")
_URI_SCHEMES = ("postgresql", "postgres")
# What libpq understands and changes how to connect, not what is found there; ``authcfg`` is QGIS's.
_PASSED_ON = ("sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "authcfg")
_PLACE_KEYS = ("user", "host", "port", "dbname", "service", "schema", "password")


@dataclass(frozen=True)
class GeoPackageLocation:
    """A workspace in a file."""

    path: Path

    @property
    def label(self) -> str:
        """Return the file's name, as sentences show it."""
        return self.path.name

    @property
    def place(self) -> str:
        """Return how lists and titles name it, so that two of one district are told apart: ``folder / file``."""
        return f"{self.path.parent.name} / {self.path.name}"

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class PostgresLocation:
    """A workspace in a schema of a PostgreSQL database with PostGIS.

    What is ``None`` is left to libpq: its service file, its environment variables, its defaults.
    ``options``: (name, value) pairs that are passed on (``sslmode``, ``authcfg`` …), sorted by name.
    ``password`` takes no part in comparing and is in no text that this class makes.
    """

    database: str | None = None
    schema: str = DEFAULT_SCHEMA
    host: str | None = None
    port: int | None = None
    user: str | None = None
    service: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    password: str | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _SCHEMA_NAME.fullmatch(self.schema) or self.schema.startswith("pg_"):
            raise WorkspaceError("schema_name_malformed", schema=self.schema)

    @property
    def label(self) -> str:
        """Return database, schema and server as sentences show them: ``grids.gridmgmt @ db.example``."""
        place = self.host or (f"service {self.service}" if self.service else "localhost")
        port = "" if self.port is None else f":{self.port}"
        return f"{self.database or self.service or self.user or ''}.{self.schema} @ {place}{port}".lstrip(".")

    @property
    def server(self) -> str:
        """Return how the database is named whatever lies in it: ``database @ server``."""
        database = self.database or self.service or self.user or ""
        return f"{database} @ {self.host or self.service or 'localhost'}"

    @property
    def place(self) -> str:
        """Return how lists and titles name it: ``database/schema @ server``."""
        return self.server.replace(" @ ", f"/{self.schema} @ ", 1)

    @property
    def authcfg(self) -> str | None:
        """Return the key of QGIS's stored credentials, ``None`` when there is none."""
        return dict(self.options).get("authcfg")

    def libpq(self) -> dict[str, str]:
        """Return the connection parameters by libpq's names, without password, schema and QGIS's ``authcfg``."""
        given = {
            "service": self.service,
            "host": self.host,
            "port": None if self.port is None else str(self.port),
            "dbname": self.database,
            "user": self.user,
        }
        passed_on = {name: value for name, value in self.options if name != "authcfg"}
        return {**{name: value for name, value in given.items() if value}, **passed_on}

    def __str__(self) -> str:
        """Return the URI that :func:`parse_location` reads, without the password."""
        user = "" if self.user is None else f"{quote(self.user, safe='')}@"
        in_query: dict[str, str] = {}
        host = self.host or ""
        if host.startswith("/"):  # the folder of a local socket cannot stand before the path of a URI
            host, in_query["host"] = "", host
        if ":" in host:
            host = f"[{host}]"
        port = "" if self.port is None else f":{self.port}"
        if self.service is not None:
            in_query["service"] = self.service
        query = urlencode({"schema": self.schema, **in_query, **dict(self.options)}, quote_via=quote)
        return f"postgresql://{user}{host}{port}/{quote(self.database or '', safe='')}?{query}"


Location = Union[GeoPackageLocation, PostgresLocation]


def parse_location(given: str | Path | GeoPackageLocation | PostgresLocation) -> Location:
    """Return the location that a path or a URI names.

    ``postgresql://user@host:port/database?schema=name`` (schema ``gridmgmt`` unless named; ``service=``,
    ``sslmode=`` and its files, ``passfile=`` and QGIS's ``authcfg=`` may follow), everything else is a file, also in
    quotation marks or as ``file:///…``.

    :raises WorkspaceError: ``workspace_extension`` for a file that is no GeoPackage, ``location_scheme_unknown``,
        ``location_malformed``, ``location_parameter_unknown`` or ``schema_name_malformed``; none shows a password.
    """
    if isinstance(given, (GeoPackageLocation, PostgresLocation)):
        return given
    text = plain_path(str(given)).strip()
    scheme, separator, _ = text.partition("://")
    if not separator:
        return _file(text)
    if scheme.lower() not in _URI_SCHEMES:
        raise WorkspaceError("location_scheme_unknown", scheme=scheme)
    return _database(text)


def is_database(text: str) -> bool:
    """Tell whether a text is the URI of a database, sound or not, and not a path."""
    scheme, separator, _ = plain_path(text).strip().partition("://")
    return bool(separator) and scheme.lower() in _URI_SCHEMES


def _file(text: str) -> GeoPackageLocation:
    file, separator, _ = text.partition("|")
    if separator and file.lower().endswith(FILE_SUFFIX):  # QGIS's form for a layer in it
        text = file
    path = Path(text).expanduser()
    is_file = path.suffix.lower() == FILE_SUFFIX
    # A URI that went through a path has lost a slash; GDAL and libpq have notations of their own, with a password.
    names_database = text.partition(":")[0].lower() in (*_URI_SCHEMES, "pg") or _PASSWORD.search(text)
    if names_database or (not is_file and _OTHER_NOTATION.search(text)):
        raise WorkspaceError("location_malformed")
    if not is_file:
        raise WorkspaceError("workspace_extension", path=text)
    return GeoPackageLocation(path)


def _database(text: str) -> PostgresLocation:
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        # What Python says about a part that it cannot read may quote the part, and that may be the password.
        raise WorkspaceError("location_malformed") from error
    # An unescaped / ? # in a password puts its rest where names are shown.
    if parts.fragment or "@" in parts.path + parts.query or "/" in parts.path[1:] or "," in (host or ""):
        raise WorkspaceError("location_malformed")
    named = dict(query)
    unknown = set(named) - {*_PLACE_KEYS, *_PASSED_ON}
    if unknown:
        raise WorkspaceError("location_parameter_unknown", names=", ".join(sorted(unknown)))
    if not (named.get("port") or "1").isdecimal():
        raise WorkspaceError("location_malformed")
    return PostgresLocation(
        database=unquote(parts.path.lstrip("/")) or named.get("dbname") or None,
        schema=named.get("schema") or DEFAULT_SCHEMA,
        host=_either(unquote(host) if host else None, named, "host"),
        port=port if port is not None else (int(named["port"]) if named.get("port") else None),
        user=_either(unquote(parts.username) if parts.username else None, named, "user"),
        service=named.get("service") or None,
        options=tuple(sorted((name, value) for name, value in query if name in _PASSED_ON and value)),
        password=_either(unquote(parts.password) if parts.password else None, named, "password"),
    )


def _either(in_front: str | None, named: Mapping[str, str], name: str) -> str | None:
    return in_front or named.get(name) or None

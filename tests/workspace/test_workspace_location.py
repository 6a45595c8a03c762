"""Where a workspace lies: read from what planners write, told back without a password."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.location import (
    GeoPackageLocation,
    PostgresLocation,
    is_database,
    parse_location,
)

WORD = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)
SCHEMA = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(lambda name: not name.startswith("pg_"))


def _refused(text, code):
    with pytest.raises(WorkspaceError) as caught:
        parse_location(text)
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert "secret" not in caught.value.text(language)
    return caught.value


@pytest.mark.parametrize("given_path", ["网格 库.gpkg", Path("a") / "b.GPKG", "C:\\网格\\库.gpkg", " a.gpkg "])
def test_a_path_is_a_file(given_path):
    location = parse_location(given_path)
    assert location == GeoPackageLocation(Path(str(given_path).strip()))
    assert location.label == location.path.name
    assert parse_location(str(location)) == location


def test_the_home_folder_is_filled_in():
    assert parse_location("~/a.gpkg").path == Path.home() / "a.gpkg"


def test_an_address_names_server_database_and_schema():
    location = parse_location(
        "postgresql://王:secret@db.example:5433/网格?schema=dongcheng&sslmode=require&authcfg=ab12"
    )
    assert location == PostgresLocation(
        "网格",
        "dongcheng",
        "db.example",
        5433,
        "王",
        options=(("authcfg", "ab12"), ("sslmode", "require")),
    )
    assert location.password == "secret"
    assert location.authcfg == "ab12"
    assert location.label == "网格.dongcheng @ db.example:5433"
    assert location.libpq() == {
        "host": "db.example",
        "port": "5433",
        "dbname": "网格",
        "user": "王",
        "sslmode": "require",
    }


def test_the_schema_is_ours_unless_named():
    assert parse_location("postgres://h/d").schema == "gridmgmt"


def test_a_service_or_a_socket_may_stand_for_the_server():
    location = parse_location("postgresql:///?service=grids&schema=a")
    assert (location.service, location.host, location.label) == ("grids", None, "grids.a @ service grids")
    socket = parse_location("postgresql:///d?host=/var/run/postgresql&user=u&port=5433")
    assert (socket.host, socket.user, socket.port) == ("/var/run/postgresql", "u", 5433)
    assert parse_location(str(socket)) == socket


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("file:///tmp/%E7%BD%91%E6%A0%BC.gpkg", "/tmp/网格.gpkg"),
        ('"/tmp/网格 库.gpkg"', "/tmp/网格 库.gpkg"),
        (" “/tmp/a.gpkg” ", "/tmp/a.gpkg"),
        ("‘/tmp/a.gpkg’", "/tmp/a.gpkg"),
        ("「/tmp/a.gpkg」", "/tmp/a.gpkg"),
        ("<file:///tmp/a.gpkg>", "/tmp/a.gpkg"),
        ("/tmp/a.gpkg|layername=area", "/tmp/a.gpkg"),
        ('"/tmp/a.GPKG|layername=area"', "/tmp/a.GPKG"),
        ("file://localhost/tmp/a.gpkg", "/tmp/a.gpkg"),
        ("file://server/share/a%20b.gpkg", "//server/share/a b.gpkg"),
    ],
)
def test_a_file_is_found_as_it_was_pasted(text, path):
    assert parse_location(text) == GeoPackageLocation(Path(path))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a.shp", "workspace_extension"),
        ("", "workspace_extension"),
        ("mysql://u:secret@h/d", "location_scheme_unknown"),
        ("file:///tmp/a.shp", "workspace_extension"),
        ("postgresql:/u:secret@h/d", "location_malformed"),
        ("/home/u/postgresql:/u:secret@h/d", "location_malformed"),
        ("MSSQL:server=x;pwd=secret", "location_malformed"),
        ("MYSQL:grids,user=u,passwd=secret", "location_malformed"),
        ("OCI:u/secret@h", "location_malformed"),
        ("“MongoDB:u:secret@h”", "location_malformed"),
        ("postgresql://u:12/secret@h/d", "location_malformed"),
        ("postgresql://u:12?secret=x@h/d", "location_malformed"),
        ("postgresql://u:12#secret@h/d", "location_malformed"),
        ("postgresql://u:secret@h:port/d", "location_malformed"),
        ("postgresql://u:secret@h:99999/d", "location_malformed"),
        ("postgresql://u:secret@[::1/d", "location_malformed"),
        ("postgresql://u:secret@h1,h2/d", "location_malformed"),
        ("postgresql://u:secret@h/d/e", "location_malformed"),
        ("postgresql://u:secret@h/d?schema", "location_malformed"),
        ("postgresql://u:secret@h/d?port=x", "location_malformed"),
        ("postgresql://u:secret@h/d?colour=red", "location_parameter_unknown"),
        ("postgresql://u:secret@h/d?schema=A", "schema_name_malformed"),
        ('postgresql://u:secret@h/d?schema=a"; drop', "schema_name_malformed"),
        ("postgresql://u:secret@h/d?schema=pg_catalog", "schema_name_malformed"),
        (f"postgresql://u:secret@h/d?schema={'a' * 64}", "schema_name_malformed"),
    ],
)
def test_what_cannot_be_understood_is_refused_without_showing_a_password(text, code):
    _refused(text, code)


@given(WORD, WORD, WORD, SCHEMA, st.integers(1, 65535))
def test_an_address_reads_back_from_its_own_text_without_the_password(user, password, database, schema, port):
    login = f"{quote(user, safe='')}:{quote('secret' + password, safe='')}"
    location = parse_location(f"postgresql://{login}@h.example:{port}/{quote(database, safe='')}?schema={schema}")
    assert location.password == "secret" + password
    for shown in (str(location), repr(location), location.label, f"{location}"):
        assert "secret" not in shown
    again = parse_location(str(location))
    assert again == location
    assert hash(again) == hash(location)
    assert again.password is None
    assert str(again) == str(location)


def test_a_location_stays_what_it_is():
    location = PostgresLocation("d", "a", "h")
    assert parse_location(location) is location
    assert location != PostgresLocation("d", "b", "h")


def test_addresses_are_told_from_paths():
    assert is_database("postgresql://h/d")
    assert is_database(" POSTGRES://")
    assert not is_database("网格/postgresql.gpkg")
    assert not is_database("a.gpkg")


def test_reading_a_location_needs_no_library_but_the_standard_one():
    code = (
        "import sys\n"
        "for name in ('numpy', 'shapely', 'pyproj', 'osgeo', 'qgis', 'psycopg2'): sys.modules[name] = None\n"
        "from gridmgmt_plugin.workspace.location import is_database, parse_location\n"
        "print(parse_location('postgresql://h/d').label)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "d.gridmgmt @ h", result.stderr


@pytest.mark.parametrize("form", ["{}", " {} ", '"{}"', "“{}”", "<{}>"])
def test_an_address_is_known_as_one_however_it_was_pasted(form):
    text = form.format("postgresql://u:secret@h/d?schema=a")
    assert is_database(text)
    assert parse_location(text).password == "secret"


def test_a_drive_and_a_colon_in_a_name_make_no_database():
    assert parse_location("C:/网格/库:1.gpkg") == GeoPackageLocation(Path("C:/网格/库:1.gpkg"))
    with pytest.raises(WorkspaceError) as caught:
        parse_location("C:/网格/库.shp")
    assert caught.value.code == "workspace_extension"

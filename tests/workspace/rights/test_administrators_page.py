"""The administrator's page in both languages: the same statements, and each does what the page says."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgis_cluster import OWNER, binaries
from tests.workspace.conftest import LOCAL_FRAME, made
from tests.workspace.postgis.city_database import city_in

ROOT = Path(__file__).parents[3]
PAGES = {"en": "administrator.md", "zh": "administrator.zh.md"}
WORDS = {"数据库": "DATABASE", "服务器": "SERVER", "一个长口令": "a long one"}
LOGINS = ("zhao", "wang", "li", "sun")
ROLES = ("owner", "planner", "viewer", "publisher", "auditor")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
STATEMENT = re.compile(r"`((?:psql|[A-Z]{4,}) [^`]+)`")


def page(language: str) -> str:
    return (ROOT / "docs" / PAGES[language]).read_text(encoding="utf-8")


def blocks(language: str) -> list[tuple[str, str]]:
    return [(kind, translated(text)) for kind, text in BLOCK.findall(page(language))]


def statements(language: str) -> list[str]:
    """Return what stands within lines, in the order of the page, with the words of the English one."""
    return [translated(found) for found in STATEMENT.findall(BLOCK.sub("", page(language)))]


def translated(text: str) -> str:
    for word, english in WORDS.items():
        text = text.replace(word, english)
    return text


def test_both_languages_have_people_run_the_same():
    assert blocks("zh") == blocks("en")
    assert Counter(statements("zh")) == Counter(statements("en"))
    assert [kind for kind, _ in blocks("en")] == ["plpgsql", "sql", "ini"], (
        "the pooler's tests look for the one of sql"
    )


@contextmanager
def people(city):
    """Have the logins that the page names; they and the roles that its steps make are gone after the block."""
    for name in LOGINS:
        city.run(f"CREATE ROLE {name} LOGIN")
    try:
        yield
    finally:
        for name in (*LOGINS, *(f"gridmgmt_{role}" for role in ROLES)):
            if city.run("SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'"):
                city.run(f"DROP OWNED BY {name} CASCADE")
                city.run(f"DROP ROLE {name}")


def run(city, statement: str) -> str:
    """Run a line of the page as a superuser; return what was said."""
    if not statement.startswith("psql "):
        return str(city.run(statement))
    command = statement.replace("DATABASE", city.database).split()
    where = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(city.cluster.port),
        "PGUSER": OWNER,
        "PGOPTIONS": "-c lc_messages=C",
    }
    done = subprocess.run(
        [binaries() / command[0], "-X", *command[1:]],
        cwd=ROOT,
        env={**os.environ, **where},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stderr


@pytest.mark.parametrize("language", PAGES)
def test_the_steps_of_the_page_lead_to_a_workspace_with_roles_a_city_and_a_board(postgis, language):
    said = statements(language)

    def one(beginning: str) -> str:
        return next(line for line in said if line.startswith(beginning))

    with city_in(postgis) as city, people(city):
        city.run("DROP EXTENSION postgis")
        run(city, one("CREATE EXTENSION"))
        roles = next(line for line in said if "roles.sql" in line)
        assert "no workspace yet" in run(city, roles)
        run(city, one("GRANT gridmgmt_owner"))
        workspace = made(city.cluster.location("gridmgmt", user="zhao", database=city.database), LOCAL_FRAME)
        assert "are set" in run(city, roles)
        run(city, one("GRANT gridmgmt_planner"))
        assert city.run("SELECT count(*) FROM gridmgmt.unit_grid", "wang") == [(workspace.count("unit_grid"),)]
        assert run(city, one("SELECT * FROM gridmgmt.shown_contacts")) == "[]"
        run(city, one("REVOKE CREATE"))
        run(city, next(line for line in said if "city.sql" in line))
        run(city, one("GRANT gridmgmt_city_viewer"))
        run(city, one("SELECT gridmgmt_city.rebuild"))
        assert city.run("SELECT count(*) FROM gridmgmt_city.unit_grid", "sun") == [(4,)]
        run(city, next(line for line in said if "news_board.sql" in line))
        assert city.run("SELECT gridmgmt_news.tell('c', 's', 'k', 'x')", "sun") == [("",)]
        for schema in ("gridmgmt_news", "gridmgmt_city"):
            run(city, one(f"DROP SCHEMA {schema}"))
        assert city.run("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^gridmgmt_'") == [(0,)]

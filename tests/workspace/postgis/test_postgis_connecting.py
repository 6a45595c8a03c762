"""Databases that are not as they should be: each told in one sentence, quickly, without a password in it."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import CapabilityError, GridError, WorkspaceError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.messages import catalogue
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace import patience
from gridmgmt_plugin.workspace.info import WorkspaceInfo
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.logins import Login, forget_logins, keep_login
from gridmgmt_plugin.workspace.postgis import answer_watch, commit, errors, idle_connections, queued_writes
from gridmgmt_plugin.workspace.postgis import connection as connection_module
from gridmgmt_plugin.workspace.postgis.connection import connected, run
from gridmgmt_plugin.workspace.postgis.sql import text_literal
from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace, refuse_existing
from tests.database_roles import logins, set_rights
from tests.postgis_cluster import DATABASE, OWNER
from tests.workspace.conftest import EPSG_FRAME, LOCAL_FRAME, made, unit_rows

INFO = WorkspaceInfo(EPSG_FRAME, "990101", "示例区")
SECRET = "geheim-密码"


def _refused(block, code) -> GridError:
    with pytest.raises(GridError) as caught:
        block()
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert "geheim" not in caught.value.text(language)
    return caught.value


def _create(location):
    with Workspace.create(location, INFO) as (_, transaction):
        transaction.insert("unit_grid", unit_rows())


@pytest.fixture
def role(postgis):
    """Return a function that makes a user; with a password the user must give it."""
    names = []

    def make(name: str, password: str | None = None) -> str:
        login = "LOGIN" if password is None else f"LOGIN PASSWORD '{password}' IN ROLE locked"
        postgis.run(f"CREATE ROLE {name} {login}")
        names.append(name)
        return name

    yield make
    idle_connections.close_all()  # a user of the same name may be made again
    for name in names:
        postgis.run(f"DROP OWNED BY {name} CASCADE")
        postgis.run(f"DROP ROLE {name}")


@pytest.fixture
def other_database(postgis):
    """Return the name of a database without PostGIS."""
    postgis.run("CREATE DATABASE bare TEMPLATE template0")
    yield "bare"
    postgis.run("DROP DATABASE bare WITH (FORCE)")


class TestReaching:
    def test_a_server_that_is_not_there_is_told(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        location = PostgresLocation("d", "a", "127.0.0.1", port, "u", password=SECRET)
        error = _refused(lambda: Workspace.open(location), "postgres_unreachable")
        assert f"127.0.0.1:{port}" in error.text("zh")
        _refused(lambda: refuse_existing(location), "postgres_unreachable")

    @pytest.mark.proof
    def test_a_server_that_never_answers_is_given_up_after_a_few_seconds(self, monkeypatch):
        assert connection_module.CONNECT_TIMEOUT_S <= 5
        monkeypatch.setattr(connection_module, "CONNECT_TIMEOUT_S", 2)  # the least that libpq knows
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            location = PostgresLocation("d", "a", "127.0.0.1", silent.getsockname()[1], "u")
            begun = time.monotonic()
            _refused(lambda: Workspace.open(location), "postgres_unreachable")
            assert time.monotonic() - begun < 120

    def test_a_server_that_is_something_else_is_told(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()

            def answer():
                client, _ = other.accept()
                client.recv(100)
                client.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
                client.close()

            thread = threading.Thread(target=answer)
            thread.start()
            location = PostgresLocation("d", "a", "127.0.0.1", other.getsockname()[1], "u")
            with pytest.raises(WorkspaceError) as caught:
                Workspace.open(location)
            thread.join()
        assert caught.value.code in ("postgres_unreachable", "postgres_refused")

    def test_a_database_that_is_not_there_is_told(self, postgis):
        _refused(lambda: Workspace.open(postgis.location(database="没有")), "postgres_database_missing")

    def test_an_unknown_user_is_told(self, postgis):
        _refused(lambda: Workspace.open(postgis.location(user="nobody")), "postgres_password_wrong")

    def test_psycopg2_that_is_missing_is_named_with_how_to_get_it(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "psycopg2", None)
        with pytest.raises(CapabilityError) as caught:
            Workspace.open("postgresql://h/d")
        assert caught.value.code == "psycopg2_missing"
        assert "python3-psycopg2" in caught.value.text("zh")

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ('致命错误:  用户 "u" Password 认证失败', "postgres_password_wrong"),
            ('致命错误:  数据库 "d" 不存在', "postgres_database_missing"),
            ("fe_sendauth: no password supplied", "postgres_password_wrong"),
            ('FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "u", database "d"', "postgres_not_admitted"),
            ('FATAL:  permission denied for database "d"', "postgres_refused"),
            ("FATAL:  sorry, too many clients already", "postgres_connections_full"),
            ("致命错误:  对不起, 已经有太多的客户", "postgres_connections_full"),
            ('致命错误:  到数据库 "d"的连接太多了', "postgres_connections_full"),
            ("FATAL:  the database system is starting up", "postgres_not_accepting"),
            ("致命错误:  数据库系统正在启动", "postgres_not_accepting"),
            ('致命错误:  数据库 "d" 当前不接受联接', "postgres_not_accepting"),
            (
                'FATAL:  no pg_hba.conf entry for host "h", user "u", database "d", no encryption',
                "postgres_not_admitted",
            ),
            (
                '致命错误:  没有用于主机 "h", 用户 "u", 数据库 "d", SSL 关闭 的 pg_hba.conf 记录',
                "postgres_not_admitted",
            ),
            ("server does not support SSL, but SSL was required", "postgres_encryption"),
            ("SSL error: certificate verify failed", "postgres_encryption"),
            ('could not translate host name "h" to address', "postgres_unreachable"),
            ("timeout expired", "postgres_unreachable"),
        ],
    )
    def test_what_servers_say_in_two_languages_is_understood(self, said, code):
        error = errors.connection_error(RuntimeError(f"{said} geheim"), PostgresLocation("d", "a", "h"), "geheim")
        assert error.code == code
        assert "geheim" not in error.text("zh")

    def test_a_password_that_is_a_word_of_the_sentence_hides_no_cause(self):
        said = RuntimeError('FATAL:  password authentication failed for user "u"')
        error = errors.connection_error(said, PostgresLocation("d", "a", "h"), "authentication")
        assert error.code == "postgres_password_wrong"
        assert "authentication" not in str(error.message.details["reason"])

    @pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
    def test_a_wrong_password_on_a_chinese_server_is_told_as_one(self, encoding):
        said = '致命错误:  用户 "王" Password 认证失败 geheim'.encode(encoding)
        with pytest.raises(UnicodeDecodeError) as stumbled:
            said.decode("utf-8")
        error = errors.connection_error(stumbled.value, PostgresLocation("d", "a", "h"), "geheim")
        assert error.code == "postgres_password_wrong"
        assert "认证失败" in error.text("zh")
        assert "geheim" not in error.text("zh")


class TestPasswords:
    def test_a_wrong_or_missing_password_is_told_and_not_shown(self, postgis, role, caplog, capfd, monkeypatch):
        monkeypatch.delenv("PGPASSWORD", raising=False)
        caplog.set_level(logging.DEBUG)
        user = role("closed_user", "right")
        for password in (SECRET, None, ""):
            location = postgis.location(user=user, password=password)
            _refused(lambda location=location: Workspace.open(location), "postgres_password_wrong")
        shown = "".join(capfd.readouterr()) + caplog.text
        assert "geheim" not in shown

    def test_a_password_in_the_address_the_environment_or_typed_opens(self, postgis, role, monkeypatch, tmp_path):
        user = role("keyed_user", SECRET)
        monkeypatch.delenv("PGPASSWORD", raising=False)
        with_password, without = (postgis.location("public", user=user, password=p) for p in (SECRET, None))
        _refused(lambda: Workspace.open(with_password), "workspace_not_ours")
        monkeypatch.setenv("PGPASSWORD", SECRET)
        _refused(lambda: Workspace.open(without), "workspace_not_ours")
        monkeypatch.delenv("PGPASSWORD")
        _refused(lambda: Workspace.open(without), "postgres_password_wrong")
        file = tmp_path / "pgpass"
        file.write_text(f"127.0.0.1:{postgis.port}:*:{user}:{SECRET}\n", encoding="utf-8")
        file.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(file))
        _refused(lambda: Workspace.open(without), "workspace_not_ours")
        monkeypatch.delenv("PGPASSFILE")
        keep_login(without, Login(user, SECRET))
        _refused(lambda: Workspace.open(without), "workspace_not_ours")
        forget_logins()
        _refused(lambda: Workspace.open(without), "postgres_password_wrong")

    def test_a_service_names_server_and_database(self, postgis, database_location, monkeypatch, tmp_path):
        file = tmp_path / "services"
        file.write_text(f"[grids]\nhost=127.0.0.1\nport={postgis.port}\ndbname=grids\nuser=postgres\n")
        monkeypatch.setenv("PGSERVICEFILE", str(file))
        _create(database_location)
        opened = Workspace.open(f"postgresql:///?service=grids&schema={database_location.schema}")
        assert opened.count("unit_grid") == 4


class TestCreating:
    def test_postgis_is_added_where_we_may(self, postgis, other_database):
        location = postgis.location(database=other_database)
        with pytest.raises(RuntimeError), Workspace.create(location, INFO):
            raise RuntimeError
        assert postgis.run("SELECT 1 FROM pg_extension WHERE extname = 'postgis'", database=other_database) == []
        _create(location)
        assert Workspace.open(location).read("unit_grid", bounds=(0, 0, 1, 1)).fid.tolist() == [1]

    def test_postgis_that_we_may_not_add_is_asked_for(self, postgis, other_database, role):
        user = role("plain_user")
        postgis.run(f"GRANT CREATE ON DATABASE {other_database} TO {user}")
        location = postgis.location(database=other_database, user=user)
        error = _refused(lambda: _create(location), "postgis_missing")
        assert "CREATE EXTENSION postgis" in error.text("zh")
        postgis.run(f"REVOKE CREATE ON DATABASE {other_database} FROM {user}")

    def test_postgis_in_a_schema_of_its_own_is_found(self, postgis, other_database):
        postgis.run("CREATE SCHEMA gis", database=other_database)
        postgis.run("CREATE EXTENSION postgis SCHEMA gis", database=other_database)
        location = postgis.location(database=other_database)
        _create(location)
        workspace = Workspace.open(location)
        assert workspace.read("unit_grid", bounds=(0, 0, 1, 1)).fid.tolist() == [1]
        with workspace.transaction("", "test") as transaction:
            transaction.update("unit_grid", workspace.read("unit_grid"))

    def test_a_user_who_may_not_make_a_schema_is_told_what_to_ask_for(self, postgis, role):
        location = postgis.location(user=role("poor_user"))
        error = _refused(lambda: _create(location), "postgres_schema_not_permitted")
        assert location.schema in error.text("zh")

    def test_an_empty_schema_that_waits_for_us_is_filled(self, postgis, role, database_location):
        user = role("given_user")
        postgis.run(f"CREATE SCHEMA {database_location.schema} AUTHORIZATION {user}")
        _create(postgis.location(database_location.schema, user=user))
        assert Workspace.open(database_location).count("unit_grid") == 4

    def test_all_members_of_the_group_that_owns_a_schema_may_work_in_it(self, postgis, role, database_location):
        group, first, second = role("planners"), role("wang"), role("li")
        postgis.run(f"GRANT {group} TO {first}, {second}")
        postgis.run(f"CREATE SCHEMA {database_location.schema} AUTHORIZATION {group}")
        _create(postgis.location(database_location.schema, user=first))
        workspace = Workspace.open(postgis.location(database_location.schema, user=second))
        workspace.probe()
        with workspace.transaction("李", "test") as transaction:
            transaction.add_column("unit_grid", "rg_cg", "text")
            transaction.insert("unit_grid", unit_rows(5).take([4]))
        assert workspace.count("unit_grid") == 5

    def test_a_schema_with_other_tables_is_left_alone(self, postgis, database_location):
        postgis.run(f"CREATE SCHEMA {database_location.schema}")
        postgis.run(f"CREATE TABLE {database_location.schema}.roads (fid int)")
        before = postgis.dump(database_location)
        _refused(lambda: _create(database_location), "postgres_schema_in_use")
        _refused(lambda: refuse_existing(database_location), "postgres_schema_in_use")
        _refused(lambda: Workspace.open(database_location), "workspace_not_ours")
        assert postgis.dump(database_location) == before

    def test_a_database_in_another_encoding_is_refused(self, postgis):
        postgis.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        try:
            _refused(lambda: _create(postgis.location(database="latin")), "postgres_encoding")
        finally:
            postgis.run("DROP DATABASE latin WITH (FORCE)")

    def test_of_two_who_make_the_same_workspace_one_is_told(self, database_location):
        with Workspace.create(database_location, INFO) as (_, transaction):
            transaction.insert("unit_grid", unit_rows())
            with pytest.raises(WorkspaceError) as caught:
                _create(database_location)
        assert caught.value.code in ("workspace_locked", "workspace_exists")
        assert Workspace.open(database_location).count("unit_grid") == 4

    def test_who_waits_for_another_creator_is_told_that_the_workspace_is_there(self, database_location, monkeypatch):
        monkeypatch.setattr(patience, "BEHIND", patience.Patience(lock_s=60, statement_s=60))
        told = []

        def second():
            try:
                _create(database_location)
            except WorkspaceError as error:
                told.append(error.code)

        thread = threading.Thread(target=second)
        with Workspace.create(database_location, INFO) as (_, transaction):
            transaction.insert("unit_grid", unit_rows())
            thread.start()
            time.sleep(0.5)  # he waits for our schema by now, or comes to a finished one
        thread.join()
        assert told == ["workspace_exists"]
        assert Workspace.open(database_location).count("unit_grid") == 4


class TestWhatServersSay:
    @pytest.mark.parametrize(
        ("state", "said", "code", "word"),
        [
            ("25006", "cannot execute INSERT in a read-only transaction", "postgres_read_only", "只供查看"),
            ("0A000", "cannot set transaction read-write mode during recovery", "postgres_standby", "主服务器"),
            ("0A000", "在恢复期间无法设置事务的读写模式", "postgres_standby", "主服务器"),
            ("0A000", "cannot alter type of a column used by a view", "postgres_statement_failed", "used by a view"),
            ("42501", "permission denied for table unit_grid", "postgres_no_right_to_write", "无权修改"),
            ("57014", "canceling statement due to statement timeout", "postgres_too_slow", "用时过长"),
        ],
    )
    def test_a_write_that_a_server_refuses_is_told_in_a_sentence_of_its_own(self, state, said, code, word):
        class Said(Exception):  # noqa: N818  stands for an error of psycopg2
            pgcode = state
            diag = None

        error = errors.statement_error(Said(said), PostgresLocation("d", "a", "h"), writable=True)
        assert error.code == code
        assert word in error.text("zh")

    def test_a_wrong_password_may_be_one_that_has_expired(self):
        said = RuntimeError('FATAL:  password authentication failed for user "u"')
        error = errors.connection_error(said, PostgresLocation("d", "a", "h"), None)
        assert "过期" in error.text("zh")
        assert "expired" in error.text("en")

    def test_a_nul_in_a_text_is_told_with_its_column(self, database_location):
        workspace = made(database_location, EPSG_FRAME)

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.insert("department", Rows.from_records([{"code": "1", "name": "一\0队"}]))

        error = _refused(write, "text_with_nul")
        assert "name" in error.text("zh")
        assert workspace.count("department") == 0


class TestTables:
    @pytest.fixture
    def catalogue_of(self, postgis, database_location):
        made(database_location, EPSG_FRAME)
        return lambda sql: postgis.run(sql, (database_location.schema,))

    def test_every_table_has_a_row_number_titles_and_its_key(self, catalogue_of):
        found = catalogue_of(
            "SELECT c.relname, obj_description(c.oid),"
            " array_agg(k.contype::text || k.condeferrable ORDER BY k.contype)"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_constraint k ON k.conrelid = c.oid WHERE n.nspname = %s GROUP BY c.oid, c.relname"
        )
        constraints = {name: (title, kinds) for name, title, kinds in found}
        assert set(constraints) == set(tables())
        for name, definition in tables().items():
            title, kinds = constraints[name]
            assert title == f"{definition.zh} {definition.en}"
            assert kinds == (["pfalse", "utrue"] if definition.key else ["pfalse"])

    def test_every_shape_has_a_type_a_reference_system_and_an_index(self, catalogue_of):
        columns = "SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_schema = %s"
        shapes = {name: (kind, srid) for name, kind, srid in catalogue_of(columns)}
        wanted = {d.name: (d.geometry.upper(), 4548) for d in tables().values() if d.geometry}
        assert shapes == wanted
        indexed = catalogue_of(
            "SELECT tablename FROM pg_indexes WHERE schemaname = %s AND indexdef LIKE '%%USING gist%%'"
        )
        assert {name for (name,) in indexed} == set(wanted)

    def test_a_local_frame_has_no_reference_system(self, postgis, database_location):
        made(database_location, LOCAL_FRAME)
        sql = "SELECT DISTINCT srid FROM geometry_columns WHERE f_table_schema = %s"
        assert postgis.run(sql, (database_location.schema,)) == [(0,)]

    def test_a_frame_that_postgis_does_not_list_is_kept_by_its_number(self, postgis, database_location):
        workspace = made(database_location, Frame("epsg", 10166, "sample"))
        assert workspace.read("unit_grid", bounds=(0, 0, 1, 1)).fid.tolist() == [1]

    def test_a_percent_sign_in_a_text_of_ours_arrives_as_one_with_and_without_values(self, database_location):
        made(database_location, EPSG_FRAME)
        sql = f"SELECT {text_literal('达标率 %')}"
        with connected(database_location, writable=False) as connection:
            assert run(connection, sql) == run(connection, f"{sql} WHERE %s", (True,)) == [("达标率 %",)]


class TestRights:
    @pytest.fixture
    def shared(self, postgis, role, database_location):
        """Return a workspace as a user sees it who may look and nothing more, and how to grant more."""
        made(database_location, EPSG_FRAME)
        user, schema = role("reader"), database_location.schema
        postgis.run(f"GRANT USAGE ON SCHEMA {schema} TO {user}")
        postgis.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user}")
        return postgis.location(schema, user=user), lambda right: postgis.run(right.format(schema=schema, user=user))

    def test_who_may_only_look_is_told_when_writing(self, shared):
        workspace = Workspace.open(shared[0])
        assert workspace.count("unit_grid") == 4
        _refused(workspace.probe, "postgres_no_right_to_write")

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.clear("unit_grid")

        error = _refused(write, "postgres_no_right_to_write")
        assert "管理员" in error.text("zh")

    def test_who_may_write_need_not_own_the_tables(self, shared):
        location, grant = shared
        grant("GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {user}")
        workspace = Workspace.open(location)
        workspace.probe()
        with workspace.transaction("", "test") as transaction:
            transaction.hold("unit_grid")
            assert transaction.insert("unit_grid", unit_rows(5).take([4])).tolist() == [5]
            transaction.update("unit_grid", workspace.read("unit_grid"))
            transaction.set_column("unit_grid", "name", np.array([5]), ["甲"])
            transaction.delete("unit_grid", np.array([1]))
        assert workspace.count("unit_grid") == 4

    def test_who_may_not_even_look_is_told(self, shared):
        location, grant = shared
        grant("REVOKE SELECT ON {schema}.unit_grid FROM {user}")
        _refused(lambda: Workspace.open(location).count("unit_grid"), "postgres_not_permitted")
        grant("REVOKE USAGE ON SCHEMA {schema} FROM {user}")
        _refused(lambda: Workspace.open(location), "postgres_not_permitted")


class TestLosingTheConnection:
    @pytest.fixture
    def workspace(self, database_location):
        return made(database_location, LOCAL_FRAME)

    def _end_all(self, postgis):
        postgis.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'gridmgmt%%' AND pid <> pg_backend_pid()"
        )

    def test_a_connection_that_is_cut_while_writing_is_told_and_nothing_is_written(self, workspace, postgis):
        before = postgis.dump(workspace.location)

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.clear("unit_grid")
                self._end_all(postgis)
                transaction.log("unit_grid", None, None, None)

        _refused(write, "postgres_connection_lost")
        assert postgis.dump(workspace.location) == before

    def test_a_connection_that_is_cut_at_the_last_moment_is_not_called_saved(self, workspace, postgis):
        before = postgis.dump(workspace.location)

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.clear("unit_grid")
                self._end_all(postgis)

        _refused(write, "postgres_connection_lost")
        assert postgis.dump(workspace.location) == before

    @pytest.fixture
    def losing(self, postgis, monkeypatch):
        """Lose the answer to the next commits: the server has done it, ``done``, or not."""
        real, state = queued_writes.run, {"done": True}

        def run_and_lose(connection, sql, values=()):
            rows = real(connection, sql, values)
            if "txid_current" in sql:
                if state["done"]:
                    run(connection, "COMMIT")
                self._end_all(postgis)
            return rows

        monkeypatch.setattr(queued_writes, "run", run_and_lose)
        return state

    def test_a_change_that_was_saved_is_known_to_be_when_the_answer_is_lost(self, workspace, losing):
        with workspace.transaction("", "test") as transaction:
            transaction.clear("unit_grid", {"fid": 1})
        assert workspace.count("unit_grid") == 3

    @pytest.mark.parametrize("name", [" 王工 ", "王工 (规划科)"])
    def test_a_change_is_known_to_be_his_as_the_log_has_his_name(self, workspace, losing, postgis, name):
        """Where its rights are set: with the login, without the blanks."""
        schema = workspace.location.schema
        set_rights(postgis, schema)
        with logins(postgis, schema):
            with workspace.transaction(name, "test") as transaction:
                transaction.log("unit_grid", "1", None, None)
            assert workspace.count("change_log") == 1

    def test_a_change_that_was_not_saved_is_known_not_to_be(self, workspace, losing, postgis):
        losing["done"] = False
        before = postgis.dump(workspace.location)

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.clear("unit_grid", {"fid": 1})

        _refused(write, "postgres_connection_lost")
        assert postgis.dump(workspace.location) == before

    def test_a_change_that_the_server_is_still_saving_is_waited_for_when_its_answer_is_lost(
        self, workspace, postgis, monkeypatch
    ):
        schema, real = workspace.location.schema, commit.run
        postgis.run(
            f"CREATE FUNCTION {schema}.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1);"
            " RETURN NULL; END $$"
        )
        postgis.run(
            f"CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON {schema}.change_log DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION {schema}.slow()"
        )

        def cut_off(connection, sql, values=()):
            if sql.endswith("COMMIT"):
                threading.Timer(0.3, answer_watch._cut, (connection,)).start()
            return real(connection, sql, values)

        monkeypatch.setattr(commit, "run", cut_off)
        with workspace.transaction("王工", "test") as transaction:
            transaction.log("unit_grid", "1", None, None)
        assert workspace.count("change_log") == 1

    def test_nothing_is_claimed_when_the_server_cannot_be_asked_either(self, workspace, losing, monkeypatch):
        monkeypatch.setattr(commit, "_WAIT_S", 0.0)

        def refused(location):
            raise WorkspaceError("postgres_unreachable", place=location.label, reason="–")

        monkeypatch.setattr(commit, "connected", refused)

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.clear("unit_grid", {"fid": 1})

        _refused(write, "postgres_commit_unknown")

    def test_a_block_that_wrote_nothing_leaves_nothing_in_doubt(self, workspace, losing):
        losing["done"] = False

        def look():
            with workspace.transaction("", "test"):
                pass

        _refused(look, "postgres_connection_lost")

    def test_a_change_of_another_server_is_known_to_be_saved_when_the_answer_is_lost(
        self, workspace, losing, elsewhere
    ):
        """The server that we are connected to wrote nothing itself."""
        with workspace.transaction("", "test") as transaction:
            transaction.clear("department", {"code": "1"})
        assert workspace.count("department") == 0

    @pytest.fixture
    def elsewhere(self, workspace, postgis):
        """Have the departments lie on another server, as tables of Citus do: this one reaches it by itself."""
        if not postgis.run("SELECT 1 FROM pg_available_extensions WHERE name = 'postgres_fdw'"):
            pytest.skip("postgres_fdw is not installed (Debian: postgresql)")
        here, far = workspace.location.schema, f"far_{workspace.location.schema}"
        address = f"host '127.0.0.1', port '{postgis.port}', dbname '{DATABASE}'"
        with workspace.transaction("", "test") as transaction:
            transaction.insert("department", Rows.from_records([{"code": "1", "name": "一队"}]))
        for sql in (
            "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
            f"CREATE SERVER {far} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({address})",
            f"CREATE USER MAPPING FOR {OWNER} SERVER {far} OPTIONS (user '{OWNER}')",
            f"CREATE SCHEMA {far}",
            f"ALTER TABLE {here}.department SET SCHEMA {far}",
            f"IMPORT FOREIGN SCHEMA {far} LIMIT TO (department) FROM SERVER {far} INTO {here}",
        ):
            postgis.run(sql)
        yield
        postgis.run(f"DROP SERVER {far} CASCADE")
        postgis.drop(far)

    def test_a_statement_that_failed_inside_a_block_is_never_taken_for_saved(self, workspace, postgis):
        import psycopg2

        before = postgis.dump(workspace.location)

        def write():
            with workspace.transaction("", "test") as transaction:
                transaction.clear("unit_grid", {"fid": 1})
                with pytest.raises(psycopg2.Error):
                    transaction.insert("unit_grid", unit_rows().take([1]))

        _refused(write, "postgres_statement_failed")
        assert postgis.dump(workspace.location) == before

    def test_a_connection_that_was_cut_while_it_waited_is_made_again(self, workspace, postgis):
        workspace.count("unit_grid")
        self._end_all(postgis)
        assert workspace.count("unit_grid") == 4
        with workspace.transaction("", "test") as transaction:
            transaction.clear("unit_grid", {"fid": 1})
        assert workspace.count("unit_grid") == 3

    def test_calls_after_one_another_share_a_connection_and_none_of_its_settings(self, workspace, postgis):
        idle_connections.close_all()

        def state(connection):
            ((pid, path, read_only),) = run(
                connection,
                "SELECT pg_backend_pid(), current_setting('search_path'), current_setting('transaction_read_only')",
            )
            return pid, path, read_only

        with connected(workspace.location, writable=True) as connection:
            first = state(connection)
            run(connection, "SET LOCAL ROLE locked")
            run(connection, "CREATE TEMP TABLE left_behind (a int)")
        with connected(workspace.location) as connection, connected(workspace.location) as another:
            second, third = state(connection), state(another)
            assert run(connection, "SELECT current_user") == [("postgres",)]
            assert run(connection, "SELECT to_regclass('left_behind')") == [(None,)]
        assert (second[0], second[1], first[2], second[2]) == (first[0], first[1], "off", "on")
        assert third[0] != first[0]
        with connected(postgis.location("public")) as connection:
            assert state(connection)[1] != first[1]

    def test_a_waiting_connection_blocks_nobody(self, workspace, postgis):
        workspace.count("unit_grid")
        postgis.run(f"ALTER TABLE {workspace.location.schema}.unit_grid ADD COLUMN slope real")
        assert "slope" in workspace.read("unit_grid")

    def test_nothing_stays_open_when_nobody_asks_any_more(self, workspace, postgis, monkeypatch):
        monkeypatch.setattr(idle_connections, "IDLE_S", 0.05)
        idle_connections.close_all()
        while idle_connections._SWEEPERS:  # one that was started with the usual patience
            idle_connections._SWEEPERS.pop().cancel()
        workspace.read("unit_grid")
        with pytest.raises(RuntimeError), workspace.transaction("", "test"):
            raise RuntimeError
        end = time.monotonic() + 60
        while True:
            open_now = postgis.run("SELECT 1 FROM pg_stat_activity WHERE application_name = 'gridmgmt'")
            if not open_now or time.monotonic() > end:
                break
            time.sleep(0.02)
        assert open_now == []


class TestPlannersSideBySide:
    @pytest.fixture
    def workspace(self, database_location):
        return made(database_location, LOCAL_FRAME)

    def _rename(self, transaction, rows, at, name):
        transaction.update("unit_grid", rows.take([at]).with_columns(name=[name]))

    def test_two_who_change_different_cells_both_save(self, workspace):
        rows = workspace.read("unit_grid", ["name", "row_version"], geometry=False)
        with workspace.transaction("甲", "test") as first, workspace.transaction("乙", "test") as second:
            self._rename(first, rows, 0, "甲")
            self._rename(second, rows, 1, "乙")
            first.insert("unit_grid", unit_rows(6).take([4]))
            second.insert("unit_grid", unit_rows(6).take([5]))
            first.log("unit_grid", None, None, None)
            second.log("unit_grid", None, None, None)
        assert workspace.read("unit_grid")["name"].tolist() == ["甲", "乙", None, None, None, None]
        assert workspace.count("change_log") == 2

    def test_two_who_take_the_same_code_get_it_once(self, workspace):
        code = Rows.from_records([{"code": "990101001001009", "kind": "unit_grid", "state": "draft"}])

        def both():
            with workspace.transaction("甲", "test") as first, workspace.transaction("乙", "test") as second:
                first.insert("code_register", code)
                second.insert("code_register", code)

        _refused(both, "workspace_table_held")
        with workspace.transaction("甲", "test") as first:
            first.insert("code_register", code)

        def again():
            with workspace.transaction("乙", "test") as second:
                second.insert("code_register", code)

        _refused(again, "workspace_duplicate_key")
        assert workspace.count("code_register") == 1

    def test_a_zero_character_in_a_text_is_told_and_nothing_is_written(self, workspace):
        def write():
            with workspace.transaction("甲", "test") as transaction:
                transaction.insert("scheme", Rows({"key": as_column(["a"]), "title": as_column(["甲\0乙"])}))

        _refused(write, "text_with_nul")
        assert workspace.count("scheme") == 0

    def test_a_zero_character_in_an_entry_or_in_what_is_asked_for_is_told(self, workspace):
        def write():
            with workspace.transaction("甲", "test") as transaction:
                transaction.set_info("note", "甲\0乙")

        _refused(write, "text_not_storable")
        _refused(lambda: workspace.count("department", {"code": "甲\0"}), "text_not_storable")

    def test_a_reader_sees_one_state_while_somebody_writes(self, workspace):
        with workspace.transaction("甲", "test") as transaction:
            transaction.clear("unit_grid")
            assert len(workspace.read("unit_grid")) == 4
        assert len(workspace.read("unit_grid")) == 0

    def test_cells_that_are_computed_on_are_held_against_writers_elsewhere(self, workspace):
        with workspace.transaction("甲", "test") as first:
            first.hold("unit_grid")
            with workspace.transaction("乙", "test") as second:
                second.insert("person", Rows.from_records([{"id": "p1"}]))
        assert workspace.count("person") == 1


class TestManyRows:
    def test_rows_beyond_one_batch_keep_order_numbers_and_shapes(self, database_location, monkeypatch):
        from gridmgmt_plugin.workspace.postgis import reading, transaction

        monkeypatch.setattr(reading, "_BATCH", 700)
        monkeypatch.setattr(transaction, "_BATCH", 300)
        workspace = made(database_location, LOCAL_FRAME)
        for count in (299, 300, 1400, 1401):
            codes = as_column(f"{i * 7919 % count:05d}" for i in range(count))
            points = shapely.points(np.arange(count), -np.arange(count))
            with workspace.transaction("", "test") as running:
                running.clear("component")
                fids = running.insert("component", Rows({"code": codes}, points))
                running.set_column("component", "name", fids, codes)
            back = workspace.read("component")
            assert back.fid.tolist() == fids.tolist()
            assert back["code"].tolist() == back["name"].tolist() == codes.tolist()
            assert shapely.equals_exact(back.geometry, points).all()

    def test_bounds_are_found_through_the_index(self, database_location):
        workspace = made(database_location, LOCAL_FRAME)
        points = shapely.points(np.random.default_rng(7).uniform(0, 1000, (20_000, 2)))
        with workspace.transaction("", "test") as running:
            running.insert("component", Rows({"code": as_column(map(str, range(20_000)))}, points))
        x, y = shapely.get_x(points), shapely.get_y(points)
        bounds = (x[5], y[5] - 10, x[5] + 10, y[5])  # the corner is a point: touching counts, to the last bit
        inside = (x >= bounds[0]) & (x <= bounds[2]) & (y >= bounds[1]) & (y <= bounds[3])
        found = workspace.read("component", ["code"], bounds=bounds)
        assert found["code"].tolist() == [str(i) for i in np.flatnonzero(inside)]
        assert "5" in found["code"].tolist()
        with connected(workspace.location, writable=True) as connection:
            run(connection, "ANALYZE component")
            plan = run(connection, "EXPLAIN SELECT fid FROM component WHERE geom && ST_MakeEnvelope(1, 1, 9, 9, 0)")
        assert "component_geom" in str(plan)


def test_every_code_that_the_server_can_lead_to_has_its_sentence():
    codes = {*errors._BY_STATE.values(), *errors._BY_CLASS.values(), *(code for code, _ in errors._PATTERNS)}
    location = PostgresLocation("d", "a", "h")
    for code in codes:
        assert code in catalogue()
        details = {"path": location.label, "place": location.label, "reason": "x", "schema": "a"}
        assert location.label in WorkspaceError(code, **details).text("zh")

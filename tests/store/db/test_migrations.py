"""Bringing a database up to date: from nothing, again, and by several at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from signalcraft.store.config import setup
from signalcraft.store.db.database import Database
from signalcraft.store.db.failures import UnusableDatabase
from signalcraft.store.db.migrate import migrate
from signalcraft.store.db.schema_revision import MIGRATIONS, newest
from signalcraft.store.db.tables import metadata

TOGETHER = 4


def contents(url: str) -> dict[str, int]:
    """How many rows each table has; fails where a table is missing."""
    engine = sa.create_engine(Database(url).engine_url)
    with engine.connect() as connection:
        numbers = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in metadata.tables.values()
        }
    engine.dispose()
    return {name: number or 0 for name, number in numbers.items()}


def test_the_tables_that_migrations_make_are_those_that_the_code_knows(database_url: str) -> None:
    assert migrate(Database(database_url)) == (None, newest())
    engine = sa.create_engine(Database(database_url).engine_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(Database(database_url))
    database = Database(database_url)
    with database.transaction() as connection:
        setup.create_workspace(
            connection, name="W", owner_email="owner@example.com", owner_name="Owner"
        )
    database.close()
    before = contents(database_url)
    assert migrate(Database(database_url)) == (newest(), newest())
    assert contents(database_url) == before


def up_to(url: str, revision: str) -> None:
    """Migrates as a release did that knew no newer revision."""
    engine = sa.create_engine(Database(url).engine_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_references_of_the_first_release_are_kept_once_for_each_pair(database_url: str) -> None:
    up_to(database_url, "0001")
    engine = sa.create_engine(Database(database_url).engine_url)
    tables = sa.MetaData()
    tables.reflect(engine)
    columns = {"workspace_id": "ws_1", "created_at": "", "updated_at": "", "version": 1}
    policy = {"id": "esc_1", "kind": "escalation_policy", "natural_key": "p", "name": "p"}
    user = {"id": "user_1", "kind": "user", "natural_key": "u", "name": "u"}
    places = ("/rules/0/targets/0/id", "/rules/1/targets/0/id")
    with engine.begin() as connection:
        connection.execute(tables.tables["workspace"].insert(), {"id": "ws_1", "revision": 1})
        connection.execute(
            tables.tables["resource"].insert(),
            [columns | row | {"document": "{}"} for row in (policy, user)],
        )
        connection.execute(
            tables.tables["reference"].insert(),
            [{"source_id": "esc_1", "pointer": at, "target_id": "user_1"} for at in places],
        )
    assert migrate(Database(database_url)) == ("0001", newest())
    with engine.connect() as connection:
        pairs = connection.execute(sa.select(metadata.tables["reference"])).all()
    engine.dispose()
    assert pairs == [("esc_1", "user_1")]


def test_keys_and_overrides_of_earlier_releases_keep_what_they_could_do_and_their_order(
    database_url: str,
) -> None:
    up_to(database_url, "0005")
    engine = sa.create_engine(Database(database_url).engine_url)
    tables = sa.MetaData()
    tables.reflect(engine)
    columns = {"workspace_id": "ws_1", "created_at": "", "updated_at": "", "version": 1}
    account = {"id": "sa_1", "kind": "service_account", "natural_key": "a", "name": "a"}
    user = {"id": "user_1", "kind": "user", "natural_key": "u", "name": "u"}
    schedule = {"id": "sched_1", "kind": "schedule", "natural_key": "s", "name": "s"}
    of_all = {"workspace_id": "ws_1", "name": "k", "created_at": "", "hint": ""}
    rows: dict[str, list[dict[str, Any]]] = {
        "workspace": [{"id": "ws_1", "revision": 1}],
        "resource": [
            columns | account | {"document": '{"scopes":["config:read"]}'},
            columns | user | {"document": '{"name":"u"}'},
            columns | schedule | {"document": '{"rotations":[{"user_ids":["user_1"]}]}'},
        ],
        "api_key": [of_all | {"id": "key_1", "service_account_id": "sa_1", "digest": "d"}],
        "schedule_override": [
            {"id": "ovr_1", "schedule_id": "user_1", "user_id": "user_1", "starts_at": ""}
            | {"ends_at": "", "created_at": "", "workspace_id": "ws_1"}
        ],
        "change": [
            {"workspace_id": "ws_1", "revision": 7, "at": "", "actor_id": "", "actor_name": ""}
            | {"action": "created", "kind": "schedule_override", "resource_id": "ovr_1"}
            | {"name": "", "diff": '[{"pointer":"/user_id"}]', "request_id": ""},
            {"workspace_id": "ws_1", "revision": 8, "at": "", "actor_id": "", "actor_name": ""}
            | {"action": "updated", "kind": "schedule", "resource_id": "sched_1", "name": ""}
            | {"diff": '[{"pointer":"/rotations/0/user_ids/0"}]', "request_id": ""},
        ],
    }
    with engine.begin() as connection:
        for table, inserted in rows.items():
            connection.execute(tables.tables[table].insert(), inserted)
    assert migrate(Database(database_url)) == ("0005", newest())
    key, override = metadata.tables["api_key"], metadata.tables["schedule_override"]
    with engine.connect() as connection:
        assert connection.execute(sa.select(key.c.scopes)).scalar_one() == '["config:read"]'
        assert connection.execute(sa.select(override.c.revision)).scalar_one() == 7
        assert connection.execute(sa.select(override.c.participant)).scalar_one() == "user_1"
        resource, change = metadata.tables["resource"], metadata.tables["change"]
        written = sa.select(resource.c.document).where(resource.c.kind == "schedule")
        assert (
            connection.execute(written).scalar_one()
            == '{"rotations":[{"participants":["user_1"]}]}'
        )
        of_user = sa.select(resource.c.document).where(resource.c.kind == "user")
        assert connection.execute(of_user).scalar_one() == '{"name":"u","active":true}'
        diffs = connection.execute(sa.select(change.c.diff).order_by(change.c.revision)).scalars()
        assert list(diffs) == [
            '[{"pointer":"/participant"}]',
            '[{"pointer":"/rotations/0/participants/0"}]',
        ]
    engine.dispose()


def test_of_several_that_migrate_at_once_one_does_it_and_the_others_wait(
    database_url: str,
) -> None:
    barrier = Barrier(TOGETHER)

    def begin(_: int) -> tuple[str | None, str]:
        database = Database(database_url)
        barrier.wait()
        return migrate(database)

    with ThreadPoolExecutor(TOGETHER) as threads:
        results = list(threads.map(begin, range(TOGETHER)))
    assert sorted(results, key=str) == sorted(
        [(None, newest()), *[(newest(), newest())] * (TOGETHER - 1)], key=str
    )
    assert contents(database_url)["database"] == 1


def test_a_migration_that_fails_leaves_the_database_as_it_was(database_url: str) -> None:
    engine = sa.create_engine(Database(database_url).engine_url)
    # A table of another program, in the way of the last one that is made.
    last = list(metadata.tables.values())[-1].name
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE {last} (id INTEGER)"))
    with pytest.raises(UnusableDatabase, match=last):
        migrate(Database(database_url))
    assert sa.inspect(engine).get_table_names() == [last]
    engine.dispose()

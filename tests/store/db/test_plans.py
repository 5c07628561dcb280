"""How the databases find rows: what a request asks must not take longer the more there is."""

import json
import re
from importlib import import_module
from typing import Any

import pytest

from signalcraft.model.draft import Draft, read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database
from signalcraft.store.db.statement import Statement

# What reads and writes of resources ask, but for what asks for all there is on purpose.
ASKED_OFTEN = (
    "config.records",
    "config.references",
    "config.write",
    "config.change_log",
    "config.dependents",
    "config.owners",
    "config.planned_changes",
    "access.callers",
    "access.keys",
    "access.idempotency",
    "oncall.overrides",
)
ON_PURPOSE = {"access.callers._COUNT", "config.owners._OTHER_USERS"}
# So many that both databases would rather use an index, where they can.
TEAMS = 1500


def statements() -> list[tuple[str, Statement]]:
    found = []
    for module in ASKED_OFTEN:
        for name, value in vars(import_module(f"signalcraft.store.{module}")).items():
            if isinstance(value, Statement) and f"{module}.{name}" not in ON_PURPOSE:
                found.append((f"{module}.{name}", value))
    return found


@pytest.fixture
def full(database: Database, workspace_id: str) -> Database:
    """A database in which reading a whole table takes long: many teams, each with a service."""

    def draft(kind: str, **body: str) -> Draft:
        return read_draft(KINDS[kind], json.dumps(body).encode())

    with database.transaction() as connection:
        write = Write(ChangeLog(connection, setup.operator(workspace_id)))
        for n in range(TEAMS):
            team = write.create(draft("team", name=str(n))).record
            write.create(draft("service", name=str(n), team_id=team.id))
    if database.dialect == "postgresql":
        database.connection().execute("ANALYZE")
    return database


def plan(database: Database, statement: Statement, workspace_id: str) -> str:
    """How the database says it will find the rows."""
    sql, constants = statement.bind(database.dialect, {})
    names = {one or other for one, other in re.findall(r"(?<!:):(\w+)|%\((\w+)\)s", sql)}
    numbers = dict.fromkeys(
        ("limit", "revision", "new_version", "version", "status", "lifetime_seconds"), 10
    )
    texts = dict.fromkeys(names, workspace_id) | {"ids": '["team_1"]', "targets": '["user_1"]'}
    values: dict[str, Any] = texts | numbers | constants
    explain = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[database.dialect]
    bound = {name: values[name] for name in names}
    rows = database.connection()._driver.execute(explain + sql, bound).fetchall()  # noqa: SLF001 — no statement of ours
    return "\n".join(str(row[-1]) for row in rows)


def test_no_statement_that_is_asked_often_goes_through_a_whole_table_or_workspace(
    full: Database, workspace_id: str
) -> None:
    found = {name: plan(full, statement, workspace_id) for name, statement in statements()}
    assert len(found) > 20
    wrong = re.compile(
        r"SCAN (resource|reference|change)\b"
        r"|SEARCH resource USING INDEX \S+ \(workspace_id=\?( AND kind=\?)?\)$"
        r"|Seq Scan on (resource|reference|change)\b",
        re.MULTILINE,
    )
    assert {name: text for name, text in found.items() if wrong.search(text)} == {}

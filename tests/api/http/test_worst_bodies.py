"""No body makes any operation do much work, or answer much."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from signalcraft.api.http.call import Incoming, Upload
from signalcraft.api.http.metrics import Metrics
from signalcraft.api.http.routes import Routes
from signalcraft.api.operations import operations
from signalcraft.api.reference.openapi import openapi
from signalcraft.api.server.dispatcher import Dispatcher
from signalcraft.api.server.limits import Limits
from signalcraft.model.problem import Problem
from signalcraft.store.config import setup
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from signalcraft.store.tfstate.content import Content
from tests.work import lines_run
from tools.worst_bodies import WorstBody, worst_bodies

# A quarter of what is allowed: counting lines takes ten times as long as running them.
BODIES = list(worst_bodies(json.loads(openapi()), 2**18))
ROUTES = Routes(operations())

# Reading `{}` strictly takes eight lines for each of 87,000 objects, a twentieth of a second when
# they aren't counted.
MOST_LINES = 1_000_000
MOST_BYTES = 2 * 2**20


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dispatcher, str]]:
    """A server's dispatcher, in this process, and a key."""
    file = tmp_path_factory.mktemp("worst") / "worst.db"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    with database.transaction() as connection:
        workspace = setup.create_workspace(
            connection, name="W", owner_email="owner@example.com", owner_name="Owner"
        )
        setup.create_account(connection, workspace, "admin", setup.ALL_SCOPES)
        secret = setup.create_key(connection, workspace, "admin", "test")
    yield Dispatcher(database, Metrics(), Limits()), secret
    database.close()


@pytest.mark.parametrize("worst", BODIES, ids=[f"{b.operation_id}: {b.why}" for b in BODIES])
def test_the_worst_body_is_refused_or_answered_without_much_work(
    asked: tuple[Dispatcher, str], worst: WorstBody
) -> None:
    dispatcher, secret = asked
    answers: list[str] = []

    def ask() -> None:
        path, _, query = worst.path.partition("?")
        operation, parameters = ROUTES.find(worst.method, path)
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        incoming = Incoming(
            worst.method, path, parameters, query, headers, worst.body, "127.0.0.1", "req_1"
        )
        with closing(Content.of(worst.body)) as content:
            if operation.is_upload:
                incoming.upload = Upload(content)
            try:
                answers.append(dispatcher.perform(operation, incoming).body)
            except Problem as problem:
                answers.append(json.dumps(problem.document("req_1")))

    assert lines_run(ask) < MOST_LINES
    assert len(answers[0].encode()) <= MOST_BYTES

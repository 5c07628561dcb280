"""What holds for every test."""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

from signalcraft.client import Client
from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.store.config import setup
from signalcraft.store.config.change_log import ChangeLog
from signalcraft.store.config.write import Write
from signalcraft.store.db.database import Database
from signalcraft.store.db.migrate import migrate
from tests.api.access.test_keys import account
from tests.api.access.test_trusts import trust
from tests.exchanging import Exchanging
from tools.go import go, go_platform
from tools.issuer import Issuer, running_issuer
from tools.kubernetes import KubernetesApi, kubernetes_api
from tools.provider_release import release_archives
from tools.servers import Dialect, Server, Servers, Tenant, running_server

# Where CI is set, Hypothesis itself takes its "ci" profile: the same examples at every run, so that
# a change is never judged by luck. At a desk it tries new ones each time and remembers those that
# failed. No deadlines: tests share the machine's cores with each other.
if "CI" not in os.environ:
    _remembered = Path(__file__).parents[1] / ".cache" / "hypothesis"
    settings.register_profile(
        "desk", deadline=None, database=DirectoryBasedExampleDatabase(_remembered)
    )
    settings.load_profile("desk")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("databases"))
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def kubernetes() -> Iterator[KubernetesApi]:
    """A Kubernetes API that all tests share: each works in a namespace of its own."""
    with kubernetes_api() as kubernetes:
        yield kubernetes


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The archives of a release, for this machine's platform."""
    return release_archives(tmp_path_factory.mktemp("release") / "dist", go_platform(go()))


@pytest.fixture
def namespace(kubernetes: KubernetesApi) -> str:
    """A Kubernetes namespace for this test alone."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    kubernetes.kubectl("create", "namespace", name)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Every test that uses a database runs on both."""
    dialect: Dialect = request.param
    return dialect


@pytest.fixture
def database_url(dialect: Dialect, servers: Servers) -> Iterator[str]:
    """An empty database, for this test alone."""
    with servers.new_database(dialect) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """That database, with its tables."""
    database = Database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def workspace_id(database: Database) -> str:
    """A workspace in it."""
    with database.transaction() as connection:
        return setup.create_workspace(
            connection, name="W", owner_email="owner@example.com", owner_name="Owner"
        )


@pytest.fixture
def account_id(database: Database, workspace_id: str) -> str:
    """A service account of that workspace, without keys."""
    draft = read_draft(KINDS["service_account"], b'{"name": "Deploy", "scopes": []}')
    with database.transaction() as connection:
        return Write(ChangeLog(connection, setup.operator(workspace_id))).create(draft).record.id


@pytest.fixture
def server(dialect: Dialect, servers: Servers) -> Server:
    """A server that all tests share: what a test sees is its workspace."""
    return servers.running(dialect)


@pytest.fixture
def processes(dialect: Dialect, servers: Servers) -> list[Server]:
    """That server, and on PostgreSQL two more processes on its database."""
    return servers.all_of(dialect)


@pytest.fixture
def tenant(server: Server) -> Tenant:
    """A workspace for this test alone."""
    return server.new_tenant()


@pytest.fixture
def client(server: Server, tenant: Tenant) -> Iterator[Client]:
    """The typed client, in the test's workspace."""
    with server.client(tenant) as client:
        yield client


@pytest.fixture
def http(server: Server, tenant: Tenant) -> Iterator[httpx.Client]:
    """Plain HTTP, in the test's workspace."""
    with server.http(tenant) as http:
        yield http


@pytest.fixture
def clients(processes: list[Server], tenant: Tenant) -> Iterator[list[httpx.Client]]:
    """Plain HTTP to each of the processes, in the test's workspace."""
    with ExitStack() as stack:
        yield [stack.enter_context(process.http(tenant)) for process in processes]


@pytest.fixture
def stranger(server: Server) -> Iterator[Client]:
    """The typed client, in another workspace of the same server."""
    with server.client(server.new_tenant("Strangers")) as client:
        yield client


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def dev_server(
    request: pytest.FixtureRequest, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server for development, which also trusts issuers on this machine."""
    dialect: Dialect = request.param
    with (
        servers.new_database(dialect) as url,
        running_server(
            url, "--dev", "--wrong-keys", "1000000", folder=tmp_path_factory.mktemp("server")
        ) as server,
    ):
        yield server


@pytest.fixture
def exchanging(dev_server: Server, issuer: Issuer) -> Iterator[Exchanging]:
    with dev_server.http(dev_server.new_tenant()) as http:
        account_id = account(http, "config:read", "config:write", name="ci", keyless_only=True)
        claims = [
            {"name": "repository_id", "values": ["1296269"]},
            {"name": "ref", "values": ["refs/heads/main", "refs/heads/release"]},
        ]
        body = trust(account_id, issuer=issuer.url, claims=claims)
        made = http.post("/v1/service-account-trusts", json=body).raise_for_status().json()
        yield Exchanging(http, account_id, made["id"], issuer)

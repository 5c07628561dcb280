"""`signalcraft trust` and `signalcraft token`: from a trust to a key in a job."""

from collections.abc import Callable
from typing import Any

import pytest

from signalcraft.client import Client
from signalcraft.model.service_account import ServiceAccount
from signalcraft.model.service_account_trust import ServiceAccountTrust
from tests.cli.command import refused, run, told
from tests.exchanging import Exchanging
from tools.servers import Server, Tenant

Tell = Callable[..., Any]


@pytest.fixture
def environment(server: Server, tenant: Tenant) -> dict[str, str]:
    return {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": tenant.api_key}


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    """The commands only ask the server."""
    return str(request.param)


PRESETS = [
    (
        ["github", "--repository-id", "1296269", "--ref", "refs/heads/main"],
        ["--job-workflow-ref", "example/ci/.github/workflows/apply.yml@refs/heads/main"],
        {
            "repository_id": ("1296269",),
            "ref": ("refs/heads/main",),
            "job_workflow_ref": ("example/ci/.github/workflows/apply.yml@refs/heads/main",),
        },
    ),
    (
        ["gitlab", "--project-id", "42", "--project-id", "43"],
        [],
        {"project_id": ("42", "43"), "ref_protected": ("true",)},
    ),
    (["gitlab", "--project-id", "42", "--any-ref"], [], {"project_id": ("42",)}),
    (
        ["buildkite", "--organization-id", "o", "--pipeline-slug", "deploy"],
        [],
        {"organization_id": ("o",), "pipeline_slug": ("deploy",)},
    ),
    (
        ["kubernetes", "--issuer", "https://cluster.example.com", "--namespace", "monitoring"],
        ["--service-account", "operator"],
        {"sub": ("system:serviceaccount:monitoring:operator",)},
    ),
]


@pytest.mark.parametrize(("first", "more", "claims"), PRESETS)
def test_a_preset_pins_what_its_platform_has(
    client: Client,
    environment: dict[str, str],
    first: list[str],
    more: list[str],
    claims: dict[str, tuple[str, ...]],
) -> None:
    account = client.create(ServiceAccount(name="ci", scopes=("config:read",)))
    command = ["trust", "create", first[0], "main", "--account", "ci", *first[1:], *more]
    made = told(*command, environment=environment)
    body = client.get(ServiceAccountTrust, made["id"]).body
    assert (body.name, body.service_account_id) == ("main", account.id)
    assert (body.platform, body.audience) == (first[0], environment["SIGNALCRAFT_ENDPOINT"])
    assert {claim.name: claim.values for claim in body.claims} == claims

    listed = run("trust", "list", environment=environment, width=200).stdout
    assert made["id"] in listed
    assert "repository_id" in listed or "project_id" in listed or "sub" in listed or "org" in listed
    assert run("trust", "delete", "main", environment=environment).exit_code == 0
    assert told("trust", "list", environment=environment) == {"items": []}


def test_what_a_trust_lacks_is_told(client: Client, environment: dict[str, str]) -> None:
    create = ["trust", "create", "github", "main", "--repository-id", "1", "--account", "ci"]
    assert "no service account called 'ci'" in refused(*create, environment=environment)
    client.create(ServiceAccount(name="ci", scopes=()))
    wrong = refused(*create, "--issuer", "ftp://x", environment=environment)
    assert "/issuer" in wrong
    assert "no trust called 'x'" in refused("trust", "delete", "x", environment=environment)


def test_a_script_gets_a_key_for_its_jobs_token(exchanging: Exchanging) -> None:
    environment = {
        "SIGNALCRAFT_ENDPOINT": str(exchanging.http.base_url),
        "SIGNALCRAFT_TRUST": exchanging.trust_id,
        "SIGNALCRAFT_AUDIENCE": "https://signalcraft.example.com",
        "SIGNALCRAFT_ID_TOKEN": exchanging.issuer.token(),
    }
    key = told("token", "--scope", "config:read", environment=environment)
    assert (key["expires_in"], key["scopes"]) == (3600, ["config:read"])
    again = refused("token", environment=environment)
    assert "exchanged before" in again

    environment["SIGNALCRAFT_ID_TOKEN"] = exchanging.issuer.token()
    printed = run("token", environment=environment).stdout.strip()
    headers = {"Authorization": f"Bearer {printed}"}
    assert exchanging.http.get("/v1/whoami", headers=headers).status_code == 200

    # Other commands exchange by themselves.
    environment["SIGNALCRAFT_ID_TOKEN"] = exchanging.issuer.token()
    assert told("oncall", environment=environment) == {"items": []}


def test_where_there_is_no_token_it_is_told_what_was_looked_for(server: Server) -> None:
    environment = {"SIGNALCRAFT_ENDPOINT": server.url, "SIGNALCRAFT_API_KEY": ""}
    said = refused("token", "--trust", "trust_01h455vb4pex5vsknk084sn02q", environment=environment)
    assert "id-token: write" in said
    assert "SIGNALCRAFT_TRUST" in refused("oncall", environment=environment)

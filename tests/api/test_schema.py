"""Whatever `openapi.json` allows or forbids to be sent, the answer is one that it promises."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.schemas import OpenApiSchema

from signalcraft.api.openapi import openapi
from signalcraft.api.operation import Linked, Operation, Public
from signalcraft.api.operations import operations
from signalcraft.model.secret import new_secret
from tests.api.problems import refused
from tests.servers import Server, Tenant

DOCUMENT = json.loads(openapi())


def schema(*, boundaries: bool) -> OpenApiSchema:
    """The document, to be tried with what it allows, or at the boundaries of that."""
    # What the schema can't say is refused with 422: an unknown reference, rules between fields,
    # zones. Preconditions are refused with 412, a feed that doesn't reach back that far with 410.
    known = ["400", "401", "403", "404", "405", "409", "410", "412", "415", "422"]
    config = {
        # What is forbidden is drawn at the boundaries only: at random, it may be a number where a
        # query wants a text, and in a query that is one.
        "generation": {"mode": "all" if boundaries else "positive"},
        "phases": {"coverage": {"enabled": boundaries}, "fuzzing": {"enabled": not boundaries}},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", *known]},
            "negative_data_rejection": {"expected-statuses": known},
        },
    }
    return schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(config))


AT_RANDOM = schema(boundaries=False)
AT_BOUNDARIES = schema(boundaries=True)
FEW = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


Case = schemathesis.Case[Any]


def try_out(case: Case, server: Server, tenant: Tenant) -> None:
    """With a key, and, for what needs one, without it and with a wrong one."""
    if case.query.get("wait"):
        case.query["wait"] = "0"  # Half a minute in which nothing happens proves nothing.
    case.call_and_validate(
        base_url=server.url, headers={"Authorization": f"Bearer {tenant.api_key}"}
    )


@pytest.mark.parametrize("dialect", ["sqlite"])
@AT_RANDOM.parametrize()
@FEW
def test_whatever_is_sent_is_answered_as_promised(
    case: Case, server: Server, tenant: Tenant
) -> None:
    try_out(case, server, tenant)


# On the database that takes less: no U+0000, no half of a surrogate pair, no number out of range.
@pytest.mark.parametrize("dialect", ["postgresql"])
@AT_BOUNDARIES.parametrize()
@FEW
def test_what_is_just_allowed_or_just_not_is_answered_as_promised(
    case: Case, server: Server, tenant: Tenant
) -> None:
    try_out(case, server, tenant)


@pytest.mark.parametrize(
    "operation",
    [o for o in operations() if not isinstance(o.handler, Public | Linked)],
    ids=lambda o: str(o.operation_id),
)
def test_without_a_key_nothing_is_told(server: Server, operation: Operation) -> None:
    with server.http(Tenant("", new_secret())) as http:
        for headers in ({"Authorization": ""}, {}):
            answer = http.request(operation.method, operation.path, headers=headers, json={})
            assert refused(answer) == (401, "unauthenticated")


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_operation_is_described_for_people() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                assert operation["summary"], (path, method)
                assert operation["tags"], (path, method)
                assert all(p["description"] for p in operation["parameters"]), (path, method)


def test_the_document_is_served_as_it_is_committed(server: Server) -> None:
    served = httpx.get(f"{server.url}/v1/openapi.json")
    committed = Path(__file__).parents[2] / "openapi.json"
    assert served.text == committed.read_text(encoding="utf-8")

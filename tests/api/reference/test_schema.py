"""Whatever `openapi.json` allows or forbids to be sent, the answer is one that it promises."""

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.schemas import OpenApiSchema

from signalcraft.api.http.operation import Operation
from signalcraft.api.operations import operations
from signalcraft.api.reference.openapi import openapi
from signalcraft.model.secret import new_secret
from tests.api.problems import refused
from tools.servers import Server, Tenant
from tools.stand_in import ROOT

DOCUMENT = json.loads(openapi())

# What a schema can't say of a request that it allows: that there is no such id, that a name is
# taken, that a feed doesn't reach back that far, that a version is another one; and of a body, the
# rules between its fields, the names of time zones, or that 5.0 is no whole number here.
REFUSALS_OF_WHAT_IS_ALLOWED = ["404", "409", "410", "412", "422"]
# Nor can it say of a query which years zones are known for, and how far apart two instants may be.
INSTANTS = {"at", "from", "until"}
# Nor which token is signed by an issuer that somebody trusts.
TOKENS = {"exchange_token"}
# What is forbidden is refused for what it is, whatever there is: never with 409 or 412, though a
# path that is wrong finds nothing.
REFUSALS_OF_WHAT_IS_NOT = ["400", "404", "415", "422"]
WAITS = {str(seconds) for seconds in range(1, 31)}


def schema(phase: str) -> OpenApiSchema:
    """The document, to be tried with what it allows and what it forbids, with all of the checks."""

    def allowed(*more: str) -> dict[str, Any]:
        statuses = ["2xx", "303", "304", *REFUSALS_OF_WHAT_IS_ALLOWED, *more]
        return {"positive_data_acceptance": {"expected-statuses": statuses}}

    config = {
        # The key is what is sent, not what is drawn. Nor are parameters that there aren't: one without
        # a value would be sent nowhere, and could not be refused.
        "generation": {
            "mode": "all",
            "with-security-parameters": False,
            "allow-extra-parameters": False,
        },
        "phases": {name: {"enabled": name == phase} for name in ("coverage", "fuzzing")},
        "checks": allowed()
        | {"negative_data_rejection": {"expected-statuses": REFUSALS_OF_WHAT_IS_NOT}},
        "operations": [
            {"include-operation-id": operation.operation_id, "checks": allowed("400")}
            for operation in operations()
            if INSTANTS & {parameter.name for parameter in operation.parameters}
            or operation.is_upload  # A schema can't say what a Terraform state is.
            or operation.operation_id in TOKENS
        ],
    }
    return schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(config))


AT_RANDOM = schema("fuzzing")
AT_BOUNDARIES = schema("coverage")
FEW = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


Case = schemathesis.Case[Any]


def try_out(case: Case, server: Server, tenant: Tenant) -> None:
    """With a key, and, for what needs one, without it and with a wrong one."""
    if case.meta and case.meta.generation.mode.is_positive:
        make_likelier(case)
    if str(case.query.get("wait")) in WAITS:
        case.query["wait"] = "0"  # Half a minute in which nothing happens proves nothing.
    case.call_and_validate(
        base_url=server.url,
        headers={"Authorization": f"Bearer {tenant.api_key}"},
        allow_redirects=False,
    )


def make_likelier(case: Case) -> None:
    """Puts right what is allowed, but never comes out right when it is drawn."""
    if case.headers.get("If-Match") == "":
        # At boundaries, headers are made of letters and digits, and a tag has quotes.
        case.headers["If-Match"] = '"none.1"'
    if case.method == "PUT" and isinstance(case.body, dict):
        # Bodies that are written by name have that name.
        case.query |= {key: case.body[key] for key in ("name", "email") if key in case.query}


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
    [o for o in operations() if o.needs_key],
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
    committed = ROOT / "openapi.json"
    assert served.text == committed.read_text(encoding="utf-8")

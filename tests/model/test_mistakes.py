"""Every mistake in a body, of every kind: where it is, and which code it has."""

import json
from copy import deepcopy
from typing import Any

import pytest

from signalcraft.model.draft import read_draft
from signalcraft.model.kinds import KINDS
from signalcraft.model.mistake import Code
from tests.strategies import KEY

# Fixed, since they stand in the tests' names, which every test process must see alike.
USER, TEAM, SCHEDULE, POLICY, ACCOUNT = (
    f"{prefix}_01h455vb4pex5vsknk084sn02q" for prefix in ("user", "team", "sched", "esc", "sa")
)

ROTATION = {
    "name": "weekly",
    "participants": [USER],
    "starts_at": "2026-01-05T09:00:00",
    "shift_length": 1,
    "shift_unit": "week",
    "restrictions": [{"days": ["mon"], "start_time": "09:00", "end_time": "17:00"}],
}
RULE = {"delay_minutes": 5, "targets": [{"type": "schedule", "id": SCHEDULE}]}
METRIC = {"type": "metric_threshold", "metric": "cpu", "operator": "gt", "value": 90}
REPOSITORY = {"name": "repository_id", "values": ["1296269"]}
CONDITION = {"field": "severity", "operator": "eq", "value": "critical"}

VALID: dict[str, dict[str, Any]] = {
    "workspace": {"name": "W"},
    "user": {"email": "ada@example.com", "name": "Ada", "role": "responder"},
    "team": {"name": "T", "member_ids": [USER]},
    "service": {"name": "S", "team_id": TEAM, "labels": {"env": "prod"}},
    "schedule": {"name": "S", "time_zone": "Europe/Berlin", "rotations": [ROTATION]},
    "escalation_policy": {"name": "E", "rules": [RULE]},
    "routing_rule": {
        "name": "R",
        "priority": 1,
        "conditions": [CONDITION],
        "action": {"escalate_to": POLICY},
    },
    "alert_policy": {
        "name": "A",
        "severity": "critical",
        "routing_key": "pay",
        "conditions": [METRIC],
    },
    "service_account": {"name": "S", "scopes": ["config:read"]},
    "service_account_trust": {
        "name": "T",
        "service_account_id": ACCOUNT,
        "platform": "github",
        "issuer": "https://token.actions.githubusercontent.com",
        "audience": "https://signalcraft.example.com",
        "claims": [REPOSITORY, {"name": "event_name", "values": ["push"]}],
    },
}

REMOVED = object()
LOST = USER.replace("user", "sched")

# Kind; where something else is written; what; what is wrong then (the same place, unless it says
# otherwise).
CASES: list[tuple[str, str, Any, Code | dict[str, Code]]] = [
    # Fields that every kind has, and how texts are read.
    ("workspace", "/name", REMOVED, Code.REQUIRED),
    ("workspace", "/name", "", Code.TOO_SHORT),
    ("workspace", "/name", "x" * 401, Code.TOO_LONG),
    ("workspace", "/name", "\U0001f600" * 400, {}),
    ("workspace", "/name", None, Code.TYPE),
    ("workspace", "/name", 5, Code.TYPE),
    ("workspace", "/name", " W", Code.FORMAT),
    ("workspace", "/name", "W\u2003", Code.FORMAT),
    ("workspace", "/name", "a\nb", Code.FORMAT),
    ("workspace", "/name", "a\u0085b", Code.FORMAT),
    ("workspace", "/name", "a\x00b", Code.FORMAT),
    ("workspace", "/name", "payments\u202e", Code.FORMAT),
    ("workspace", "/name", "pay\u200bments", Code.FORMAT),
    ("workspace", "/name", "payments\U000e0061", Code.FORMAT),
    ("workspace", "/name", "می\u200cخواهم 👩\u200d🚒", {}),
    ("workspace", "/nmae", "W", Code.UNKNOWN_FIELD),
    ("workspace", "/a~1b~0c", 1, Code.UNKNOWN_FIELD),
    ("workspace", "/id", "anything", {}),
    ("workspace", "/version", "anything", {}),
    ("workspace", "/managed_by", 5, {}),
    ("team", "/status", "active", Code.UNKNOWN_FIELD),
    ("user", "/status", "active", Code.UNKNOWN_FIELD),
    ("user", "/active", False, {}),
    ("user", "/active", "no", Code.TYPE),
    ("workspace", "/time_zone", "Europe/Berln", Code.FORMAT),
    ("workspace", "/time_zone", "europe/berlin", Code.FORMAT),
    ("workspace", "/time_zone", "right/UTC", Code.FORMAT),
    ("workspace", "/time_zone", "localtime", Code.FORMAT),
    ("workspace", "/time_zone", None, Code.TYPE),
    ("workspace", "/default_escalation_policy_id", "default", Code.FORMAT),
    ("workspace", "/default_escalation_policy_id", USER, Code.FORMAT),
    ("workspace", "/default_escalation_policy_id", None, {}),
    ("workspace", "/auto_resolve_after_hours", 0, Code.TOO_SMALL),
    ("workspace", "/auto_resolve_after_hours", 8761, Code.TOO_LARGE),
    ("workspace", "/auto_resolve_after_hours", 1.0, Code.TYPE),
    ("workspace", "/auto_resolve_after_hours", "5", Code.TYPE),
    ("workspace", "/auto_resolve_after_hours", True, Code.TYPE),
    ("workspace", "/auto_resolve_after_hours", 10**400, Code.TOO_LARGE),
    ("workspace", "/allowed_email_domains", ["a.example", "a.example"], Code.DUPLICATE),
    (
        "workspace",
        "/allowed_email_domains",
        ["A.example"],
        {"/allowed_email_domains/0": Code.FORMAT},
    ),
    ("workspace", "/allowed_email_domains", [f"{i}.example" for i in range(101)], Code.TOO_LONG),
    ("workspace", "/allowed_email_domains", None, Code.TYPE),
    ("workspace", "/max_api_key_age_days", 3651, Code.TOO_LARGE),
    # User.
    ("user", "/email", REMOVED, Code.REQUIRED),
    ("user", "/email", "ada", Code.FORMAT),
    ("user", "/email", "ada@", Code.FORMAT),
    ("user", "/email", "a@b@c", Code.FORMAT),
    ("user", "/email", "a da@example.com", Code.FORMAT),
    ("user", "/email", "a\u202eda@example.com", Code.FORMAT),
    ("user", "/email", "a\u00a0da@example.com", Code.FORMAT),
    ("user", "/email", "a" * 243 + "@example.com", Code.TOO_LONG),
    ("user", "/role", "boss", Code.NOT_ALLOWED),
    ("user", "/role", "Owner", Code.NOT_ALLOWED),
    ("user", "/time_zone", "Mars/Olympus", Code.FORMAT),
    ("user", "/time_zone", None, {}),
    # Team.
    ("team", "/description", "x" * 4001, Code.TOO_LONG),
    ("team", "/description", "x" * 4000, {}),
    ("team", "/description", "two\nlines\t", {}),
    ("team", "/description", "\x00", Code.FORMAT),
    ("team", "/description", None, Code.TYPE),
    ("team", "/member_ids", [USER, USER], Code.DUPLICATE),
    ("team", "/member_ids", [f"user_{n:026}" for n in range(1001)], Code.TOO_LONG),
    ("team", "/member_ids", [USER, "ada@example.com"], {"/member_ids/1": Code.FORMAT}),
    ("team", "/member_ids", [USER.upper()], {"/member_ids/0": Code.FORMAT}),
    ("team", "/member_ids", USER, Code.TYPE),
    # Service.
    ("service", "/team_id", USER, Code.FORMAT),
    ("service", "/team_id", None, {}),
    ("service", "/escalation_policy_id", "", Code.FORMAT),
    ("service", "/labels", {str(i): "" for i in range(65)}, Code.TOO_LONG),
    ("service", "/labels", {"": "x"}, {"/labels/": Code.TOO_SHORT}),
    ("service", "/labels", {"k" * 129: "x"}, {f"/labels/{'k' * 129}": Code.TOO_LONG}),
    ("service", "/labels/env", "x" * 513, Code.TOO_LONG),
    ("service", "/labels/env", 5, Code.TYPE),
    ("service", "/labels", [], Code.TYPE),
    # Schedule.
    ("schedule", "/time_zone", REMOVED, Code.REQUIRED),
    ("schedule", "/rotations/0/time_zone", "Mars/Olympus", Code.FORMAT),
    ("schedule", "/rotations/0/time_zone", "America/New_York", {}),
    ("schedule", "/rotations/0/counted_shifts", "most", Code.NOT_ALLOWED),
    ("schedule", "/rotations/0/counted_shifts", "worked", {}),
    ("schedule", "/rotations", [], {}),
    ("schedule", "/rotations", [ROTATION | {"name": str(i)} for i in range(51)], Code.TOO_LONG),
    ("schedule", "/rotations", [ROTATION] * 2, {"/rotations/1/name": Code.DUPLICATE}),
    ("schedule", "/rotations", ["weekly"], {"/rotations/0": Code.TYPE}),
    ("schedule", "/rotations/0/name", REMOVED, Code.REQUIRED),
    ("schedule", "/rotations/0/participants", [], Code.TOO_SHORT),
    ("schedule", "/rotations/0/participants", [USER] * 201, Code.TOO_LONG),
    ("schedule", "/rotations/0/participants", [USER] * 2, {}),
    ("schedule", "/rotations/0/participants", [TEAM, "nobody", USER], {}),
    ("schedule", "/rotations/0/participants", ["nobody"], {}),
    ("schedule", "/rotations/0/participants/0", SCHEDULE, Code.FORMAT),
    ("schedule", "/rotations/0/participants/0", "Nobody", Code.FORMAT),
    ("schedule", "/rotations/0/participants/0", "nobody_", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", REMOVED, Code.REQUIRED),
    ("schedule", "/rotations/0/starts_at", "2026-01-05T09:00:00Z", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "2026-01-05T09:00", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "2026-01-05 09:00:00", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "2026-02-29T09:00:00", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "2026-01-05T09:00:60", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "2026-01-05T24:00:00", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "1969-12-31T23:59:59", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "2201-01-01T00:00:00", Code.FORMAT),
    ("schedule", "/rotations/0/starts_at", "٢٠٢٦-01-05T09:00:00", Code.FORMAT),
    ("schedule", "/rotations/0/ends_at", "2026-01-05T09:00:00", Code.ORDER),
    ("schedule", "/rotations/0/ends_at", "2026-01-05T09:00:01", {}),
    ("schedule", "/rotations/0/shift_length", 0, Code.TOO_SMALL),
    ("schedule", "/rotations/0/shift_length", 8761, Code.TOO_LARGE),
    ("schedule", "/rotations/0/shift_unit", "month", Code.NOT_ALLOWED),
    ("schedule", "/rotations/0/restrictions/0/days", [], Code.TOO_SHORT),
    ("schedule", "/rotations/0/restrictions/0/days", ["mon", "mon"], Code.DUPLICATE),
    ("schedule", "/rotations/0/restrictions/0/days/0", "monday", Code.NOT_ALLOWED),
    ("schedule", "/rotations/0/restrictions/0/start_time", "24:00", Code.FORMAT),
    ("schedule", "/rotations/0/restrictions/0/start_time", "9:00", Code.FORMAT),
    ("schedule", "/rotations/0/restrictions/0/end_time", "09:00:00", Code.FORMAT),
    ("schedule", "/rotations/0/restrictions/0/end_time", "08:00", {}),
    # Escalation policy.
    ("escalation_policy", "/rules", REMOVED, Code.REQUIRED),
    ("escalation_policy", "/rules", [], Code.TOO_SHORT),
    (
        "escalation_policy",
        "/rules",
        [RULE | {"delay_minutes": i} for i in range(21)],
        Code.TOO_LONG,
    ),
    ("escalation_policy", "/rules", [RULE, RULE], {"/rules/1/delay_minutes": Code.ORDER}),
    (
        "escalation_policy",
        "/rules",
        [RULE, RULE | {"delay_minutes": 4}],
        {"/rules/1/delay_minutes": Code.ORDER},
    ),
    ("escalation_policy", "/rules/0/delay_minutes", 43_201, Code.TOO_LARGE),
    ("escalation_policy", "/rules/0/delay_minutes", -1, Code.TOO_SMALL),
    ("escalation_policy", "/rules/0/targets", [], Code.TOO_SHORT),
    ("escalation_policy", "/rules/0/targets/0/type", "service", Code.NOT_ALLOWED),
    (
        "escalation_policy",
        "/rules/0/targets/0/type",
        "user",
        {"/rules/0/targets/0/id": Code.CONFLICT},
    ),
    ("escalation_policy", "/rules/0/targets/0/id", POLICY, Code.FORMAT),
    ("escalation_policy", "/rules/0/targets/0/who", "next", {}),
    ("escalation_policy", "/rules/0/targets/0/who", "last", Code.NOT_ALLOWED),
    (
        "escalation_policy",
        "/rules/0/targets/0",
        {"type": "user", "id": USER, "who": "previous"},
        {"/rules/0/targets/0/who": Code.CONFLICT},
    ),
    ("escalation_policy", "/rules/0/targets/0", {"type": "team", "id": TEAM, "who": "current"}, {}),
    ("escalation_policy", "/rules/0/targets/0/name", "x", Code.UNKNOWN_FIELD),
    ("escalation_policy", "/repeat_times", 10, Code.TOO_LARGE),
    ("escalation_policy", "/repeat_times", 1, {"/repeat_after_minutes": Code.REQUIRED}),
    ("escalation_policy", "/repeat_after_minutes", 5, Code.ORDER),
    ("escalation_policy", "/repeat_after_minutes", 6, {}),
    ("escalation_policy", "/repeat_after_minutes", 0, Code.TOO_SMALL),
    # Routing rule.
    ("routing_rule", "/priority", REMOVED, Code.REQUIRED),
    ("routing_rule", "/priority", 1_000_001, Code.TOO_LARGE),
    ("routing_rule", "/match", "none", Code.NOT_ALLOWED),
    ("routing_rule", "/enabled", "true", Code.TYPE),
    ("routing_rule", "/enabled", 1, Code.TYPE),
    ("routing_rule", "/continue", True, {}),
    ("routing_rule", "/continue_", True, Code.UNKNOWN_FIELD),
    ("routing_rule", "/conditions", [CONDITION] * 51, Code.TOO_LONG),
    ("routing_rule", "/conditions/0/field", "env", Code.FORMAT),
    ("routing_rule", "/conditions/0/field", "labels.", Code.FORMAT),
    ("routing_rule", "/conditions/0/operator", "is", Code.NOT_ALLOWED),
    ("routing_rule", "/conditions/0/value", "worst", Code.NOT_ALLOWED),
    ("routing_rule", "/conditions/0/value", REMOVED, Code.REQUIRED),
    ("routing_rule", "/conditions/0/value", 5, Code.TYPE),
    ("routing_rule", "/conditions/0/value", "x" * 1001, Code.TOO_LONG),
    ("routing_rule", "/conditions/0/values", ["critical"], Code.CONFLICT),
    (
        "routing_rule",
        "/conditions/0/operator",
        "in",
        {"/conditions/0/value": Code.CONFLICT, "/conditions/0/values": Code.REQUIRED},
    ),
    ("routing_rule", "/conditions/0/operator", "exists", {"/conditions/0/value": Code.CONFLICT}),
    ("routing_rule", "/action", REMOVED, Code.REQUIRED),
    ("routing_rule", "/action", {}, Code.REQUIRED),
    ("routing_rule", "/action", {"suppress": False}, Code.REQUIRED),
    ("routing_rule", "/action/suppress", True, Code.CONFLICT),
    ("routing_rule", "/action/escalate_to", TEAM, Code.FORMAT),
    ("routing_rule", "/action/assign_to", TEAM, {}),
    ("routing_rule", "/action/set_severity", "fatal", Code.NOT_ALLOWED),
    # Alert policy.
    ("alert_policy", "/severity", "fatal", Code.NOT_ALLOWED),
    ("alert_policy", "/routing_key", "", Code.TOO_SHORT),
    ("alert_policy", "/routing_key", "x" * 257, Code.TOO_LONG),
    ("alert_policy", "/conditions", [], Code.TOO_SHORT),
    ("alert_policy", "/conditions", [METRIC] * 21, Code.TOO_LONG),
    ("alert_policy", "/conditions/0/type", "log", Code.NOT_ALLOWED),
    ("alert_policy", "/conditions/0/operator", "contains", Code.NOT_ALLOWED),
    ("alert_policy", "/conditions/0/metric", "", Code.TOO_SHORT),
    ("alert_policy", "/conditions/0/value", "90", Code.TYPE),
    ("alert_policy", "/conditions/0/value", True, Code.TYPE),
    ("alert_policy", "/conditions/0/value", None, Code.TYPE),
    ("alert_policy", "/conditions/0/value", 2**53, Code.TOO_LARGE),
    ("alert_policy", "/conditions/0/value", -(2**53), Code.TOO_SMALL),
    ("alert_policy", "/conditions/0/value", 10**300, Code.TOO_LARGE),
    ("alert_policy", "/conditions/0/value", 10**400, Code.TYPE),
    ("alert_policy", "/conditions/0/value", 0.1, {}),
    ("alert_policy", "/conditions/0/for_minutes", 1441, Code.TOO_LARGE),
    ("alert_policy", "/conditions/0/labels", {"a": None}, {"/conditions/0/labels/a": Code.TYPE}),
    # Service account.
    ("service_account", "/scopes", REMOVED, Code.REQUIRED),
    ("service_account", "/scopes", [], {}),
    ("service_account", "/scopes", ["config:read"] * 2, Code.DUPLICATE),
    ("service_account", "/scopes/0", "root", Code.NOT_ALLOWED),
    ("service_account", "/disabled", None, Code.TYPE),
    # Service account trust.
    ("service_account_trust", "/service_account_id", TEAM, Code.FORMAT),
    ("service_account_trust", "/platform", "jenkins", Code.NOT_ALLOWED),
    # A shared issuer's rules can't be left out by calling it something else.
    (
        "service_account_trust",
        "/platform",
        "gitlab",
        {"/platform": Code.CONFLICT, "/claims": Code.REQUIRED},
    ),
    ("service_account_trust", "/issuer", "https://github.example.com/_services/token", {}),
    (
        "service_account_trust",
        "/issuer",
        "https://agent.buildkite.com",
        {"/platform": Code.CONFLICT},
    ),
    ("service_account_trust", "/issuer", "http://issuer.example.com", Code.FORMAT),
    ("service_account_trust", "/issuer", "http://127.0.0.1:8081/x", {}),
    ("service_account_trust", "/issuer", "https://user@example.com", Code.FORMAT),
    ("service_account_trust", "/issuer", "https://example.com/?x", Code.FORMAT),
    ("service_account_trust", "/audience", "", {"/audience": Code.TOO_SHORT}),
    ("service_account_trust", "/audience", "https://github.com/example", Code.CONFLICT),
    (
        "service_account_trust",
        "/audience",
        "https://token.actions.githubusercontent.com",
        Code.CONFLICT,
    ),
    ("service_account_trust", "/claims", [], Code.TOO_SHORT),
    (
        "service_account_trust",
        "/claims",
        [{"name": "repository", "values": ["o/r"]}],
        Code.REQUIRED,
    ),
    ("service_account_trust", "/claims", [{"name": "sub", "values": ["repo:o/r"]}], Code.REQUIRED),
    ("service_account_trust", "/claims/0/values", [], Code.TOO_SHORT),
    ("service_account_trust", "/claims/0/values", ["1", "1"], Code.DUPLICATE),
    ("service_account_trust", "/claims/0/values/0", "repo:example/*", Code.FORMAT),
    ("service_account_trust", "/claims/1", REPOSITORY, {"/claims/1/name": Code.DUPLICATE}),
    ("service_account_trust", "/claims/1/name", "aud", Code.NOT_ALLOWED),
    ("service_account_trust", "/claims/1/values/0", "pull_request_target", Code.NOT_ALLOWED),
    ("service_account_trust", "/claims/1/values/0", "workflow_run", Code.NOT_ALLOWED),
    ("service_account_trust", "/jwks", "{}", Code.FORMAT),
    ("service_account_trust", "/jwks", json.dumps({"keys": [KEY]}), {}),
    ("service_account_trust", "/jwks", json.dumps({"keys": [KEY | {"d": "AQAB"}]}), Code.FORMAT),
    ("service_account_trust", "/single_use", False, {}),
]


def mistakes(kind: str, body: Any) -> dict[str, Code]:
    draft = read_draft(KINDS[kind], json.dumps(body).encode())
    assert (draft.resource is None) == bool(draft.mistakes)
    assert all(mistake.detail.endswith((".", "?")) for mistake in draft.mistakes)
    return {mistake.pointer: mistake.code for mistake in draft.mistakes}


def changed(body: Any, pointer: str, value: Any) -> Any:
    body = deepcopy(body)
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    holder = body
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if value is REMOVED:
        del holder[last]
    elif isinstance(holder, list):
        holder[int(last)] = value
    else:
        holder[last] = value
    return body


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_cases_change_is_right_by_itself(kind: str) -> None:
    assert mistakes(kind, VALID[kind]) == {}


@pytest.mark.parametrize(
    ("kind", "pointer", "value", "wrong"),
    [pytest.param(*case, id=f"{case[0]}{case[1][:40]}={case[2]!r:.20}") for case in CASES],
)
def test_a_mistake_is_named_where_it_is(
    kind: str, pointer: str, value: Any, wrong: Code | dict[str, Code]
) -> None:
    expected = {pointer: wrong} if isinstance(wrong, Code) else wrong
    assert mistakes(kind, changed(VALID[kind], pointer, value)) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [None, [], "x", 5, True])
def test_a_body_that_is_no_object_is_one_mistake(kind: str, body: Any) -> None:
    assert mistakes(kind, body) == {"": Code.TYPE}


def test_all_mistakes_are_found_at_once() -> None:
    """Also those between fields, in parts that have other mistakes."""
    body = {
        "rules": [
            {"delay_minutes": 5, "targets": []},
            {"delay_minutes": 5, "targets": [{"type": "user", "id": SCHEDULE}, {"type": "x"}]},
            "none",
        ],
        "repeat_times": 2,
        "team_id": "payments",
        "colour": "red",
    }
    assert mistakes("escalation_policy", body) == {
        "/name": Code.REQUIRED,
        "/rules/0/targets": Code.TOO_SHORT,
        "/rules/1/delay_minutes": Code.ORDER,
        "/rules/1/targets/0/id": Code.CONFLICT,
        "/rules/1/targets/1/type": Code.NOT_ALLOWED,
        "/rules/1/targets/1/id": Code.REQUIRED,
        "/rules/2": Code.TYPE,
        "/repeat_after_minutes": Code.REQUIRED,
        "/team_id": Code.FORMAT,
        "/colour": Code.UNKNOWN_FIELD,
    }


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("^api-[0-9]+$", {}),
        ("(unclosed", {"/conditions/0/value": Code.FORMAT}),
        ("(?=ahead)", {"/conditions/0/value": Code.FORMAT}),
        (r"(a)\1", {"/conditions/0/value": Code.FORMAT}),
        (r"\C", {"/conditions/0/value": Code.FORMAT}),
        (r"\\C", {}),
        ("a{1001}", {"/conditions/0/value": Code.FORMAT}),
        ("x" * 501, {"/conditions/0/value": Code.TOO_LONG}),
        ("\U0001f600" * 500, {}),
    ],
)
def test_a_pattern_must_be_re2(pattern: str, wrong: dict[str, Code]) -> None:
    condition = {"field": "title", "operator": "matches", "value": pattern}
    rule = VALID["routing_rule"] | {"conditions": [condition]}
    assert mistakes("routing_rule", rule) == wrong


@pytest.mark.parametrize(
    ("operator", "value", "wrong"),
    [
        ("gte", "error", {}),
        ("gte", "worst", {"/conditions/0/value": Code.NOT_ALLOWED}),
        ("contains", "err", {}),
        ("matches", "^err", {}),
    ],
)
def test_a_severity_is_compared_with_severities(
    operator: str, value: str, wrong: dict[str, Code]
) -> None:
    condition = {"field": "severity", "operator": operator, "value": value}
    rule = VALID["routing_rule"] | {"conditions": [condition]}
    assert mistakes("routing_rule", rule) == wrong


# What a trust must pin on each platform, and what isn't enough.
@pytest.mark.parametrize(
    ("platform", "claims", "wrong"),
    [
        ("gitlab", {"project_id": "42", "ref_protected": "true"}, {}),
        ("gitlab", {"project_path": "example/monitoring"}, {"/claims": Code.REQUIRED}),
        ("buildkite", {"organization_id": "o", "pipeline_slug": "deploy"}, {}),
        ("buildkite", {"pipeline_id": "p"}, {}),
        ("buildkite", {"pipeline_slug": "deploy"}, {"/claims": Code.REQUIRED}),
        ("kubernetes", {"sub": "system:serviceaccount:monitoring:operator"}, {}),
        ("kubernetes", {"sub": "operator"}, {"/claims/0/values/0": Code.FORMAT}),
        ("kubernetes", {"namespace": "monitoring"}, {"/claims": Code.REQUIRED}),
        ("other", {"sub": "spiffe://example.com/ci"}, {}),
        ("other", {"group": "ci"}, {"/claims": Code.REQUIRED}),
    ],
)
def test_a_trust_pins_one_tenant_of_its_platform(
    platform: str, claims: dict[str, str], wrong: dict[str, Code]
) -> None:
    trust = VALID["service_account_trust"] | {
        "platform": platform,
        "issuer": "https://issuer.example.com",
        "claims": [{"name": name, "values": [value]} for name, value in claims.items()],
    }
    assert mistakes("service_account_trust", trust) == wrong

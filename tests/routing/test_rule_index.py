"""The index of routing rules and the linear reading agree; a failing rule changes no other's."""

from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.routing.router import Router

TEXTS = st.sampled_from(["a", "b", "7", "12"])
FIELDS = st.sampled_from(["title", "service", "labels.x", "labels.y"])
OPERATORS = st.sampled_from(
    [
        *("eq", "eq", "ne", "contains", "not_contains", "starts_with", "ends_with"),
        *("matches", "not_matches", "gt", "gte", "lt", "lte"),
    ]
)
CONDITIONS = st.one_of(
    st.builds(lambda f, o, v: {"field": f, "operator": o, "value": v}, FIELDS, OPERATORS, TEXTS),
    st.builds(
        lambda f, o, v: {"field": f, "operator": o, "values": tuple(v)},
        FIELDS,
        st.sampled_from(["in", "not_in"]),
        st.lists(TEXTS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda f, o: {"field": f, "operator": o}, FIELDS, st.sampled_from(["exists", "not_exists"])
    ),
    st.builds(
        lambda v: {"field": "severity", "operator": "gte", "value": v},
        st.sampled_from(["error", "info", "7"]),
    ),
)
WINDOWS = st.builds(
    lambda days, start, end: {"days": tuple(days), "start_time": start, "end_time": end},
    st.lists(st.sampled_from(["mon", "sat", "sun"]), min_size=1, unique=True),
    st.sampled_from(["00:00", "02:30", "22:00"]),
    st.sampled_from(["02:00", "03:00", "17:00"]),
)
# The days around the last Sunday of March, when Berlin's clocks are put forward.
OPENINGS = st.integers(0, 4 * 24 * 4).map(
    lambda quarters: Instant.from_utc(2026, 3, 27).add(minutes=15 * quarters)
)
ACTIONS = st.fixed_dictionaries(
    {},
    optional={
        "escalate_to": st.integers(0, 3).map(lambda n: f"esc_{n:0>26}"),
        "assign_to": st.integers(0, 3).map(lambda n: f"team_{n:0>26}"),
        "set_severity": st.sampled_from(["critical", "info"]),
        "suppress": st.booleans(),
    },
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, RoutingRule]:
    bodies = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "priority": st.integers(0, 4),
                    "match": st.sampled_from(["all", "any"]),
                    "conditions": st.lists(CONDITIONS, max_size=3).map(tuple),
                    "action": ACTIONS,
                    "continue": st.booleans(),
                    "enabled": st.sampled_from([True, True, True, False]),
                    "windows": st.lists(WINDOWS, max_size=2).map(tuple),
                    "time_zone": st.sampled_from([None, "UTC", "America/New_York"]),
                }
            ),
            max_size=12,
        )
    )
    return {
        f"rule {i}": RoutingRule.model_validate({"name": f"rule {i}", **body})
        for i, body in enumerate(bodies)
    }


ALERTS = st.builds(
    Alert,
    severity=st.sampled_from(["critical", "error", "warning", "info", None]),
    title=TEXTS | st.none(),
    service=TEXTS | st.none(),
    labels=st.dictionaries(st.sampled_from(["x", "y"]), TEXTS),
)


@given(rules(), ALERTS, OPENINGS)
def test_the_index_and_the_linear_reading_agree(
    written: dict[str, RoutingRule], alert: Alert, opens: Instant
) -> None:
    router = Router(written, {"a": "esc_service"}, "esc_default", "Europe/Berlin")
    assert router.route(alert, opens) == router.explain(alert, opens).decision


@given(rules(), ALERTS, OPENINGS, st.integers(0, 4))
def test_a_rule_that_fails_changes_no_others_result(
    written: dict[str, RoutingRule], alert: Alert, opens: Instant, priority: int
) -> None:
    failing = RoutingRule.model_validate(
        {
            "name": "failing",
            "priority": priority,
            "conditions": ({"field": "severity", "operator": "gt", "value": "purple"},),
            "action": {"suppress": True},
        }
    )
    without = Router(written, {}, None, "UTC").explain(alert, opens)
    beside = Router({**written, "failing": failing}, {}, None, "UTC").explain(alert, opens)
    assert beside.decision == without.decision
    assert [result for result in beside.tried if result.rule_id != "failing"] == list(without.tried)
    assert not any(result.matched for result in beside.tried if result.rule_id == "failing")

"""How fast the on-call core answers: a table of figures, and of ratios measured in one run.

Run it with `python -m benchmarks.oncall` on a machine that does nothing else.
"""

import json
import random
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, cast

from whenever import Instant

from signalcraft.model.alert import Alert
from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.model.routing_rule import RoutingRule
from signalcraft.model.schedule import Schedule
from signalcraft.model.team import Team
from signalcraft.model.user import User
from signalcraft.model.workspace import Workspace
from signalcraft.oncall.local_time import BEGINNING, nanos
from signalcraft.oncall.roster import Roster
from signalcraft.oncall.roster_history import Epoch, RosterHistory
from signalcraft.review.findings import findings
from signalcraft.review.snapshot import Snapshot
from signalcraft.routing.router import Router

if TYPE_CHECKING:
    from signalcraft.model.resource import Resource

NOW = Instant.from_utc(2026, 6, 10, 12)
A_YEAR = (Instant.from_utc(2026, 2, 1), Instant.from_utc(2027, 2, 1))
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ONLY_WORKED: dict[str, object] = {
    "counted_shifts": "worked",
    "restrictions": [{"days": EVERY_DAY[:5], "start_time": "09:00", "end_time": "17:00"}],
}
EDITS = 100
PEOPLE = [f"user_{n:026}" for n in range(6)]

# GoAlert (compiled Go), a year of shifts of three weekly rotations with 8-hour windows, measured in
# process on a machine with two cores.
GOALERT_YEAR_MS = 1.03

Row = tuple[str, str, str]


def seconds(times: int, *questions: Callable[[], object]) -> list[float]:
    """Seconds that one call of each question takes: the best of nine runs of `times`.

    The questions take turns, so that whatever else the machine does meets all of them.
    """
    best = [float("inf")] * len(questions)
    for _ in range(9):
        for i, question in enumerate(questions):
            start = perf_counter()
            for _ in range(times):
                question()
            best[i] = min(best[i], (perf_counter() - start) / times)
    return best


def rotation(name: str, people: list[str], **fields: object) -> dict[str, object]:
    """A rotation that hands over every Monday at 09:00."""
    defaults = {"starts_at": "2026-01-05T09:00:00", "shift_length": 1, "shift_unit": "week"}
    return {"name": name, "participants": people, **defaults, **fields}


def roster(*rotations: dict[str, object]) -> Roster:
    """A schedule in Berlin, ready to be asked."""
    body = {"name": "x", "time_zone": "Europe/Berlin", "rotations": rotations}
    return Roster(Schedule.model_validate_json(json.dumps(body)))


def ages() -> list[Row]:
    """Who is on call, of a young rotation and an old one."""
    every, worked = {"shift_unit": "day"}, {"shift_unit": "hour", **ONLY_WORKED}
    rows = []
    for what, ask, fields in (
        ("who is on call", Roster.users_on_call, every),
        ("and since and until when", Roster.on_call, every),
        ("who is on call, of worked hours", Roster.users_on_call, worked),
        ("since and until when, of worked hours", Roster.on_call, worked),
    ):
        young = roster(rotation("r", PEOPLE, starts_at="2026-06-09T09:00:00", **fields))
        old = roster(rotation("r", PEOPLE, starts_at="2006-06-09T09:00:00", **fields))
        day, years = seconds(1000, partial(ask, young, NOW), partial(ask, old, NOW))
        rows += [
            (f"{what}, anchor 1 day old", f"{day * 1e6:.1f} µs", ""),
            (f"{what}, anchor 20 years old", f"{years * 1e6:.1f} µs", f"{years / day:.2f}"),
        ]
    return rows


def shifts() -> list[Row]:
    """A year of shifts."""
    weekdays = [{"days": EVERY_DAY[:5], "start_time": "09:00", "end_time": "17:00"}]
    layers = roster(
        rotation("everyone", PEOPLE),
        rotation("office", PEOPLE[:3], restrictions=weekdays),
        rotation("lead", PEOPLE[3:], restrictions=[{**weekdays[0], "days": ["mon"]}]),
    )
    thirds = roster(
        *(
            rotation(
                start,
                PEOPLE[2 * i : 2 * i + 2],
                restrictions=[{"days": EVERY_DAY, "start_time": start, "end_time": end}],
            )
            for i, (start, end) in enumerate(
                (("00:00", "08:00"), ("08:00", "16:00"), ("16:00", "00:00"))
            )
        )
    )
    rows = []
    for what, asked, rival in (
        ("three layers, weekday restrictions", layers, None),
        ("three rotations, 8-hour windows", thirds, GOALERT_YEAR_MS),
    ):
        found = len(asked.shifts(*A_YEAR))
        (took,) = (each * 1e3 for each in seconds(10, partial(asked.shifts, *A_YEAR)))
        ratio = f"{took / rival:.1f} of GoAlert's {rival} ms" if rival else ""
        rows.append((f"a year of {found:,} shifts: {what}", f"{took:.2f} ms", ratio))
    return rows


def past() -> list[Row]:
    """A year of shifts in the past, with and without changes to the schedule in that year."""
    windows = [{"days": EVERY_DAY, "start_time": "08:00", "end_time": "20:00"}]

    def edition(number: int) -> Roster:
        people = PEOPLE[: 2 + number % 4]
        return roster(rotation("everyone", people), rotation("days", people, restrictions=windows))

    start, end = A_YEAR
    between = (end - start) * (1 / (EDITS + 1))
    epochs = [
        Epoch(nanos(start + number * between), number, edition(number))
        for number in range(1, EDITS + 1)
    ]
    without = RosterHistory([Epoch(BEGINNING, None, edition(0))])
    edited = RosterHistory([Epoch(BEGINNING, None, edition(0)), *epochs])
    plain, unchanged, changed = seconds(
        10, *(partial(each.shifts, *A_YEAR) for each in (edition(0), without, edited))
    )
    return [
        ("a year of shifts, of the schedule as it is now", f"{plain * 1e3:.2f} ms", ""),
        ("the same in the past", f"{unchanged * 1e3:.2f} ms", f"{unchanged / plain:.2f}"),
        (f"the same across {EDITS} edits", f"{changed * 1e3:.2f} ms", f"{changed / plain:.2f}"),
    ]


def router(rules: int) -> Router:
    """Rules that each demand a team of their own, and one thing more; half of them in office hours."""
    office_hours = [{"days": EVERY_DAY[:5], "start_time": "08:00", "end_time": "18:00"}]
    written = {}
    for n in range(rules):
        conditions = [
            {"field": "title", "operator": "contains", "value": "disk"},
            {"field": "labels.team", "operator": "eq", "value": f"team {n}"},
        ]
        written[f"rule_{n}"] = RoutingRule.model_validate_json(
            json.dumps(
                {
                    "name": f"rule {n}",
                    "priority": n,
                    "conditions": conditions,
                    "windows": office_hours if n % 2 else [],
                    "action": {"escalate_to": f"esc_{n:026}"},
                }
            )
        )
    return Router(written, {}, None, "Europe/Berlin")


def routing() -> list[Row]:
    """One alert through few rules and many, half of them with windows, with the index and without."""
    choose = random.Random(7)
    alerts_by_rules = {}
    for rules in (10, 1_000, 10_000):
        alerts_by_rules[rules] = [
            Alert(
                severity="error",
                title="disk full",
                labels={"team": f"team {choose.randrange(rules)}", "env": "prod"},
            )
            for _ in range(100)
        ]
    routers = {rules: router(rules) for rules in alerts_by_rules}

    def route(rules: int) -> None:
        for alert in alerts_by_rules[rules]:
            routers[rules].route(alert, NOW)

    took = [each / 100 for each in seconds(10, *(partial(route, rules) for rules in routers))]
    rows = [
        (
            f"an alert through {rules:,} rules, half with windows",
            f"{each * 1e6:.1f} µs, {1 / each:,.0f}/s",
            f"{each / took[0]:.2f}" if rules > 10 else "",
        )
        for rules, each in zip(routers, took, strict=True)
    ]
    (linear,) = seconds(
        1, lambda: [routers[1_000].explain(alert, NOW) for alert in alerts_by_rules[1_000]]
    )
    linear /= 100
    rows.append(
        (
            "an alert through 1,000 rules, every one explained",
            f"{linear * 1e6:.0f} µs, {1 / linear:,.0f}/s",
            f"{linear / took[1]:.0f} of the index",
        )
    )
    return rows


def configuration(resources: int) -> Snapshot:
    """A workspace in which most resources are routing rules, none with an equality to look it up by."""
    tenth = resources // 10
    users, schedules, policies = (
        [f"{prefix}_{n:026}" for n in range(2 * tenth)] for prefix in ("user", "sched", "esc")
    )
    bodies: dict[str, object] = {
        "ws": Workspace(name="W", default_escalation_policy_id=policies[0]),  # type: ignore[arg-type]
        "team": Team(name="T", member_ids=tuple(users)),  # type: ignore[arg-type]
    }
    for n, user in enumerate(users):
        bodies[user] = User(email=f"{n}@example.com", name=f"user {n}", role="responder")
    for n in range(tenth):
        turns = rotation("weekly", users[2 * n : 2 * n + 2])
        body = {"name": f"s {n}", "time_zone": "Europe/Berlin", "rotations": [turns]}
        bodies[schedules[n]] = Schedule.model_validate_json(json.dumps(body))
        target = {"type": "schedule", "id": schedules[n]}
        policy = {"name": f"p {n}", "rules": [{"delay_minutes": 0, "targets": [target]}]}
        bodies[policies[n]] = EscalationPolicy.model_validate_json(json.dumps(policy))
    for n in range(resources - len(bodies)):
        rule = {
            "name": f"rule {n}",
            "priority": n,
            "conditions": [
                {"field": "title", "operator": "contains", "value": f"part {n:05}"},
                {"field": "labels.env", "operator": "ne", "value": "test"},
            ],
            "action": {"escalate_to": policies[n % tenth]},
        }
        bodies[f"rule_{n}"] = RoutingRule.model_validate_json(json.dumps(rule))
    return Snapshot(cast("dict[str, Resource]", bodies))


def linting() -> list[Row]:
    """Likely mistakes in a whole configuration."""
    rows = []
    for resources in (1_000, 2_000):
        asked = configuration(resources)
        assert findings(asked, NOW) == []
        (took,) = seconds(1, lambda: findings(Snapshot(asked.resources), NOW))  # noqa: B023
        rows.append((f"lint of {resources:,} resources", f"{took * 1e3:.0f} ms", ""))
    return rows


def main() -> None:
    """Prints the table."""
    rows = [("", "took", "ratio"), *ages(), *shifts(), *past(), *routing(), *linting()]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


if __name__ == "__main__":
    main()

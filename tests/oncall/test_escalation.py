"""How escalations unfold, as tables of minutes and people."""

import pytest

from signalcraft.model.escalation_policy import EscalationPolicy
from signalcraft.oncall.directory import Directory
from signalcraft.oncall.escalation import Timeline, timeline
from signalcraft.oncall.roster import Roster
from tests.oncall import policies
from tests.oncall.people import an_id, at, names, rotation, schedule, teams, user

NIGHTS = an_id("sched", "nights")
EMPTY = an_id("sched", "empty")
CREW = an_id("team", "crew")
NOBODY = an_id("team", "nobody")
GONE = an_id("team", "gone")

TARGETS = {"nights": NIGHTS, "empty": EMPTY, "crew": CREW, "nobody": NOBODY, "gone": GONE}
DIRECTORY = Directory(
    rosters={
        NIGHTS: Roster(
            schedule(
                "UTC",
                rotation(
                    "n", "ada ben", "2026-01-05 20:00", "1 hour", only=["mon tue 20:00-06:00"]
                ),
            )
        ),
        EMPTY: Roster(schedule("UTC")),
    },
    people=teams(crew="eve max ada", nobody="", off="fay"),
)


def policy(*rules: str, **repetition: int) -> EscalationPolicy:
    """`policy("0 nights", "15 crew kat", repeat_times=1, repeat_after_minutes=60)`."""
    return policies.policy(*(_rule(*rule.split(" ")) for rule in rules), **repetition)


def _rule(delay: str, *targets: str) -> tuple[int, list[str]]:
    return int(delay), [TARGETS.get(target, user(target)) for target in targets]


def tell(unfolded: Timeline) -> list[str]:
    return [
        f"{step.repetition}: minute {step.minute}, rule {step.rule}: "
        + (names(step.user_ids) or "nobody")
        for step in unfolded.steps
    ]


DAYTIME = "2026-01-05 12:00Z"
SHORTLY_BEFORE_NINE = "2026-01-05 20:50Z"

CASES = [
    pytest.param(
        policy("0 nights", "15 crew", "30 kat"),
        SHORTLY_BEFORE_NINE,
        [
            "0: minute 0, rule 0: ada",
            "0: minute 15, rule 1: eve max ada",
            "0: minute 30, rule 2: kat",
        ],
        id="each step at its minute, a team is all its members",
    ),
    pytest.param(
        policy("0 nights", "20 nights"),
        SHORTLY_BEFORE_NINE,
        ["0: minute 0, rule 0: ada", "0: minute 20, rule 1: ben"],
        id="a step pages who is on call when it happens",
    ),
    pytest.param(
        policy("0 nights crew ada"),
        SHORTLY_BEFORE_NINE,
        ["0: minute 0, rule 0: ada eve max"],
        id="each person once per step",
    ),
    pytest.param(
        policy("0 nights", "15 empty", "30 kat", "45 max"),
        DAYTIME,
        [
            "0: minute 0, rule 0: nobody",
            "0: minute 0, rule 2: kat",
            "0: minute 15, rule 1: nobody",
            "0: minute 45, rule 3: max",
        ],
        id="a step that reaches nobody brings the next that reaches someone forward",
    ),
    pytest.param(
        policy("0 empty", "15 nights", "30 kat"),
        "2026-01-05 19:50Z",
        [
            "0: minute 0, rule 0: nobody",
            "0: minute 0, rule 2: kat",
            "0: minute 15, rule 1: ada",
        ],
        id="one between them that reaches someone by its own minute keeps it",
    ),
    pytest.param(
        policy("5 empty", "15 kat", repeat_times=2, repeat_after_minutes=60),
        DAYTIME,
        [
            "0: minute 5, rule 0: nobody",
            "0: minute 5, rule 1: kat",
            "1: minute 65, rule 0: nobody",
            "1: minute 65, rule 1: kat",
            "2: minute 125, rule 0: nobody",
            "2: minute 125, rule 1: kat",
        ],
        id="every repetition brings forward its own",
    ),
    pytest.param(
        policy("0 fay kat"),
        DAYTIME,
        ["0: minute 0, rule 0: kat"],
        id="users who are off are left out",
    ),
]


@pytest.mark.parametrize(("written", "opened_at", "expected"), CASES)
def test_how_a_policy_unfolds(
    written: EscalationPolicy, opened_at: str, expected: list[str]
) -> None:
    unfolded = timeline(written, at(opened_at), DIRECTORY)
    assert tell(unfolded) == expected
    assert not unfolded.reaches_nobody


def test_a_policy_that_reaches_nobody_says_so() -> None:
    unfolded = timeline(policy("0 nights", "15 nobody gone fay"), at(DAYTIME), DIRECTORY)
    assert unfolded.reaches_nobody
    assert tell(unfolded) == ["0: minute 0, rule 0: nobody", "0: minute 15, rule 1: nobody"]


def test_a_step_tells_whom_each_target_reaches() -> None:
    (step,) = timeline(policy("0 nights crew empty"), at(SHORTLY_BEFORE_NINE), DIRECTORY).steps
    assert [(target.type, target.id, target.user_ids) for target in step.targets] == [
        ("schedule", NIGHTS, (user("ada"),)),
        ("team", CREW, (user("eve"), user("max"), user("ada"))),
        ("schedule", EMPTY, ()),
    ]

"""From any valid configuration one apply leads to any other, and destroy takes all of it away."""

from random import Random

import httpx
import pytest

from tests.e2e.command_lines import COMMAND_LINES
from tests.e2e.desk import PROVIDER, Desk
from tests.e2e.test_one_apply import shared_names

LABELS = [f"l{n}" for n in range(6)]
NAMES = [f"N{n}" for n in range(8)]
REPLACED_LAST = "  lifecycle {\n    create_before_destroy = true\n  }\n"
KINDS = ("user", "team", "schedule", "escalation_policy", "service", "routing_rule")


class Configuration:
    """A valid configuration of 5 to 30 resources: labels, names and references are drawn anew for
    each, out of so few that two configurations have most of them in common.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._lifecycle = random.choice(["", REPLACED_LAST])
        self._labels = {kind: self._draw(LABELS, 1, 5) for kind in KINDS}
        self.text = PROVIDER + "".join(
            self._resource(kind, label, name)
            for kind in KINDS
            for label, name in zip(
                self._labels[kind], random.sample(NAMES, len(self._labels[kind])), strict=True
            )
        )

    def _draw(self, pool: list[str], low: int, high: int) -> list[str]:
        return self._random.sample(pool, self._random.randint(low, high))

    def _id(self, kind: str) -> str:
        return f"signalcraft_{kind}.{self._random.choice(self._labels[kind])}.id"

    def _ids(self, kind: str) -> str:
        labels = self._random.sample(
            self._labels[kind], self._random.randint(1, len(self._labels[kind]))
        )
        return "[" + ", ".join(f"signalcraft_{kind}.{label}.id" for label in labels) + "]"

    def _participants(self) -> str:
        users, teams = self._ids("user")[1:-1], self._ids("team")[1:-1]
        return f'[{users}, {teams}, "nobody"]'

    def _resource(self, kind: str, label: str, name: str) -> str:
        body = getattr(self, f"_{kind}")(name)
        return f'resource "signalcraft_{kind}" "{label}" {{\n{body}{self._lifecycle}}}\n'

    def _user(self, name: str) -> str:
        return f'  email = "{name}@example.com"\n  name = "{name}"\n  role = "responder"\n'

    def _team(self, name: str) -> str:
        return f'  name = "{name}"\n  member_ids = {self._ids("user")}\n'

    def _schedule(self, name: str) -> str:
        return (
            f'  name = "{name}"\n  time_zone = "UTC"\n  rotations {{\n    name = "daily"\n'
            f"    participants = {self._participants()}\n"
            '    starts_at = "2026-01-05T09:00:00"\n    shift_length = 1\n'
            '    shift_unit = "day"\n  }\n'
        )

    def _escalation_policy(self, name: str) -> str:
        kind = self._random.choice(["user", "team", "schedule"])
        return (
            f'  name = "{name}"\n  team_id = {self._id("team")}\n  rules {{\n'
            f'    delay_minutes = 0\n    targets {{\n      type = "{kind}"\n'
            f"      id = {self._id(kind)}\n    }}\n  }}\n"
        )

    def _service(self, name: str) -> str:
        return f'  name = "{name}"\n  escalation_policy_id = {self._id("escalation_policy")}\n'

    def _routing_rule(self, name: str) -> str:
        return (
            f'  name = "{name}"\n  priority = {self._random.randint(1, 9)}\n  conditions {{\n'
            f'    field = "title"\n    operator = "eq"\n    value = "{name}"\n  }}\n'
            f"  action {{\n    escalate_to = {self._id('escalation_policy')}\n  }}\n"
        )


@pytest.mark.parametrize(
    ("seed", "command_line"), list(zip(range(6), [*COMMAND_LINES] * 2, strict=True))
)
def test_one_apply_leads_from_any_configuration_to_any_other(
    desk: Desk, http: httpx.Client, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 — no secret is made of it
    first, second = Configuration(random), Configuration(random)
    desk.apply(first.text)
    desk.apply(second.text, f"-parallelism={random.choice([1, 10, 50])}")
    assert shared_names(http) == []
    assert "No changes." in desk.plan(second.text)
    desk.apply(PROVIDER)
    assert [user["role"] for user in http.get("/v1/users").json()["items"]] == ["owner"]
    for path in ("teams", "schedules", "escalation-policies", "services", "routing-rules"):
        assert http.get(f"/v1/{path}").json()["items"] == []

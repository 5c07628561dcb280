"""Whatever can be true at the end is reached by one apply, in whatever order Terraform works."""

from collections import Counter

import httpx
import pytest

from tests.e2e.desk import PROVIDER, Desk

PARALLELISM = pytest.mark.parametrize(
    ("command_line", "parallelism"),
    [
        ("terraform", 1),
        ("terraform", 10),
        ("terraform", 50),
        ("newest-terraform", 1),
        ("opentofu", 10),
    ],
)
REPLACED_LAST = "  lifecycle {\n    create_before_destroy = true\n  }\n"
ORDER = pytest.mark.parametrize("lifecycle", ["", REPLACED_LAST], ids=["", "create-before-destroy"])


def people(names: str, lifecycle: str) -> str:
    """Users by number, who take turns."""
    return f"""
locals {{
  people = split("", "{names}")
}}
resource "signalcraft_user" "people" {{
  count = length(local.people)
  email = "${{local.people[count.index]}}@example.com"
  name  = local.people[count.index]
  role  = "responder"
{lifecycle}}}
resource "signalcraft_schedule" "turns" {{
  name      = "Turns"
  time_zone = "UTC"
  rotations {{
    name         = "weekly"
    participants = signalcraft_user.people[*].id
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }}
{lifecycle}}}
"""


def rules(names: str, lifecycle: str) -> str:
    """Routing rules by number."""
    return f"""
locals {{
  rules = split("", "{names}")
}}
resource "signalcraft_routing_rule" "rules" {{
  count    = length(local.rules)
  name     = local.rules[count.index]
  priority = count.index + 1
  conditions {{
    field    = "title"
    operator = "eq"
    value    = local.rules[count.index]
  }}
  action {{
    suppress = true
  }}
{lifecycle}}}
"""


def teams(names: dict[str, str], lifecycle: str) -> str:
    """Teams by their labels, with nobody in them."""
    return "".join(
        f'resource "signalcraft_team" "{label}" {{\n  name = "{name}"\n{lifecycle}}}\n'
        for label, name in names.items()
    )


def keyed(prefix: str, lifecycle: str) -> str:
    """Thirty users by keys that begin with a text, and a team of them."""
    return f"""
resource "signalcraft_user" "keyed" {{
  for_each = {{ for n in range(30) : "{prefix}${{n}}" => n }}
  email    = "keyed${{each.value}}@example.com"
  name     = "Keyed ${{each.value}}"
  role     = "viewer"
{lifecycle}}}
resource "signalcraft_team" "keyed" {{
  name       = "Keyed"
  member_ids = [for user in signalcraft_user.keyed : user.id]
{lifecycle}}}
"""


def owners(first: str, second: str) -> str:
    """The workspace's first owner, and another user."""
    return f"""
resource "signalcraft_user" "first" {{
  email = "owner@example.com"
  name  = "Owner"
  role  = "{first}"
}}
resource "signalcraft_user" "second" {{
  email = "second@example.com"
  name  = "Second"
  role  = "{second}"
}}
"""


def domains(allowed: str, newcomers: int) -> str:
    """What the workspace allows, and users that need it."""
    return f"""
resource "signalcraft_workspace" "this" {{
  name                  = "W"
  allowed_email_domains = {allowed}
}}
resource "signalcraft_user" "newcomers" {{
  count = {newcomers}
  email = "newcomer${{count.index}}@new.example"
  name  = "Newcomer"
  role  = "viewer"
}}
"""


IMPORT = """
import {
  to = signalcraft_user.first
  id = "owner@example.com"
}
"""


def first(lifecycle: str) -> str:
    """A configuration with everything that the second one turns around."""
    return PROVIDER + "".join(
        (
            people("abcd", lifecycle),
            rules("bcdefg", lifecycle),
            teams({"x": "X", "y": "Y", "one": "1", "two": "2", "three": "3"}, lifecycle),
            teams({"old_label": "Labelled"}, lifecycle),
            keyed("k", lifecycle),
            owners("owner", "viewer"),
            domains('["example.com"]', 0),
        )
    )


def second(lifecycle: str) -> str:
    """The same people and things, otherwise put."""
    return PROVIDER + "".join(
        (
            people("acd", lifecycle),
            rules("abcdefg", lifecycle),
            teams({"x": "Y", "y": "X", "one": "2", "two": "3", "three": "1"}, lifecycle),
            teams({"new_label": "Labelled"}, lifecycle),
            keyed("r", lifecycle),
            owners("viewer", "owner"),
            domains('["example.com", "new.example"]', 3),
        )
    )


def shared_names(http: httpx.Client) -> list[str]:
    """The names that several resources of a kind have, and what waits to be deleted."""
    found = []
    for path in ("users", "teams", "schedules", "routing-rules"):
        items = http.get(f"/v1/{path}", params={"limit": 1000}).json()["items"]
        counts = Counter(item.get("email", item["name"]) for item in items)
        found += [name for name, count in counts.items() if count > 1]
        found += [item["id"] for item in items if item["deletion_requested_at"]]
    return found


@PARALLELISM
@ORDER
def test_names_roles_and_domains_move_in_one_apply_and_back(
    desk: Desk, http: httpx.Client, parallelism: int, lifecycle: str
) -> None:
    desk.apply(first(lifecycle) + IMPORT)
    for configuration in (second(lifecycle), first(lifecycle)):
        said = desk.apply(configuration, f"-parallelism={parallelism}")
        assert ", too. Until one of them" not in said
        assert "There is already" not in said
        assert shared_names(http) == []
        assert "No changes." in desk.plan(configuration)

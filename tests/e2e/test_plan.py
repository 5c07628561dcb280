"""What a plan says before anything is written: mistakes, and what will surprise people."""

import httpx

from tests.e2e.desk import PROVIDER, QUICKSTART, Desk, succeeded

NOBODY = "user_01m852js7aee1v2mzf5bgh38h3"
USERS = "[signalcraft_user.ada.id, signalcraft_user.grace.id]\n    starts_at"
TURNED = "[signalcraft_user.grace.id, signalcraft_user.ada.id]\n    starts_at"
LATE = ("delay_minutes = 0", "delay_minutes = 5")
EMPTY_SCHEDULE = """
resource "signalcraft_schedule" "empty" {
  name      = "Empty"
  time_zone = "UTC"
}
"""
MISTAKEN_RULE = """
resource "signalcraft_routing_rule" "mistaken" {
  name     = "Mistaken"
  priority = 1
  conditions {
    field    = "title"
    operator = "matches"
    value    = "^(?!b)"
  }
  action {
    suppress = true
  }
}
"""


def test_every_mistake_is_shown_at_its_place(desk: Desk, http: httpx.Client) -> None:
    desk.apply(QUICKSTART)
    said = desk.fail_to_plan(
        _quickstart(("Europe/Berlin", "Berlin"), ('"2025-01-06T09:00:00"', '"2025-02-30T09:00:00"'))
        + MISTAKEN_RULE
    )
    for place, line, sentence in (
        ("time_zone", 'time_zone = "Berlin"', "'Berlin' is not an IANA time zone."),
        (
            "rotations[0].starts_at",
            'starts_at = "2025-02-30T09:00:00"',
            "2025-02-30T09:00:00 is not a valid date and time.",
        ),
        ("conditions[0].value", 'value = "^(?!b)"', "use not_matches to exclude a pattern"),
    ):
        assert f"Error: Not accepted: {place} with signalcraft_" in said
        assert line in said
        assert sentence in said
    assert http.get("/v1/schedules").json()["items"][0]["time_zone"] == "Europe/Berlin"


def test_what_will_surprise_people_is_said_in_the_titles(desk: Desk, http: httpx.Client) -> None:
    desk.apply(QUICKSTART)
    nobody = http.post("/v1/teams", json={"name": "Nobody"}).json()["id"]
    said = desk.plan(_quickstart((USERS, TURNED), LATE) + EMPTY_SCHEDULE + _policy_to(nobody))
    for title, place, sentence in (
        (
            'This changes who is on call right now ("Database primary")',
            "signalcraft_schedule.db_primary",
            "rotations: It was ",
        ),
        (
            'Nobody is on call in the next 30 days ("Empty")',
            "signalcraft_schedule.empty",
            "rotations: Add a rotation, unless that's intended.",
        ),
        (
            'Nobody is paged in the first 5 minutes of an alert ("Database SRE Policy")',
            "signalcraft_escalation_policy.db_team_policy",
            "rules[0].delay_minutes: Set 0 to page at once.",
        ),
        (
            'This policy reaches nobody in the next 30 days ("To nobody")',
            "signalcraft_escalation_policy.to_nobody",
            "rules: Its alerts go to the workspace's default policy, if there is one. Add a target",
        ),
    ):
        assert f"Warning: {title} with {place}, on main.tf line" in said
        assert sentence in said
    assert "similar warning" not in said


def test_an_apply_says_each_surprise_once(desk: Desk) -> None:
    desk.apply(QUICKSTART)
    (desk.folder / "main.tf").write_text(_quickstart(LATE), encoding="utf-8")
    title = "Warning: Nobody is paged in the first 5 minutes"
    for command in (["plan", "-out", "plan"], ["apply", "plan"]):
        said = succeeded(desk.terraform.run(*command))
        assert said.count(title) == 1
        assert "similar warning" not in said


def test_what_the_plan_itself_may_mend_is_a_warning(desk: Desk, http: httpx.Client) -> None:
    team = http.post("/v1/teams", json={"name": "Taken"}).json()
    theirs = _managed_elsewhere(http)
    said = desk.plan(
        PROVIDER
        + """
resource "signalcraft_team" "taken" {
  name = "Taken"
}
"""
        + _ours(theirs)
    )
    assert 'Warning: There is already a team with the name "Taken"' in said
    assert f'import {{ to = signalcraft_team.NAME id = "{team["id"]}" }}' in said
    assert f"Warning: The team 'Elsewhere' ({theirs}) is managed by…" in said
    assert "is managed by kubernetes/prod" in said
    assert "set take_over = true in the provider block" in said


def test_an_id_that_nothing_has_stops_the_plan(desk: Desk) -> None:
    team = f'resource "signalcraft_team" "t" {{\n  name = "T"\n  member_ids = ["{NOBODY}"]\n}}\n'
    said = desk.fail_to_plan(PROVIDER + team)
    assert f"Error: Not accepted: member_ids ({NOBODY})" in said
    assert f"No user has the id {NOBODY}." in said


def test_a_first_plan_says_what_is_wrong_though_ids_are_not_known_yet(desk: Desk) -> None:
    said = desk.fail_to_plan(
        PROVIDER
        + """
resource "signalcraft_user" "ada" {
  email = "ada@example.com"
  name  = "Ada"
  role  = "responder"
}
resource "signalcraft_schedule" "turns" {
  name      = "Turns"
  time_zone = "Europe/Norway"
  rotations {
    name         = "weekly"
    participants = [signalcraft_user.ada.id]
    starts_at    = "2026-02-30T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
}
resource "signalcraft_escalation_policy" "policy" {
  name         = "Policy"
  repeat_times = 1
  rules {
    delay_minutes = 5
    targets {
      type = "user"
      id   = signalcraft_user.ada.id
    }
  }
  rules {
    delay_minutes = 5
    targets {
      type = "user"
      id   = signalcraft_user.ada.id
    }
  }
}
"""
        + MISTAKEN_RULE
    )
    for place in (
        "time_zone",
        "rotations[0].starts_at",
        "rules[1].delay_minutes",
        "repeat_after_minutes",
        "conditions[0].value",
    ):
        assert f"Error: Not accepted: {place} with signalcraft_" in said


def test_a_hire_is_said_to_be_on_call(desk: Desk) -> None:
    desk.apply(QUICKSTART)
    said = desk.plan(
        _quickstart((USERS, "[signalcraft_user.new.id]\n    starts_at"))
        + """
resource "signalcraft_user" "new" {
  email = "new@example.com"
  name  = "New"
  role  = "responder"
}
"""
    )
    assert "This changes who is on call right now" in said
    assert "and will be somebody new." in said


def test_a_plan_that_takes_away_ones_own_access_or_the_default_policy_says_so(
    desk: Desk, http: httpx.Client
) -> None:
    own = http.get("/v1/whoami").json()["service_account_id"]
    account = http.get(f"/v1/service-accounts/{own}").json()
    scopes = ", ".join(f'"{scope}"' for scope in account["scopes"])
    everything = (
        PROVIDER
        + f"""
import {{
  to = signalcraft_service_account.own
  id = "{own}"
}}
resource "signalcraft_service_account" "own" {{
  name   = "{account["name"]}"
  scopes = [{scopes}]
}}
resource "signalcraft_team" "team" {{
  name = "Team"
}}
resource "signalcraft_escalation_policy" "default" {{
  name = "Default"
  rules {{
    delay_minutes = 0
    targets {{
      type = "team"
      id   = signalcraft_team.team.id
    }}
  }}
}}
resource "signalcraft_workspace" "this" {{
  name                         = "W"
  default_escalation_policy_id = signalcraft_escalation_policy.default.id
}}
"""
    )
    desk.apply(everything)
    said = desk.plan(PROVIDER)
    assert f"This deletes '{account['name']}', the service account that makes the change" in said
    assert "This removes the default escalation policy" in said


def test_a_plan_that_may_take_over_does_not_warn_of_the_other_manager(
    desk: Desk, http: httpx.Client
) -> None:
    theirs = _managed_elsewhere(http)
    said = desk.plan(PROVIDER.replace("{}", "{\n  take_over = true\n}") + _ours(theirs))
    assert "1 to import" in said
    assert "Warning" not in said


def test_a_plan_that_cannot_be_checked_is_made_and_says_so_once(
    desk: Desk, http: httpx.Client
) -> None:
    account = http.post(
        "/v1/service-accounts", json={"name": "Blind", "scopes": ["audit:read"]}
    ).json()
    key = http.post(f"/v1/service-accounts/{account['id']}/keys", json={"name": "blind"}).json()
    said = desk.with_settings(SIGNALCRAFT_API_KEY=key["secret"]).plan(
        PROVIDER
        + """
resource "signalcraft_team" "teams" {
  count = 3
  name  = "Team ${count.index}"
}
"""
    )
    assert "Plan: 3 to add" in said
    assert said.count("Warning: The plan is not checked: The API key may not do this") == 1
    assert "config:read" in said
    assert "similar warning" not in said


def _managed_elsewhere(http: httpx.Client) -> str:
    """The id of a team that another tool manages."""
    team = http.put(
        "/v1/teams?name=Elsewhere",
        json={"name": "Elsewhere"},
        headers={"SignalCraft-Manager": "kubernetes/prod/shop/team"},
    )
    team_id: str = team.json()["id"]
    return team_id


def _ours(team: str) -> str:
    return f"""
resource "signalcraft_team" "elsewhere" {{
  name        = "Elsewhere"
  description = "Ours"
}}
import {{
  to = signalcraft_team.elsewhere
  id = "{team}"
}}
"""


def _policy_to(team: str) -> str:
    return f"""
resource "signalcraft_escalation_policy" "to_nobody" {{
  name = "To nobody"
  rules {{
    delay_minutes = 0
    targets {{
      type = "team"
      id   = "{team}"
    }}
  }}
}}
"""


def _quickstart(*edits: tuple[str, str]) -> str:
    configuration = QUICKSTART
    for right, wrong in edits:
        assert right in configuration
        configuration = configuration.replace(right, wrong)
    return configuration

terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

# The address and the key come from the environment: SIGNALCRAFT_ENDPOINT, SIGNALCRAFT_API_KEY.
provider "signalcraft" {}

locals {
  people   = { ada = "Ada Example", ben = "Ben Example", eve = "Eve Example" }
  user_ids = { for key, user in signalcraft_user.people : key => user.id }
}

resource "signalcraft_user" "people" {
  for_each = local.people
  email    = "${each.key}@example.com"
  name     = each.value
  role     = "responder"
}

resource "signalcraft_team" "search" {
  name       = "Search"
  member_ids = [for key in ["ada", "ben", "eve"] : local.user_ids[key]]
}

resource "signalcraft_schedule" "search" {
  name      = "Search"
  time_zone = "Europe/Madrid"

  rotations {
    name         = "Weeks"
    participants = [for key in ["ada", "ben", "eve"] : local.user_ids[key]]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
  # In office hours the whole team is on call.
  rotations {
    name         = "Office hours"
    participants = [signalcraft_team.search.id]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = ["mon", "tue", "wed", "thu", "fri"]
      start_time = "09:00"
      end_time   = "18:00"
    }
  }
}

resource "signalcraft_escalation_policy" "search" {
  name    = "Search"
  team_id = signalcraft_team.search.id
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.search.id
    }
  }
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.search.id
    }
  }
  repeat_times         = 2
  repeat_after_minutes = 45
}

resource "signalcraft_routing_rule" "low_priority" {
  name     = "Search: low priority"
  priority = 10
  conditions {
    field    = "labels.team"
    operator = "eq"
    value    = "search"
  }
  conditions {
    field    = "severity"
    operator = "eq"
    value    = "info"
  }
  action {
    assign_to = signalcraft_team.search.id
    suppress  = true
  }
}

resource "signalcraft_routing_rule" "reindexing" {
  name     = "Search: the nightly reindexing"
  priority = 20
  conditions {
    field    = "labels.team"
    operator = "eq"
    value    = "search"
  }
  conditions {
    field    = "title"
    operator = "contains"
    value    = "reindex"
  }
  time_zone = "Europe/Madrid"
  windows {
    days       = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    start_time = "22:00"
    end_time   = "06:00"
  }
  action {
    assign_to = signalcraft_team.search.id
    suppress  = true
  }
}

# The team's default rule.
resource "signalcraft_routing_rule" "search" {
  name     = "Search"
  priority = 30
  conditions {
    field    = "labels.team"
    operator = "eq"
    value    = "search"
  }
  action {
    assign_to   = signalcraft_team.search.id
    escalate_to = signalcraft_escalation_policy.search.id
  }
}

# For alerts of no team.
resource "signalcraft_workspace" "this" {
  default_escalation_policy_id = signalcraft_escalation_policy.search.id
}

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
  people = { ada = "Ada Example", ben = "Ben Example", eve = "Eve Example" }
}

resource "signalcraft_user" "people" {
  for_each = local.people
  email    = "${each.key}@example.com"
  name     = each.value
  role     = "responder"
}

# A squad is a team here.
resource "signalcraft_team" "storage" {
  name       = "Storage"
  member_ids = [for key in ["ada", "ben", "eve"] : signalcraft_user.people[key].id]
}

resource "signalcraft_schedule" "storage" {
  name      = "Storage"
  time_zone = "Asia/Kolkata"
  rotations {
    name         = "Weeks"
    participants = [for key in ["ada", "ben"] : signalcraft_user.people[key].id]
    starts_at    = "2026-01-05T00:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
}

resource "signalcraft_escalation_policy" "storage" {
  name    = "Storage"
  team_id = signalcraft_team.storage.id

  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.storage.id
    }
  }
  rules {
    delay_minutes = 10
    targets {
      type = "team"
      id   = signalcraft_team.storage.id
    }
  }
  # The second rule's own repetition.
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.storage.id
    }
  }
  rules {
    delay_minutes = 30
    targets {
      type = "user"
      id   = signalcraft_user.people["eve"].id
    }
  }

  repeat_times         = 2
  repeat_after_minutes = 60
}

resource "signalcraft_service" "storage" {
  name                 = "Object storage"
  team_id              = signalcraft_team.storage.id
  escalation_policy_id = signalcraft_escalation_policy.storage.id
}

# For alerts that name no service.
resource "signalcraft_workspace" "this" {
  default_escalation_policy_id = signalcraft_escalation_policy.storage.id
}

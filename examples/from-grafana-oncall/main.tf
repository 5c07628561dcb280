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
  people = {
    aiko = "Aiko Example", ken = "Ken Example",
    ada  = "Ada Example", ben = "Ben Example", eve = "Eve Example",
    max  = "Max Example", sam = "Sam Example",
  }
  user_ids = { for key, user in signalcraft_user.people : key => user.id }
  weekdays = ["mon", "tue", "wed", "thu", "fri"]
}

resource "signalcraft_user" "people" {
  for_each = local.people
  email    = "${each.key}@example.com"
  name     = each.value
  role     = "responder"
}

resource "signalcraft_team" "platform" {
  name       = "Platform"
  member_ids = values(local.user_ids)
}

resource "signalcraft_schedule" "platform" {
  name      = "Platform, around the clock"
  time_zone = "UTC"

  # Level 0: whatever the others leave, such as weekends.
  rotations {
    name         = "Fallback"
    participants = [for key in ["ada", "max", "aiko"] : local.user_ids[key]]
    starts_at    = "2026-01-05T00:00:00"
    shift_length = 1
    shift_unit   = "week"
  }

  # Level 1: each region's office hours, by its own clocks.
  rotations {
    name         = "Asia"
    time_zone    = "Asia/Tokyo"
    participants = [for key in ["aiko", "ken"] : local.user_ids[key]]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = local.weekdays
      start_time = "09:00"
      end_time   = "17:00"
    }
  }
  rotations {
    name         = "Europe"
    time_zone    = "Europe/Berlin"
    participants = [for key in ["ada", "ben", "eve"] : local.user_ids[key]]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "day"
    restrictions {
      days       = local.weekdays
      start_time = "09:00"
      end_time   = "17:00"
    }
    # Ada, Ben and Eve in turn on working days: a weekend uses up nobody's turn.
    counted_shifts = "worked"
  }
  rotations {
    name         = "Americas"
    time_zone    = "America/New_York"
    participants = [for key in ["max", "sam"] : local.user_ids[key]]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = local.weekdays
      start_time = "09:00"
      end_time   = "17:00"
    }
  }
}

resource "signalcraft_escalation_policy" "platform" {
  name    = "Platform"
  team_id = signalcraft_team.platform.id
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.platform.id
    }
  }
  rules {
    delay_minutes = 15
    targets {
      type = "user"
      id   = local.user_ids["ada"]
    }
    targets {
      type = "user"
      id   = local.user_ids["max"]
    }
  }
}

resource "signalcraft_workspace" "this" {
  default_escalation_policy_id = signalcraft_escalation_policy.platform.id
}

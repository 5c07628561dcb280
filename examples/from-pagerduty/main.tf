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
  people   = { ada = "Ada Example", ben = "Ben Example", eve = "Eve Example", max = "Max Example" }
  user_ids = { for key, user in signalcraft_user.people : key => user.id }
}

resource "signalcraft_user" "people" {
  for_each = local.people
  email    = "${each.key}@example.com"
  name     = each.value
  role     = "responder"
}

resource "signalcraft_team" "shop" {
  name       = "Shop"
  member_ids = [for key in ["ada", "ben", "eve"] : local.user_ids[key]]
}

resource "signalcraft_schedule" "shop" {
  name      = "Shop"
  time_zone = "Europe/London"

  rotations {
    name         = "Weeks"
    participants = [for key in ["ada", "ben"] : local.user_ids[key]]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
  rotations {
    name         = "Weekends"
    participants = [for key in ["eve", "ben"] : local.user_ids[key]]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = ["sat", "sun"]
      start_time = "00:00"
      end_time   = "00:00"
    }
  }
}

resource "signalcraft_escalation_policy" "shop" {
  name    = "Shop"
  team_id = signalcraft_team.shop.id
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.shop.id
    }
  }
  rules {
    delay_minutes = 10
    targets {
      type = "user"
      id   = local.user_ids["eve"]
    }
  }
  repeat_times         = 2
  repeat_after_minutes = 25
}

resource "signalcraft_escalation_policy" "platform" {
  name = "Platform"
  rules {
    delay_minutes = 0
    targets {
      type = "user"
      id   = local.user_ids["max"]
    }
  }
}

# Alerts that name one of these go to its policy: no rule is needed for that.
resource "signalcraft_service" "checkout" {
  name                 = "Checkout"
  team_id              = signalcraft_team.shop.id
  escalation_policy_id = signalcraft_escalation_policy.shop.id
  labels               = { business_service = "Online shop" }
}

resource "signalcraft_service" "payments" {
  name                 = "Payments"
  team_id              = signalcraft_team.shop.id
  escalation_policy_id = signalcraft_escalation_policy.shop.id
  labels               = { business_service = "Online shop" }
}

resource "signalcraft_service" "database" {
  name                 = "Database"
  escalation_policy_id = signalcraft_escalation_policy.platform.id
  labels               = { business_service = "Online shop" }
}

resource "signalcraft_service" "reports" {
  name                 = "Reports"
  team_id              = signalcraft_team.shop.id
  escalation_policy_id = signalcraft_escalation_policy.shop.id
}

# The router's rule for events that name no service.
resource "signalcraft_routing_rule" "payments" {
  name     = "Payments, by what the event says"
  priority = 10
  match    = "any"
  conditions {
    field    = "title"
    operator = "contains"
    value    = "payment"
  }
  conditions {
    field    = "source"
    operator = "matches"
    value    = "^pay-[0-9]+"
  }
  action {
    escalate_to = signalcraft_escalation_policy.shop.id
    assign_to   = signalcraft_team.shop.id
  }
}

# Support hours: a rule for them, and one below it for all other times.
resource "signalcraft_routing_rule" "reports_in_support_hours" {
  name     = "Reports, in support hours"
  priority = 20
  conditions {
    field    = "service"
    operator = "eq"
    value    = signalcraft_service.reports.name
  }
  time_zone = "Europe/London"
  windows {
    days       = ["mon", "tue", "wed", "thu", "fri"]
    start_time = "09:00"
    end_time   = "17:00"
  }
  action {
    escalate_to = signalcraft_escalation_policy.shop.id
  }
}

resource "signalcraft_routing_rule" "reports" {
  name     = "Reports, at other times"
  priority = 21
  conditions {
    field    = "service"
    operator = "eq"
    value    = signalcraft_service.reports.name
  }
  action {
    suppress = true
  }
}

# The router's catch-all.
resource "signalcraft_workspace" "this" {
  default_escalation_policy_id = signalcraft_escalation_policy.platform.id
}

terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

provider "signalcraft" {}

resource "signalcraft_user" "ada" {
  email = "ada@example.com"
  name  = "Ada Example"
  role  = "responder"
}

resource "signalcraft_user" "ben" {
  email = "ben@example.com"
  name  = "Ben Example"
  role  = "responder"
}

resource "signalcraft_team" "payments" {
  name       = "Payments"
  member_ids = [signalcraft_user.ada.id, signalcraft_user.ben.id]
}

resource "signalcraft_schedule" "primary" {
  name      = "Payments primary"
  time_zone = "Europe/Berlin"

  rotations {
    name         = "weekly"
    participants = [signalcraft_user.ada.id, signalcraft_user.ben.id]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
}

resource "signalcraft_escalation_policy" "payments" {
  name    = "Payments"
  team_id = signalcraft_team.payments.id

  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.primary.id
    }
  }
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.payments.id
    }
  }
}

resource "signalcraft_escalation_policy" "catch_all" {
  name = "Catch-all"

  rules {
    delay_minutes = 0
    targets {
      type = "user"
      id   = signalcraft_user.ben.id
    }
  }
}

resource "signalcraft_workspace" "this" {
  time_zone                    = "Europe/Berlin"
  default_escalation_policy_id = signalcraft_escalation_policy.catch_all.id
}

resource "signalcraft_service" "checkout" {
  name                 = "Checkout"
  team_id              = signalcraft_team.payments.id
  escalation_policy_id = signalcraft_escalation_policy.payments.id
}

resource "signalcraft_service" "ledger" {
  name    = "Ledger"
  team_id = signalcraft_team.payments.id
}

resource "signalcraft_routing_rule" "staging" {
  name     = "Staging pages nobody"
  priority = 10

  conditions {
    field    = "labels.env"
    operator = "eq"
    value    = "staging"
  }

  action {
    suppress = true
  }
}

resource "signalcraft_routing_rule" "payments" {
  name     = "Payments"
  priority = 20

  conditions {
    field    = "labels.team"
    operator = "eq"
    value    = "payments"
  }

  action {
    escalate_to = signalcraft_escalation_policy.payments.id
    assign_to   = signalcraft_team.payments.id
  }
}

resource "signalcraft_escalation_policy" "platform" {
  name    = "Platform"
  team_id = signalcraft_team.platform.id

  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = module.platform.schedule_id
    }
  }
  rules {
    delay_minutes = 30
    targets {
      type = "team"
      id   = signalcraft_team.platform.id
    }
  }
}

resource "signalcraft_escalation_policy" "payments" {
  name    = "Payments"
  team_id = signalcraft_team.payments.id

  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.payments.id
    }
  }
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.payments.id
    }
  }

  repeat_times         = 2
  repeat_after_minutes = 60
}

# Alerts that nothing else sends anywhere go to the platform team.
resource "signalcraft_workspace" "this" {
  default_escalation_policy_id = signalcraft_escalation_policy.platform.id
}

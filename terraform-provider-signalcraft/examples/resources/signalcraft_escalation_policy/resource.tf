resource "signalcraft_escalation_policy" "db_team_policy" {
  name    = "Database SRE Policy"
  team_id = signalcraft_team.database.id

  # At once, whoever is on call.
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.db_primary.id
    }
  }

  # After ten minutes, whoever has the next shift.
  rules {
    delay_minutes = 10
    targets {
      type = "schedule"
      id   = signalcraft_schedule.db_primary.id
      who  = "next"
    }
  }

  # Nobody acknowledged for a quarter of an hour: the whole team.
  rules {
    delay_minutes = 15
    targets {
      type = "team"
      id   = signalcraft_team.database.id
    }
  }

  repeat_times         = 2
  repeat_after_minutes = 60
}

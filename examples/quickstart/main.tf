# Who is paged when a database breaks: two people take turns, week by week.

terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

# The address and the key come from the environment: SIGNALCRAFT_ENDPOINT, SIGNALCRAFT_API_KEY.
provider "signalcraft" {}

resource "signalcraft_user" "ada" {
  email = "ada@example.com"
  name  = "Ada Example"
  role  = "responder"
}

resource "signalcraft_user" "grace" {
  email = "grace@example.com"
  name  = "Grace Example"
  role  = "responder"
}

resource "signalcraft_team" "database" {
  name       = "Database"
  member_ids = [signalcraft_user.ada.id, signalcraft_user.grace.id]
}

# Hand-over is on Mondays at 09:00, Berlin's time, in summer and in winter.
resource "signalcraft_schedule" "db_primary" {
  name      = "Database primary"
  time_zone = "Europe/Berlin"

  rotations {
    name         = "weekly"
    participants = [signalcraft_user.ada.id, signalcraft_user.grace.id]
    starts_at    = "2025-01-06T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
}

# Every alert goes to the policy below.
resource "signalcraft_routing_rule" "everything" {
  name     = "Everything"
  priority = 1000
  action {
    escalate_to = signalcraft_escalation_policy.db_team_policy.id
  }
}

# An alert pages whoever is on call, at once.
resource "signalcraft_escalation_policy" "db_team_policy" {
  name = "Database SRE Policy"
  rules {
    delay_minutes = 0
    targets {
      type = "schedule"
      id   = signalcraft_schedule.db_primary.id
    }
  }
}

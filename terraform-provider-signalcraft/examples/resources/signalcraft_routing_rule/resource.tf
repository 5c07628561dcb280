resource "signalcraft_routing_rule" "production_database" {
  name     = "Production databases"
  priority = 100

  conditions {
    field    = "labels.env"
    operator = "eq"
    value    = "production"
  }
  conditions {
    field    = "source"
    operator = "in"
    values   = ["postgresql", "redis"]
  }

  action {
    escalate_to = signalcraft_escalation_policy.db_team_policy.id
    assign_to   = signalcraft_team.database.id
  }
}

resource "signalcraft_routing_rule" "test_systems" {
  name     = "Test systems are quiet"
  priority = 10

  conditions {
    field    = "labels.env"
    operator = "eq"
    value    = "test"
  }

  action {
    suppress = true
  }
}

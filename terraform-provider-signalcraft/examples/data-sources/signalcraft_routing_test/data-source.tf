data "signalcraft_routing_test" "replication" {
  alert = {
    severity = "critical"
    source   = "postgresql"
    labels   = { env = "production" }
  }
}

check "database_alerts_page_the_database_team" {
  assert {
    condition = contains(
      data.signalcraft_routing_test.replication.escalation_policy_ids,
      signalcraft_escalation_policy.db_team_policy.id,
    )
    error_message = "A critical alert of a production database goes somewhere else."
  }
}

resource "signalcraft_service" "orders_db" {
  name                 = "orders-db"
  description          = "PostgreSQL of the shop's orders."
  team_id              = signalcraft_team.database.id
  escalation_policy_id = signalcraft_escalation_policy.db_team_policy.id

  labels = {
    tier = "1"
  }
}

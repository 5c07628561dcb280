# Adopts the workspace that the API key belongs to. What isn't written here stays as it is.
resource "signalcraft_workspace" "this" {
  time_zone                    = "Europe/Berlin"
  default_escalation_policy_id = signalcraft_escalation_policy.db_team_policy.id
}

resource "signalcraft_service" "checkout" {
  name                 = "Checkout"
  team_id              = signalcraft_team.payments.id
  escalation_policy_id = signalcraft_escalation_policy.payments.id
}

resource "signalcraft_service" "ledger" {
  name                 = "Ledger"
  team_id              = signalcraft_team.payments.id
  escalation_policy_id = signalcraft_escalation_policy.payments.id
}

resource "signalcraft_service" "cluster" {
  name                 = "Kubernetes"
  team_id              = signalcraft_team.platform.id
  escalation_policy_id = signalcraft_escalation_policy.platform.id
}

resource "signalcraft_routing_rule" "staging" {
  name        = "Staging pages nobody"
  description = "Staging is looked at in the morning."
  priority    = 10

  conditions {
    field    = "labels.env"
    operator = "in"
    values   = ["staging", "test"]
  }

  action {
    suppress = true
  }
}

# Money is critical, wherever it goes afterwards.
resource "signalcraft_routing_rule" "money" {
  name     = "Failing payments are critical"
  priority = 20
  continue = true

  conditions {
    field    = "labels.error_rate"
    operator = "gt"
    value    = "5"
  }
  conditions {
    field    = "service"
    operator = "in"
    values   = [signalcraft_service.checkout.name, signalcraft_service.ledger.name]
  }

  action {
    set_severity = "critical"
  }
}

resource "signalcraft_routing_rule" "payments" {
  name     = "Payments"
  priority = 30

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

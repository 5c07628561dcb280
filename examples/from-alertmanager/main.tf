terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

# The address and the key come from the environment: SIGNALCRAFT_ENDPOINT, SIGNALCRAFT_API_KEY.
provider "signalcraft" {}

locals {
  people = { ada = "Ada Example", ben = "Ben Example", eve = "Eve Example", max = "Max Example" }
  # Receivers, and who is behind them.
  receivers = {
    "Platform"          = ["ada", "ben"]
    "Incident managers" = ["max"]
    "Payments"          = ["ben", "eve"]
    "Database"          = ["ada"]
  }
  user_ids   = { for key, user in signalcraft_user.people : key => user.id }
  policy_ids = { for name, policy in signalcraft_escalation_policy.receivers : name => policy.id }
}

resource "signalcraft_user" "people" {
  for_each = local.people
  email    = "${each.key}@example.com"
  name     = each.value
  role     = "responder"
}

resource "signalcraft_team" "receivers" {
  for_each   = local.receivers
  name       = each.key
  member_ids = [for key in each.value : local.user_ids[key]]
}

resource "signalcraft_escalation_policy" "receivers" {
  for_each = local.receivers
  name     = each.key
  rules {
    delay_minutes = 0
    targets {
      type = "team"
      id   = signalcraft_team.receivers[each.key].id
    }
  }
}

# The root route's receiver.
resource "signalcraft_workspace" "this" {
  time_zone                    = "Europe/Berlin"
  default_escalation_policy_id = local.policy_ids["Platform"]
}

resource "signalcraft_routing_rule" "heartbeats" {
  name     = "Heartbeats"
  priority = 10
  conditions {
    field    = "labels.alertname"
    operator = "in"
    values   = ["Watchdog", "InfoInhibitor"]
  }
  action {
    suppress = true
  }
}

resource "signalcraft_routing_rule" "not_production" {
  name     = "Anything but production"
  priority = 20
  conditions {
    field    = "labels.env"
    operator = "not_matches"
    value    = "^production(-.*)?$"
  }
  action {
    suppress = true
  }
}

resource "signalcraft_routing_rule" "critical" {
  name     = "Critical"
  priority = 30
  continue = true
  conditions {
    field    = "severity"
    operator = "eq"
    value    = "critical"
  }
  action {
    escalate_to = local.policy_ids["Incident managers"]
  }
}

# A nested route: its rules have the conditions of the outer one too, and come before it.
resource "signalcraft_routing_rule" "batch" {
  name     = "Payments: batch jobs, in office hours"
  priority = 40
  dynamic "conditions" {
    for_each = local.batch_conditions
    content {
      field    = conditions.value.field
      operator = conditions.value.operator
      value    = conditions.value.value
    }
  }
  windows {
    days       = ["mon", "tue", "wed", "thu", "fri"]
    start_time = "09:00"
    end_time   = "17:00"
  }
  action {
    escalate_to = local.policy_ids["Payments"]
  }
}

# Outside its windows a rule is skipped. This one keeps the night quiet.
resource "signalcraft_routing_rule" "batch_at_night" {
  name     = "Payments: batch jobs, at other times"
  priority = 41
  dynamic "conditions" {
    for_each = local.batch_conditions
    content {
      field    = conditions.value.field
      operator = conditions.value.operator
      value    = conditions.value.value
    }
  }
  action {
    suppress = true
  }
}

locals {
  batch_conditions = [
    { field = "labels.team", operator = "eq", value = "payments" },
    { field = "labels.alertname", operator = "starts_with", value = "Batch" },
    { field = "severity", operator = "ne", value = "critical" },
  ]
}

resource "signalcraft_routing_rule" "payments" {
  name     = "Payments"
  priority = 50
  conditions {
    field    = "labels.team"
    operator = "eq"
    value    = "payments"
  }
  action {
    escalate_to = local.policy_ids["Payments"]
  }
}

resource "signalcraft_routing_rule" "database" {
  name     = "Database"
  priority = 60
  conditions {
    field    = "labels.alertname"
    operator = "starts_with"
    value    = "Postgres"
  }
  conditions {
    field    = "labels.alertname"
    operator = "not_contains"
    value    = "Backup"
  }
  action {
    escalate_to = local.policy_ids["Database"]
  }
}

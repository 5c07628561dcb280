resource "signalcraft_alert_policy" "replication_lag" {
  name        = "Replication lag"
  description = "A replica is behind: reads from it are stale. See the runbook of orders-db."
  severity    = "critical"
  routing_key = "database"

  conditions {
    type        = "metric_threshold"
    metric      = "pg_replication_lag_seconds"
    operator    = "gt"
    value       = 30
    for_minutes = 5
    labels = {
      cluster = "orders"
    }
  }
}

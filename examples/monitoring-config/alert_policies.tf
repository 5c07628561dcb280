resource "signalcraft_alert_policy" "checkout_latency" {
  name        = "Checkout is slow"
  description = "Customers wait. See the runbook for Checkout."
  severity    = "error"
  routing_key = "checkout"

  conditions {
    type        = "metric_threshold"
    metric      = "http_request_duration_p99"
    operator    = "gt"
    value       = 1.5
    for_minutes = 5
  }
}

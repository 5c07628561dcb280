data "signalcraft_alert_policy" "by_name" {
  name = "Replication lag"
}

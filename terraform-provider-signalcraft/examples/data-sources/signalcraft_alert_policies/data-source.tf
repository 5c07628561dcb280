data "signalcraft_alert_policies" "all" {}

output "id_of_replication_lag" {
  value = data.signalcraft_alert_policies.all.by_name["Replication lag"].id
}

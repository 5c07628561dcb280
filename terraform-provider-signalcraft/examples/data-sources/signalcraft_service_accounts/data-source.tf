data "signalcraft_service_accounts" "all" {}

output "id_of_plan" {
  value = data.signalcraft_service_accounts.all.by_name["plan"].id
}

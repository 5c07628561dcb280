data "signalcraft_service_account_trusts" "all" {}

output "id_of_github_main" {
  value = data.signalcraft_service_account_trusts.all.by_name["GitHub, main branch"].id
}

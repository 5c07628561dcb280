data "signalcraft_service_account_trust" "by_name" {
  name = "GitHub, main branch"
}

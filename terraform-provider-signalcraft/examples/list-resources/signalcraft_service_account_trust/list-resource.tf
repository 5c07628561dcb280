list "signalcraft_service_account_trust" "all" {
  provider = signalcraft
}

list "signalcraft_service_account" "all" {
  provider = signalcraft
}

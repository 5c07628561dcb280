data "signalcraft_service_account" "by_name" {
  name = "plan"
}

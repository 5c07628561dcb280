resource "signalcraft_service_account" "plan" {
  name        = "plan"
  description = "Plans pull requests: reads, and never writes."
  scopes      = ["config:read", "state:read"]
}

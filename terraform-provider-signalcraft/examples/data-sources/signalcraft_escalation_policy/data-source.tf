data "signalcraft_escalation_policy" "by_name" {
  name = "Database SRE Policy"
}

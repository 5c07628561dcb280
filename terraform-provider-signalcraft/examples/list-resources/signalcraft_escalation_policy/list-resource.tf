list "signalcraft_escalation_policy" "all" {
  provider = signalcraft
}

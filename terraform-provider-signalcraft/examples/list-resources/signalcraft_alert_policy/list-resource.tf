list "signalcraft_alert_policy" "all" {
  provider = signalcraft
}

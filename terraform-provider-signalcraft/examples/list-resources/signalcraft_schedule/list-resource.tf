list "signalcraft_schedule" "all" {
  provider = signalcraft
}

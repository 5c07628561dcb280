list "signalcraft_team" "all" {
  provider = signalcraft
}

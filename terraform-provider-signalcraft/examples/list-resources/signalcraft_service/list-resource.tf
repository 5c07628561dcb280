list "signalcraft_service" "all" {
  provider = signalcraft
}

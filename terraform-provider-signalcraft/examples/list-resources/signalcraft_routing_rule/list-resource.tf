list "signalcraft_routing_rule" "all" {
  provider = signalcraft
}

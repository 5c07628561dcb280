data "signalcraft_routing_rule" "by_name" {
  name = "Production databases"
}

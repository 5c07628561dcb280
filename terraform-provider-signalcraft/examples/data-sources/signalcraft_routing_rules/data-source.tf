data "signalcraft_routing_rules" "all" {}

output "id_of_production_database" {
  value = data.signalcraft_routing_rules.all.by_name["Production databases"].id
}

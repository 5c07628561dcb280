data "signalcraft_services" "production" {
  labels = { env = "production" }
}

output "production_services" {
  value = keys(data.signalcraft_services.production.by_name)
}

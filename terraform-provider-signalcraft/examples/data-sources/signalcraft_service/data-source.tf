data "signalcraft_service" "by_name" {
  name = "orders-db"
}

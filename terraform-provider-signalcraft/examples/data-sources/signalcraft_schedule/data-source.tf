data "signalcraft_schedule" "by_name" {
  name = "Database primary"
}

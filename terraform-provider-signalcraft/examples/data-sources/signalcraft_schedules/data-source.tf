data "signalcraft_schedules" "all" {}

output "id_of_db_primary" {
  value = data.signalcraft_schedules.all.by_name["Database primary"].id
}

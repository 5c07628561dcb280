data "signalcraft_teams" "all" {}

output "id_of_database" {
  value = data.signalcraft_teams.all.by_name["Database SRE"].id
}

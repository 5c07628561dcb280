data "signalcraft_team" "by_name" {
  name = "Database SRE"
}

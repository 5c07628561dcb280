data "signalcraft_escalation_policies" "all" {}

output "id_of_db_team_policy" {
  value = data.signalcraft_escalation_policies.all.by_name["Database SRE Policy"].id
}

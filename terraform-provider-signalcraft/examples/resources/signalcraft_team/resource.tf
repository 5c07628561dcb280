resource "signalcraft_team" "database" {
  name        = "Database SRE"
  description = "Looks after everything that stores data."
  member_ids  = [signalcraft_user.ada.id, signalcraft_user.grace.id]
}

resource "signalcraft_team" "platform" {
  name        = "Platform"
  description = "Runs what everything else runs on, around the clock."
  member_ids  = [for person in signalcraft_user.people : person.id]
}

resource "signalcraft_team" "payments" {
  name        = "Payments"
  description = "Takes the money."
  member_ids = [
    signalcraft_user.people["ada"].id,
    signalcraft_user.people["ben"].id,
    signalcraft_user.people["grace"].id,
  ]
}

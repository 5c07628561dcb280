# Grace stands in for Ada while she is on holiday.
resource "signalcraft_schedule_override" "ada_on_holiday" {
  schedule_id = signalcraft_schedule.db_primary.id
  participant = signalcraft_user.grace.id
  starts_at   = "2027-07-05T09:00:00+02:00"
  ends_at     = "2027-07-12T09:00:00+02:00"
}

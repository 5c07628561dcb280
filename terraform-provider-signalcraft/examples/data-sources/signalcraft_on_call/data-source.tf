data "signalcraft_on_call" "database" {
  schedule_id = signalcraft_schedule.db_primary.id
}

check "somebody_is_on_call" {
  assert {
    condition     = length(data.signalcraft_on_call.database.user_ids) > 0
    error_message = "Nobody is on call for the database."
  }
}

data "signalcraft_on_call" "database" {
  schedule_id = signalcraft_schedule.db_primary.id
}

check "somebody_is_on_call" {
  assert {
    condition     = data.signalcraft_on_call.database.user_id != null
    error_message = "Nobody is on call for the database."
  }
}

resource "signalcraft_schedule" "db_primary" {
  name      = "Database primary"
  time_zone = "Europe/Berlin"

  # Ada and Grace take turns, a week each, from Monday 09:00.
  rotations {
    name         = "weeks"
    participants = [signalcraft_user.ada.id, signalcraft_user.grace.id]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }

  # On working days from nine to five a later rotation wins where it has someone: Grace, then the
  # whole team together, then nobody, a week each.
  rotations {
    name         = "office hours"
    participants = [signalcraft_user.grace.id, signalcraft_team.database.id, "nobody"]
    starts_at    = "2026-01-05T00:00:00"
    shift_length = 1
    shift_unit   = "week"

    restrictions {
      days       = ["mon", "tue", "wed", "thu", "fri"]
      start_time = "09:00"
      end_time   = "17:00"
    }
  }
}

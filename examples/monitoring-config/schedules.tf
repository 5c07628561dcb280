# Whoever's day it is, is on call: nobody is paged at night.
module "platform" {
  source = "./modules/follow-the-sun"

  name     = "Platform, around the clock"
  asia     = [signalcraft_user.people["akira"].id, signalcraft_user.people["mei"].id]
  europe   = [signalcraft_user.people["ada"].id, signalcraft_user.people["ben"].id]
  americas = [signalcraft_user.people["grace"].id, signalcraft_user.people["hedy"].id]
}

# Hand-over is on Mondays at 09:00, London's time, in summer and in winter.
resource "signalcraft_schedule" "payments" {
  name      = "Payments primary"
  time_zone = "Europe/London"

  rotations {
    name = "weekly"
    participants = [
      signalcraft_user.people["ada"].id,
      signalcraft_user.people["ben"].id,
      signalcraft_user.people["grace"].id,
    ]
    starts_at    = "2026-01-05T09:00:00"
    shift_length = 1
    shift_unit   = "week"
  }
}

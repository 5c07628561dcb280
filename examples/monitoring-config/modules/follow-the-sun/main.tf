# A schedule in three parts of the day, each for the people whose day it is then.

terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

resource "signalcraft_schedule" "this" {
  name      = var.name
  time_zone = "UTC"

  rotations {
    name         = "Asia"
    participants = var.asia
    starts_at    = var.starts_at
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = local.every_day
      start_time = "00:00"
      end_time   = "08:00"
    }
  }
  rotations {
    name         = "Europe"
    participants = var.europe
    starts_at    = var.starts_at
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = local.every_day
      start_time = "08:00"
      end_time   = "16:00"
    }
  }
  rotations {
    name         = "Americas"
    participants = var.americas
    starts_at    = var.starts_at
    shift_length = 1
    shift_unit   = "week"
    restrictions {
      days       = local.every_day
      start_time = "16:00"
      end_time   = "00:00"
    }
  }
}

locals {
  every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
}

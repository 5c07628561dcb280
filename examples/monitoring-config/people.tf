# One line for each person. The key is what the other files call them.
locals {
  people = {
    akira = { name = "Akira Example", email = "akira@example.com", zone = "Asia/Tokyo" }
    mei   = { name = "Mei Example", email = "mei@example.com", zone = "Asia/Singapore" }
    ada   = { name = "Ada Example", email = "ada@example.com", zone = "Europe/London" }
    ben   = { name = "Ben Example", email = "ben@example.com", zone = "Europe/Berlin" }
    grace = { name = "Grace Example", email = "grace@example.com", zone = "America/New_York" }
    hedy  = { name = "Hedy Example", email = "hedy@example.com", zone = "America/Los_Angeles" }
  }
}

resource "signalcraft_user" "people" {
  for_each = local.people

  email     = each.value.email
  name      = each.value.name
  role      = "responder"
  time_zone = each.value.zone
}

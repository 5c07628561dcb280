resource "signalcraft_user" "ada" {
  email     = "ada@example.com"
  name      = "Ada"
  role      = "responder"
  time_zone = "Europe/London"
}

resource "signalcraft_user" "grace" {
  email = "grace@example.com"
  name  = "Grace"
  role  = "responder"
}

data "signalcraft_user" "ada" {
  email = "ada@example.com"
}

list "signalcraft_user" "all" {
  provider = signalcraft
}

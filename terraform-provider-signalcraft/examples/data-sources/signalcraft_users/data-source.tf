data "signalcraft_users" "responders" {
  role = "responder"
}

output "id_of_ada" {
  value = data.signalcraft_users.responders.by_email["ada@example.com"].id
}

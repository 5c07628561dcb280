ephemeral "signalcraft_api_key_material" "plan" {}

resource "signalcraft_service_account_key" "plan" {
  service_account_id = signalcraft_service_account.plan.id
  name               = "continuous integration"

  # Write the same secret to where it is used, in the same apply: it is stored nowhere else.
  secret_wo         = ephemeral.signalcraft_api_key_material.plan.secret
  secret_wo_version = 1

  # The new key works before the old one is revoked.
  lifecycle {
    create_before_destroy = true
  }
}

resource "signalcraft_service_account" "apply" {
  name         = "apply"
  scopes       = ["config:read", "config:write"]
  keyless_only = true
}

# Pushes to the main branch of one repository may apply: no key is stored anywhere.
resource "signalcraft_service_account_trust" "github_main" {
  name               = "GitHub, main branch"
  service_account_id = signalcraft_service_account.apply.id
  platform           = "github"
  issuer             = "https://token.actions.githubusercontent.com"
  audience           = "https://signalcraft.example.com"

  claims {
    name   = "repository_id"
    values = ["1296269"]
  }
  claims {
    name   = "ref"
    values = ["refs/heads/main"]
  }
}

ephemeral "signalcraft_api_key_material" "plan" {}

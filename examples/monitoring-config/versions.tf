terraform {
  required_version = ">= 1.11"

  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }

  # The state is kept by SignalCraft itself. scripts/environment says where, and as whom.
  backend "http" {
    lock_method   = "POST"
    unlock_method = "DELETE"
  }
}

# The address and the key come from the environment: SIGNALCRAFT_ENDPOINT, SIGNALCRAFT_API_KEY.
provider "signalcraft" {}

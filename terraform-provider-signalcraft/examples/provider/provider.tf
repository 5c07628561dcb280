terraform {
  required_providers {
    signalcraft = {
      source = "signalcraft/signalcraft"
    }
  }
}

# The key comes from the environment: SIGNALCRAFT_API_KEY.
provider "signalcraft" {
  endpoint   = "https://signalcraft.example.com"
  source_url = "https://git.example.com/platform/monitoring-config"
}

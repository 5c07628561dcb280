"""Terraform's configuration language, as `signalcraft export --format hcl` writes it."""

"""Terraform's `http` backend, and what people ask about the states that it keeps."""

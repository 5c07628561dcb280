"""Terraform states: locks, versions, and their encrypted content."""

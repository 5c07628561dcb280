"""Endpoints about who is on call."""

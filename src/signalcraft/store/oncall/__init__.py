"""Overrides and calendar links."""

"""Endpoints about where an alert goes."""

"""Typed HTTP client of the configuration API."""

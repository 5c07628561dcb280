"""Endpoints that read, write and validate configuration, and its change feed."""

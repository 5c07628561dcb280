"""Endpoints for API keys, and for what a key may do."""

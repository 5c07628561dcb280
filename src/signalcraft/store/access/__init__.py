"""API keys, and the answers kept for idempotent requests."""

"""API keys, trusts, used tokens, and the answers kept for idempotent requests."""

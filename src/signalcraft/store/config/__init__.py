"""Configuration: the transaction that writes it, its history, references, import and export."""

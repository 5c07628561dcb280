"""The commands, one module each where they share nothing."""

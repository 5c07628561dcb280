"""The `signalcraft` command."""

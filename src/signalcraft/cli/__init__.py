"""The `signalcraft` command."""

from signalcraft.cli.main import main

__all__ = ["main"]

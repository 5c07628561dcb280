"""SignalCraft: on-call and alert-routing configuration as code."""

__version__ = "0.1.0"

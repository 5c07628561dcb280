"""The HTTP API: operations declared as data over the registry of kinds."""

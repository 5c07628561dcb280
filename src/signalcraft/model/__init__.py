"""What SignalCraft's configuration consists of: one module per kind, and the registry.

Pure: this package does no I/O and imports nothing else of ours. The HTTP API, the OpenAPI
document, the Terraform provider's types and words, the CRD and the client all come from it.
"""

"""The commands, with one module per part of the service."""

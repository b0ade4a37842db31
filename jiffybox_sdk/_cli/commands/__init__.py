"""The commands, in one module for each part of the service."""

"""The optional dependencies of the command."""

EXTRA = ("click", "platformdirs", "rich")
"""What the extra `cli` brings."""

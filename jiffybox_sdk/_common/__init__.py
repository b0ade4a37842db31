"""Helpers for user values, JSON and secrets, for every layer. They import nothing from the package but exceptions."""

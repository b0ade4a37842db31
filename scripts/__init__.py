"""Generators, and checks of releases."""

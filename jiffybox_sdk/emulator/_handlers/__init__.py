"""Handlers for each of the API's modules, defining each call's effect on the account and its result."""

"""The emulated account's state and how it is saved."""

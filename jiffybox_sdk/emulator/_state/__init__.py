"""The state of the emulated account, and how it is saved."""

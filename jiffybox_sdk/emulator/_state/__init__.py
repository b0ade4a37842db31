"""The emulated account: its objects, snapshots and invariants."""

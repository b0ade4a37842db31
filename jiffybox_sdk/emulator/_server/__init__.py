"""The emulator on a real socket."""

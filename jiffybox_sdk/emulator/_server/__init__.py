"""The emulator as an HTTP server."""

"""The emulator as an HTTP server."""

STOPPING = "jiffybox_sdk.stopping"
"""Key in the ASGI scope for an event: the server is about to stop."""

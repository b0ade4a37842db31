"""A second opinion on what the service does, to hold the SDK and its emulator against."""

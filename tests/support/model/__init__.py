"""An independent model of the service, to compare the SDK and its emulator with."""

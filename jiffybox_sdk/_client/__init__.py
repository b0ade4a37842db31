"""How calls are made, for both faces. No I/O outside `transport/`."""

"""The way of a call, beneath both faces. No I/O outside `transport/`."""

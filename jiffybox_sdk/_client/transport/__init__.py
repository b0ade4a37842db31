"""One request: the token, the deadline, the connection."""

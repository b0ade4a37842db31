"""One module per part of the API: what the service answers."""

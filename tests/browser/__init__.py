"""Pages in a real browser: the control panel, the docs, the pictures."""

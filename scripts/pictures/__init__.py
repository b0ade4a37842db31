"""Draw the pictures of the docs: `make pictures`. They are SVG files without external resources."""

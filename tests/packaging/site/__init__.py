"""The built docs: links, what programs read, and pages in Chromium."""

"""The output of the command: formats, tables and text."""

"""The command's output: formats, tables and text."""

"""What the command writes: formats, rows, tables."""

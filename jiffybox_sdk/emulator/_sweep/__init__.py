"""Running a program once for each fault that could strike each of its calls."""

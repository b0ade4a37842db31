"""Records without verbs, and the base classes of all records."""

"""Records without verbs, and base classes for all records."""

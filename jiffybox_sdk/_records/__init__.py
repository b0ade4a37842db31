"""Records without verbs, and what all records share."""

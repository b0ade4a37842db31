"""Models of responses and request bodies, generated from the schemas, with their base classes and field types."""

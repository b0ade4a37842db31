"""What payloads look like: models generated from the schemas, and the base classes and field types they are made of."""

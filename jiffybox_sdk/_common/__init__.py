"""What every layer may import: values from users, JSON, secrets. Imports nothing of the package but exceptions."""

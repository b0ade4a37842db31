"""Generated from the schemas by `make generate`. Do not edit."""

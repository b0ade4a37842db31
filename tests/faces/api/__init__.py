# Generated from tests/faces/aio/__init__.py by `make generate`. Do not edit.


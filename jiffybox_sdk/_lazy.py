"""Public names that are imported when they are first used (PEP 562): importing the package costs next to nothing."""

from collections.abc import Mapping
from importlib import import_module


def load(package: str, homes: Mapping[str, str], name: str) -> object:
    """Imports a public name of a package and keeps it there; what its `__getattr__` calls.

    Args:
        package: The package.
        homes: The module in which each of its public names lives.
        name: What was asked for.

    Raises:
        AttributeError: the package has no such name.
    """
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value: object = getattr(import_module(homes[name]), name)
    setattr(import_module(package), name, value)
    return value

"""Public names that are imported on first use (PEP 562), so that importing a package loads nothing else."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(
    package: str, names: Mapping[str, str], modules: str = ""
) -> tuple[list[str], Callable[[str], object], Callable[[], list[str]]]:
    """Return `__all__`, `__getattr__` and `__dir__` for a package.

    Args:
        package: The name of the package.
        names: The public names, separated by spaces, keyed by the module that defines them.
        modules: The public modules of the package, separated by spaces.
    """
    homes = {name: module for module, defined in names.items() for name in defined.split()}

    def getattr_(name: str) -> object:
        if name in homes:
            value: object = getattr(import_module(homes[name]), name)
        elif name in modules.split():
            value = import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, value)
        return value

    def dir_() -> list[str]:
        return sorted([*homes, *modules.split()])

    return sorted(homes), getattr_, dir_

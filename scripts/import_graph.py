"""The layers of the package, and the graph of its imports. A test compares them, and a picture shows them."""

import ast
from dataclasses import dataclass
from pathlib import Path

import jiffybox_sdk

PACKAGE = Path(jiffybox_sdk.__file__).parent


@dataclass(frozen=True)
class Layer:
    """Modules and packages that may import each other, and those of lower layers."""

    title: str
    members: tuple[str, ...]


LAYERS = [
    Layer(
        "What everything needs",
        (
            *("exceptions", "_version", "_lazy", "_common", "clock", "models._base", "models._fields"),
            *("models.responses.message", "models.responses.message_type"),
        ),
    ),
    Layer("Models, and records without verbs", ("models", "_records")),
    Layer(
        "What is wrong or new in a payload",
        ("validation._findings", "validation._json_text", "validation._shapes", "validation._walk", "schemas"),
    ),
    Layer("How a call is made", ("_client", "operations", "drift")),
    Layer("Clients, and records with verbs", ("aio", "api")),
    Layer("Payloads without a client", ("validation",)),
    Layer("The emulated service", ("emulator",)),
    Layer("Command and fixtures", ("_cli", "__main__", "pytest_plugin")),
]
"""From the bottom up."""


def module_names() -> dict[str, Path]:
    """Return the modules below the package with their files. The package itself only re-exports."""
    names: dict[str, Path] = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        names[name.removesuffix(".__init__")] = path
    del names["__init__"]
    return names


MODULES = module_names()


def imports_of(name: str) -> set[str]:
    """Return the modules that a module imports, wherever in its code."""
    package = name if MODULES[name].stem == "__init__" else name.rpartition(".")[0]
    imported: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                start = ".".join([*above, *([node.module] if node.module else [])])
            elif start.split(".")[0] != "jiffybox_sdk":
                continue
            start = start.removeprefix("jiffybox_sdk").removeprefix(".")
            for alias in node.names:
                full = f"{start}.{alias.name}".removeprefix(".")
                imported.add(full if full in MODULES else start)
        elif isinstance(node, ast.Import):
            imported |= {alias.name.removeprefix("jiffybox_sdk.") for alias in node.names}
    # An `__init__` that re-exports names lazily does not evade the layers: it counts as the modules that it names.
    return imported & MODULES.keys() - {name}


GRAPH = {name: imports_of(name) for name in MODULES}


def layer_of(name: str) -> int:
    """Return the number of the layer that a module belongs to: that of its longest listed prefix."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        for number, layer in enumerate(LAYERS):
            if prefix in layer.members:
                return number
    raise ValueError(f"{name} is in no layer")


def reachable(name: str) -> set[str]:
    """Return the modules that a module imports, directly or not."""
    seen: set[str] = set()
    pending = [name]
    while pending:
        new = GRAPH[pending.pop()] - seen
        seen |= new
        pending += new
    return seen

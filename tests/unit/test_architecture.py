"""Imports go downwards, there are no import circles, and what is not public has an underscore.

Imports that only type checkers see count as well.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import jiffybox_sdk

PACKAGE = Path(jiffybox_sdk.__file__).parent

LAYERS = [
    (
        "exceptions _version _lazy _common clock "
        "models._base models._fields models.responses.message models.responses.message_type"
    ),
    "models _records",
    "validation._findings validation._json_text validation._shapes validation._walk schemas",
    "_client operations drift",
    "aio api",
    "validation",
    "emulator",
    "_cli __main__ pytest_plugin",
]
"""From the bottom up. A module may import those of its own layer and of lower ones."""

LEAVES = ("_common.operation", "_common.drift_entry", "_common.standing", "models.responses.message")
"""The modules that `exceptions` names in type hints, which therefore must not import it."""

FACES = [
    {f"{face}.{module}" for module in ("backups", "box", "checks", "client", "contact_groups", "ips")}
    for face in ("aio", "api")
]
"""The records of a face and its client name each other: the only circles."""


def module_names() -> dict[str, Path]:
    """The modules below the package; the package itself only re-exports."""
    names: dict[str, Path] = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        names[name.removesuffix(".__init__")] = path
    del names["__init__"]
    return names


MODULES = module_names()


def imports_of(name: str) -> set[str]:
    """The modules that a module imports, wherever in its code."""
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
    """The number of the layer that a module belongs to: that of its longest listed prefix."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        for number, layer in enumerate(LAYERS):
            if prefix in layer.split():
                return number
    raise AssertionError(f"{name} is in no layer")


def reachable(name: str) -> set[str]:
    seen: set[str] = set()
    pending = [name]
    while pending:
        new = GRAPH[pending.pop()] - seen
        seen |= new
        pending += new
    return seen


def circles() -> Iterator[set[str]]:
    seen: set[str] = set()
    for name in GRAPH:
        circle = {other for other in reachable(name) if name in reachable(other)}
        if circle and name not in seen:
            seen |= circle
            yield circle


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_its_own_layer_and_lower_ones(name: str) -> None:
    assert [other for other in sorted(GRAPH[name]) if layer_of(other) > layer_of(name)] == []


def test_records_and_client_of_a_face_are_the_only_circles() -> None:
    assert sorted(map(sorted, circles())) == sorted(map(sorted, FACES))
    assert all(len(face) <= 6 for face in FACES)


def test_without_the_faces_the_graph_has_an_order() -> None:
    rest = {name: others for name, others in GRAPH.items() if not any(name in face for face in FACES)}
    try:
        list(TopologicalSorter(rest).static_order())
    except CycleError as error:
        pytest.fail(str(error))


@pytest.mark.parametrize("leaf", LEAVES)
def test_what_exceptions_name_does_not_import_them(leaf: str) -> None:
    assert "exceptions" not in reachable(leaf)


def test_only_the_transport_and_the_emulators_adapters_import_httpx() -> None:
    users = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) and "httpx" in {alias.name for alias in node.names}
    }
    assert {name for name in users if not name.startswith("_client.transport.")} == {
        "aio._connection",  # in type hints: users may pass a transport of their own
        "api._connection",
        "emulator._transport",
    }


def test_the_root_has_at_most_twelve_modules() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 12

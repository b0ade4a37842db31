"""Imports go downwards, there are no import circles, and what is not public has an underscore.

Imports that only type checkers see count as well.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from scripts.import_graph import GRAPH, MODULES, PACKAGE, layer_of, reachable

LEAVES = ("_common.operation", "_common.drift_entry", "_common.standing", "models.responses.message")
"""The modules that `exceptions` names in type hints, which therefore must not import it."""

FACES = [
    {f"{face}.{module}" for module in ("backups", "box", "checks", "client", "contact_groups", "ips")}
    for face in ("aio", "api")
]
"""The records of a face and its client name each other: the only circles."""


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

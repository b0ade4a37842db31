"""Snapshots with one changed value: rejected when they are restored, or good for all later responses and snapshots."""

import json
from collections.abc import Iterator
from copy import deepcopy

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator, JiffyArgumentException
from jiffybox_sdk.emulator import TOKEN, ServiceRequest, Snapshot
from tests.support.accounts import VERSION_1
from tests.support.schema_tools import members

GOOD: JsonValue = json.loads(VERSION_1.read_bytes())
VALUES: list[JsonValue] = [None, "", "CREATING", "1", 0, -1, 1e12, 1e300, True, [], [None], {"a": 1}]
WEEK = 7 * 86_400

Path = tuple[str | int, ...]


def paths(node: JsonValue, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each value in a snapshot."""
    if isinstance(node, dict | list):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield (*path, key)
            yield from paths(inner, (*path, key))


def names() -> dict[str, list[Path]]:
    """Return the paths of the values by name, without the ids and indices of objects."""
    found: dict[str, list[Path]] = {}
    for path in paths(GOOD):
        found.setdefault(".".join("*" if str(step).isdigit() else str(step) for step in path), []).append(path)
    return found


def changed(path: Path, value: JsonValue) -> Snapshot:
    """Return the snapshot with another value."""
    content: JsonValue = deepcopy(GOOD)
    node = content
    *steps, last = path
    for step in steps:
        node = node[step]  # type: ignore[index] # the path leads through objects and lists
    node[last] = value  # type: ignore[index] # likewise
    return Snapshot(json.dumps(content).encode())


def read_all(emulator: Emulator) -> None:
    """Read every object. With `self_check`, each response is validated."""
    account = members(members(json.loads(emulator.snapshot().state))["account"])
    boxes, checks = members(account["boxes"]), members(account["checks"])
    parts = ["jiffyBoxes", "backups", "ips", "contactGroups", "monitoring"]
    parts += [f"{module}/{box}" for box in boxes for module in ("jiffyBoxes", "backups", "ips")]
    parts += [f"contactGroups/{group}" for group in members(account["groups"])]
    parts += [f"monitoring/{check}{part}" for check in checks for part in ("", "/status")]
    for part in parts:
        emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/{part}"))
    emulator.restore(emulator.snapshot())


@pytest.mark.parametrize("name", names())
def test_a_changed_snapshot_is_rejected_or_stays_valid(name: str) -> None:
    emulator = Emulator("manual")
    first, *others = names()[name]
    for path in (first, *others[-1:]):
        for value in VALUES:
            try:
                emulator.restore(changed(path, value))
            except JiffyArgumentException:
                continue
            read_all(emulator)
            emulator.run_until_idle()
            read_all(emulator)
            emulator.advance(WEEK)
            read_all(emulator)

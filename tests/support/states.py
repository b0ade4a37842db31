"""The states of a box, how to reach them, and the commands that each accepts."""

from collections.abc import Callable

from jiffybox_sdk import Box, Emulator, JiffyBox

VERBS: dict[str, Callable[[Box], object]] = {
    "start": Box.start,
    "stop": Box.stop,
    "pull_plug": Box.pull_plug,
    "freeze": Box.freeze,
    "thaw": lambda box: box.thaw(44),
    "change_plan": lambda box: box.change_plan(45),
    "duplicate": lambda box: box.duplicate("copy", 44),
    "update_metadata": lambda box: box.update_metadata({"a": 1}),
    "delete": Box.delete,
}
ACCEPTED = {
    "creating": set[str](),
    "running": {"stop", "pull_plug", "duplicate", "update_metadata"},
    "stopped": {"start", "freeze", "change_plan", "duplicate", "update_metadata", "delete"},
    "stopping": set[str](),
    "freezing": set[str](),
    "frozen": {"thaw", "update_metadata"},
    "thawing": set[str](),
    "changing": set[str](),
    "deleting": set[str](),
    "being copied": set[str](),
}


def box_in_state(client: JiffyBox, emulator: Emulator, state: str) -> Box:
    """Return a box in a state."""
    box = client.create_box("web", 44, distribution="debian_stretch_64bit")
    steps: dict[str, list[Callable[[Box], object]]] = {
        "creating": [],
        "running": [Box.refresh],
        "being copied": [lambda box: box.duplicate("other", 44)],
        "stopping": [Box.stop],
        "stopped": [Box.stop, Box.refresh],
        "freezing": [Box.stop, Box.freeze],
        "frozen": [Box.stop, Box.freeze, Box.refresh],
        "thawing": [Box.stop, Box.freeze, lambda box: box.thaw(44)],
        "changing": [Box.stop, lambda box: box.change_plan(45)],
        "deleting": [Box.stop, Box.delete],
    }
    for step in steps[state]:
        emulator.run_until_idle()
        step(box)
    return box.refresh()

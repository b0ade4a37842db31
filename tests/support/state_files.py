"""Opens state files, and looks into them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator import Snapshot
from tests.support.scripted import TOKEN


def opened(file: Path) -> Emulator:
    return Emulator("manual", token=TOKEN, state=file)


def create(emulator: Emulator, name: str = "web") -> None:
    emulator.client().create_box(name, 44, distribution="centos_7_64bit")


def names(emulator: Emulator) -> list[str]:
    return [box.name for box in emulator.client().boxes()]


def files(file: Path) -> set[str]:
    """Return the names of the files in the same folder."""
    return {path.name for path in file.parent.iterdir()}


def saved(file: Path) -> Snapshot:
    """Return what a state file contains."""
    emulator = Emulator("manual", token=TOKEN, state=file)
    return emulator.snapshot()


def rows(file: Path) -> list[tuple[object, ...]]:
    """Return all rows of a state file."""
    with closing(sqlite3.connect(file)) as connection:
        return [
            *connection.execute("SELECT * FROM account"),
            *connection.execute("SELECT name, id, revision, json FROM objects ORDER BY name, id"),
        ]

"""A terminal session from the creation of a box to its deletion, for tests and for the picture in the README."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyte.screens import Char

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.scripted import TOKEN
from tests.support.terminal import QUESTION, Terminal

COLUMNS = 92
SEED = {
    "boxes": [
        {"name": "db", "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN"},
        {"name": "cache", "planid": 44, "distribution": "centos_7_64bit"},
    ]
}

TYPED = "jiffybox --local"
"""The start of each command in the picture: `--local` works without a service."""

QUICKLY = ("--poll", "0.05")
"""Hidden options of commands that wait, to speed up tests."""


@dataclass(frozen=True)
class Step:
    """A command of the session.

    Attributes:
        lines: The final output as text.
        styles: The first cell of each word.
        waiting: The output while it waited, if it did.
        code: The exit code.
        names: The names of the remaining boxes.
    """

    lines: Sequence[str]
    styles: dict[str, Char]
    waiting: Sequence[str]
    code: int
    names: Sequence[str]


@dataclass(frozen=True)
class Session:
    """A recorded session.

    Attributes:
        steps: The commands.
        picture: The cells of the screen while the last command waits.
        cursor: Whether the cursor is visible at the end.
    """

    steps: Sequence[Step]
    picture: Sequence[Sequence[Char]]
    cursor: bool


def record(last: str = r"DELETING \d") -> Session:
    """Record the session. Pending work of the emulated service is completed once the wait for it is visible.

    Args:
        last: A pattern for the output of the last command at which the picture is taken.
    """
    emulator = Emulator("manual", token=TOKEN, seed=SEED)
    with running(emulator) as url, Terminal(service(url), columns=COLUMNS, typed=TYPED) as terminal:
        pictures: list[Sequence[Sequence[Char]]] = []

        def wait(pattern: str) -> Sequence[str]:
            terminal.until(pattern)
            lines = terminal.lines
            pictures.append(terminal.cells)
            emulator.run_until_idle()
            return lines

        def step(*arguments: str, waits: str = "", answer: str = "") -> Step:
            terminal.start(*arguments, hidden=QUICKLY if waits else ())
            if answer:
                terminal.until(QUESTION)
                terminal.press(f"{answer}\r")
            waiting = wait(waits) if waits else ()
            code = terminal.end()
            names = [box.name for box in emulator.client().boxes()]
            return Step(terminal.lines, terminal.styles, waiting, code, names)

        steps = [
            step("box", "create", "web", "CloudLevel 1", "debian_stretch_64bit", "--wait", waits=r"CREATING \d"),
            step("box", "list", "--columns", "name,status,plan.ramInMB,address"),
            step("cost"),
            step("box", "stop", "web", "cache", "--wait", waits=r"cache.*UPDATING \d"),
            step("box", "delete", "web", "--wait", answer="n"),
            step("box", "delete", "web", "--wait", answer="y", waits=last),
        ]
        return Session(steps, pictures[-1], not terminal.screen.cursor.hidden)


def service(url: str) -> dict[str, str]:
    """Return the environment variables that configure a service."""
    return {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN}

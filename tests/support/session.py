"""A session at a terminal, from the creation of a box to its deletion: tests look at it, and the README shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyte.screens import Char

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.scripted import TOKEN
from tests.support.terminal import QUESTION, Terminal

COLUMNS = 92
SEED = {"boxes": [{"name": "db", "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN"}]}

TYPED = "jiffybox --local"
"""How each command begins in the picture: as who has no service can type it."""

QUICKLY = ("--poll", "0.05")
"""What is said besides to each command that waits, since tests are in a hurry."""


@dataclass(frozen=True)
class Step:
    """A command of the session.

    Attributes:
        lines: What it has shown in the end, as text.
        styles: The first cell of each word of it.
        waiting: What it showed while it waited; nothing if it did not.
        code: Its exit code.
        names: The boxes there are after it.
    """

    lines: Sequence[str]
    styles: dict[str, Char]
    waiting: Sequence[str]
    code: int
    names: Sequence[str]


@dataclass(frozen=True)
class Session:
    """What was seen of the session.

    Attributes:
        steps: Each command.
        picture: The screen while the last of them waits, as cells.
        cursor: Whether the cursor is there in the end.
    """

    steps: Sequence[Step]
    picture: Sequence[Sequence[Char]]
    cursor: bool


def record(last: str = r"DELETING \d") -> Session:
    """Has the session at a terminal. What the emulated service is at is done once the wait for it was seen.

    Args:
        last: A pattern of what the last command shows when the picture is taken.
    """
    emulator = Emulator("manual", token=TOKEN, seed=SEED)
    with running(emulator) as url, Terminal(service(url), columns=COLUMNS, typed=TYPED) as terminal:
        taken: list[Sequence[Sequence[Char]]] = []

        def wait(shows: str) -> Sequence[str]:
            terminal.until(shows)
            seen = terminal.lines
            taken.append(terminal.cells)
            emulator.run_until_idle()
            return seen

        def step(*arguments: str, waits: str = "", answer: str = "") -> Step:
            terminal.start(*arguments, besides=QUICKLY if waits else ())
            if answer:
                terminal.until(QUESTION)
                terminal.press(f"{answer}\r")
            waiting = wait(waits) if waits else ()
            code = terminal.end()
            names = [box.name for box in emulator.client().boxes()]
            return Step(terminal.lines, terminal.styles, waiting, code, names)

        steps = [
            step("box", "create", "web", "CloudLevel 1", "debian_stretch_64bit", "--wait", waits=r"CREATING \d"),
            step("box", "list"),
            step("cost"),
            step("box", "stop", "web", "--wait", waits=r"UPDATING \d"),
            step("box", "delete", "web", "--wait", answer="n"),
            step("box", "delete", "web", "--wait", answer="y", waits=last),
        ]
        return Session(steps, taken[-1], not terminal.screen.cursor.hidden)


def service(url: str) -> dict[str, str]:
    """What leads the command to an emulated service."""
    return {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN}

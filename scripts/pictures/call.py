"""The modules that a call passes, as seen in a call to the emulator."""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import jiffybox_sdk
from jiffybox_sdk import Emulator
from scripts.pictures.drawing import LINE, MARGIN, SIZE, SMALL, WIDTH, Drawing

PACKAGE = Path(jiffybox_sdk.__file__).parent
STEP_WIDTH = WIDTH - 2 * MARGIN


@dataclass(frozen=True)
class Step:
    """A module or package that a call passes, and what it does there."""

    place: str
    work: str


DOWN = (
    Step("api/box.py", "the verb, in one line"),
    Step("operations.py", "checks the arguments, returns an Operation"),
    Step("api/_connection.py", "runs the attempts, raises what failed"),
    Step("_client/retry_loop.py", "makes the attempts, by the rules of retries"),
    Step("_client/transport/", "adds the token, keeps the time limits"),
)
UP = Step("_client/response.py", "bytes → envelope → model")
"""It passes its result to the loop of attempts."""


def passed() -> list[str]:
    """Return the modules and packages of the steps in the order in which a call first enters them."""
    client = Emulator().client()
    box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit").wait_for_status().stop()
    box = box.wait_for_status()
    places: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(PACKAGE):
            name = file.relative_to(PACKAGE).as_posix()
            places.update(dict.fromkeys(step.place for step in (*DOWN, UP) if name.startswith(step.place)))

    sys.setprofile(note)
    try:
        box.start()
    finally:
        sys.setprofile(None)
    return [*places]


def call() -> str:
    """Return the picture."""
    expected = [step.place for step in (*DOWN, UP)]
    taken = passed()
    assert taken == expected, f"a call passes {taken}, not {expected}"
    told = ", ".join(f"{step.place} ({step.work})" for step in (*DOWN, UP))
    drawing = Drawing("How a call is made", f"box.start() passes {told}. The result goes the same way back.")
    height, gap = 22 + 2 * LINE, 26
    left, right = MARGIN + 40, WIDTH - MARGIN - 40
    y = float(MARGIN)
    drawing.text(MARGIN + 12, y + SIZE, "box.start()", code=True, bold=True)
    drawing.text(WIDTH - MARGIN - 12, y + SIZE, "Box, or an exception", anchor="end", bold=True)
    y += LINE
    for number, step in enumerate(DOWN):
        last = number == len(DOWN) - 1
        drawing.line((left, y + 3), (left, y + gap - 1), arrow=True)
        if not last:
            drawing.line((right, y + gap), (right, y + 4), arrow=True)
        y += gap
        width = STEP_WIDTH - (80 if last else 0)
        _step(drawing, y, step, width)
        y += height
    loop = y - height - gap
    drawing.line((left, y + 3), (left, y + gap - 1), arrow=True)
    drawing.text(left + 10, y + gap / 2 + 5, "request", colour="dim", size=SMALL)
    y += gap
    drawing.box(MARGIN, y, 110, height, dashed=True)
    drawing.text(MARGIN + 55, y + height / 2 + 5, "the service", anchor="middle")
    drawing.line((MARGIN + 112, y + height / 2), (MARGIN + 148, y + height / 2), arrow=True)
    x = MARGIN + 150
    drawing.box(x, y, WIDTH - MARGIN - x, height)
    drawing.text(x + 12, y + 24, UP.place, code=True, size=SMALL, bold=True)
    drawing.text(x + 12, y + 24 + LINE, UP.work, size=SMALL, colour="dim")
    drawing.line((right, y), (right, loop + 4), arrow=True)
    return drawing.svg(y + height + MARGIN)


def _step(drawing: Drawing, y: float, step: Step, width: float) -> None:
    drawing.box(MARGIN, y, width, 22 + 2 * LINE)
    drawing.text(MARGIN + 12, y + 24, step.place, code=True, size=SMALL, bold=True)
    drawing.text(MARGIN + 12, y + 24 + LINE, step.work, size=SMALL, colour="dim")

"""Two calls that meet faults: which attempts are repeated, and when, as the client reports them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jiffybox_sdk import Attempt, Emulator, JiffyBox, JiffyException
from jiffybox_sdk._client.retry_loop import JITTER
from jiffybox_sdk._common.call_names import CallName
from jiffybox_sdk.emulator import Fault, FaultOptions
from scripts.pictures.drawing import LINE, MARGIN, SIZE, SMALL, WIDTH, Colour, Drawing

NO_CONNECTION: FaultOptions = {"refuse": True}
BUSY: FaultOptions = {"status": 503, "retry_after": "3"}
LOST: FaultOptions = {"drop": True, "moment": "after"}


@dataclass(frozen=True)
class Scene:
    """A call, and the faults that its attempts meet one after the other."""

    title: str
    name: CallName
    call: Callable[[JiffyBox], object]
    faults: tuple[FaultOptions, ...]


SCENES = (
    Scene("A call that reads", "list_boxes", lambda client: client.boxes(), (NO_CONNECTION, BUSY, LOST)),
    Scene(
        "A call that changes something",
        "create_box",
        lambda client: client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit"),
        (NO_CONNECTION, LOST),
    ),
)

TEXTS = {
    "not_connected": "no connection",
    "busy": "busy, try again in 3 s",
    "lost": "response lost",
    "success": "result",
}

COLOURS: Mapping[str, Colour] = {"not_connected": "bad", "busy": "text", "lost": "bad", "success": "good"}

_CLIENT, _SERVICE, _MIDDLE = MARGIN + 40.0, WIDTH - MARGIN - 40.0, WIDTH / 2


def play(scene: Scene) -> tuple[list[Attempt], str]:
    """Make a call. Return its attempts, and the name of its exception, if it has one."""
    made: list[Attempt] = []
    emulator = Emulator()
    for number, fault in enumerate(scene.faults):
        emulator.inject(Fault.model_validate({"call": scene.name, **fault, "skip": number}))
    JITTER.get().seed(3)
    try:
        scene.call(emulator.client(on_attempt=made.append))
    except JiffyException as error:
        return made, type(error).__name__
    return made, ""


def retries() -> str:
    """Return the picture."""
    played = [(scene, *play(scene)) for scene in SCENES]
    drawing = Drawing("Retries", " ".join(_told(scene, made, error) for scene, made, error in played))
    y = float(MARGIN)
    for scene, made, error in played:
        drawing.text(MARGIN, y + SIZE, scene.title, bold=True)
        drawing.text(WIDTH - MARGIN, y + SIZE, scene.name, anchor="end", code=True, colour="dim")
        y += LINE + 10
        top = y
        for x, name in ((_CLIENT, "client"), (_SERVICE, "service")):
            drawing.box(x - 40, y, 80, 26)
            drawing.text(x, y + 18, name, anchor="middle", size=SMALL, bold=True)
        y += 30
        ends = y + sum(map(_height, made)) + 6
        for x in (_CLIENT, _SERVICE):
            drawing.line((x, top + 26), (x, ends), dashed=True, colour="edge")
        for attempt in made:
            _draw(drawing, y, attempt)
            y += _height(attempt)
        colour: Colour = "bad" if error else "good"
        drawing.text(MARGIN, y + 24, f"raises {error}" if error else "returns the result", colour=colour, bold=True)
        y += 56
    return drawing.svg(y - 56 + 24 + MARGIN)


def _draw(drawing: Drawing, y: float, attempt: Attempt) -> None:
    """Draw the arrows of an attempt: the request, and the response or what became of it."""
    outcome = attempt.outcome
    connected, answered = outcome != "not_connected", outcome not in ("not_connected", "lost")
    drawing.text(_MIDDLE, y + 14, f"attempt {attempt.number}", anchor="middle", size=SMALL)
    drawing.line((_CLIENT, y + 24), (_SERVICE if connected else _MIDDLE, y + 24), arrow=connected)
    drawing.text(_MIDDLE, y + 43, TEXTS[outcome], anchor="middle", size=SMALL, colour=COLOURS[outcome])
    if connected:
        drawing.line((_SERVICE, y + 52), (_CLIENT if answered else _MIDDLE, y + 52), arrow=answered)
    if not answered:
        crossed = y + (52 if connected else 24)
        for sign in (1, -1):
            drawing.line((_MIDDLE - 5, crossed - 5 * sign), (_MIDDLE + 5, crossed + 5 * sign), colour="bad")
    if attempt.retry_in is not None:
        drawing.text(_CLIENT + 8, y + 72, f"waits {attempt.retry_in:.1f} s", size=SMALL, colour="dim")


def _height(attempt: Attempt) -> float:
    return 60 if attempt.retry_in is None else 80


def _told(scene: Scene, made: list[Attempt], error: str) -> str:
    outcomes = ", then ".join(TEXTS[attempt.outcome] for attempt in made)
    return f"{scene.title}, {scene.name}: {outcomes}; it {f'raises {error}' if error else 'returns'}."

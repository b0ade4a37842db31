"""The states of a box, and what changes them, found by trying every verb in every state of the emulator."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from jiffybox_sdk import Box, Emulator, JiffyBox, JiffyMessageException
from scripts.pictures.drawing import LINE, MARGIN, SMALL, WIDTH, Drawing, width_of

Verb = Callable[[Emulator, Box], object]

PLAN, DISTRIBUTION = "CloudLevel 1", "debian_stretch_64bit"
NO_BOX = "no box"

_HEAD, _ROW = 84, 48
"""The width of a state, and the height of a row."""


@dataclass(frozen=True)
class Transition:
    """What a verb does to a box: the states before and after it, and the status while the service works."""

    verb: str
    before: str
    meanwhile: str
    after: str


def restore(emulator: Emulator, box: Box) -> None:
    """Restore a box from a backup, which is made first."""
    box.backups().create_manual()
    emulator.run_until_idle()
    box.backups().restore("manual")


def create(client: JiffyBox) -> Box:
    """Create a box."""
    return client.create_box("web", PLAN, distribution=DISTRIBUTION)


def duplicate(client: JiffyBox) -> Box:
    """Create a box from another one."""
    return create(client).wait_for_status().duplicate("copy", PLAN)


MAKERS = {"create_box()": create, "duplicate()": duplicate}
VERBS: Mapping[str, Verb] = {
    "stop()": lambda _, box: box.stop(),
    "pull_plug()": lambda _, box: box.pull_plug(),
    "start()": lambda _, box: box.start(),
    "change_plan()": lambda _, box: box.change_plan(PLAN),
    "freeze()": lambda _, box: box.freeze(),
    "thaw()": lambda _, box: box.thaw(PLAN),
    "delete()": lambda _, box: box.delete(),
    "backups().restore()": restore,
}
OTHERS: Mapping[str, Verb] = {
    "duplicate()": lambda _, box: box.duplicate("copy", PLAN),
    "update_metadata()": lambda _, box: box.update_metadata({"role": "web"}),
    "backups().create_manual()": lambda _, box: box.backups().create_manual(),
}
"""Verbs that do not change the state of their box."""


def state_of(emulator: Emulator) -> str:
    """Return the state of the newest box."""
    if boxes := emulator.client().boxes():
        status = boxes[-1].status
        return f"{status} {'on' if boxes[-1].running else 'off'}" if status == "READY" else str(status)
    return NO_BOX


def transitions(verbs: Mapping[str, Verb] = VERBS) -> list[Transition]:
    """Return all transitions, those from a state together."""
    found: list[Transition] = []
    pending: dict[str, Emulator] = {}
    for verb, make in MAKERS.items():
        emulator = Emulator()
        box = make(emulator.client())
        meanwhile = str(box.status)
        pending.setdefault(meanwhile, emulator.copy("manual"))
        emulator.run_until_idle()
        after = state_of(emulator)
        found.append(Transition(verb, NO_BOX, meanwhile, after))
        pending.setdefault(after, emulator)
    seen = {NO_BOX}
    while pending:
        before, emulator = pending.popitem()
        seen.add(before)
        for verb, call in verbs.items():
            trial = emulator.copy("manual")
            try:
                call(trial, trial.client().boxes()[-1])
            except JiffyMessageException:  # not in this state
                continue
            meanwhile = state_of(trial)
            if meanwhile not in seen:
                pending.setdefault(meanwhile, trial.copy("manual"))
            trial.run_until_idle()
            after = state_of(trial)
            found.append(Transition(verb, before, meanwhile, after))
            if after not in seen:
                pending[after] = trial
    return found


def table() -> str:
    """Return the table of all verbs, with the states that allow them."""
    rows = ["| verb | allowed in state | meanwhile | then |", "| --- | --- | --- | --- |"]
    found = [one for one in transitions({**VERBS, **OTHERS}) if one.verb == "create_box()" or one.before != NO_BOX]
    for verb in dict.fromkeys(one.verb for one in found):
        those = [one for one in found if one.verb == verb]
        before, *later = zip(*((one.before, one.meanwhile, one.after) for one in those), strict=True)
        cells = [_shown(before), *("as before" if states == before else _shown(states) for states in later)]
        rows.append(f"| `{verb}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def _shown(states: Iterable[str]) -> str:
    """Return states in words."""
    return " or ".join(re.sub("^[A-Z ]*[A-Z]", r"`\g<0>`", state) for state in sorted(set(states), reverse=True))


def states() -> str:
    """Return the picture."""
    found = transitions()
    names = [*dict.fromkeys(state for transition in found for state in (transition.before, transition.after))]
    step = (WIDTH - 2 * MARGIN - _HEAD) / (len(names) - 1)
    lanes = {name: MARGIN + _HEAD / 2 + step * number for number, name in enumerate(names)}
    rows = [*_rows(found)]
    told = (f"{verbs}: from {before} by {meanwhile} to {after}." for verbs, before, meanwhile, after in rows)
    drawing = Drawing("The states of a box", " ".join(told))
    bottom = MARGIN + 36 + _ROW * len(rows)
    for name, x in lanes.items():
        drawing.line((x, MARGIN + 30), (x, bottom), dashed=True, colour="edge")
        drawing.box(x - _HEAD / 2, MARGIN, _HEAD, 30, dashed=name == NO_BOX)
        drawing.text(x, MARGIN + 20, name, anchor="middle", size=SMALL, bold=True)
    for number, (verbs, before, meanwhile, after) in enumerate(rows):
        y = MARGIN + 36 + _ROW * number
        start, end = lanes[before], lanes[after]
        label = f"{verbs} {meanwhile}"
        width = width_of(label, SMALL, code=True)
        x = min(min(start, end) + 6, WIDTH - MARGIN - width)
        x += drawing.text(x, y + LINE, verbs, size=SMALL, code=True, halo=True) + width_of(" ", SMALL, code=True)
        drawing.text(x, y + LINE, meanwhile, size=SMALL, code=True, colour="accent", halo=True)
        if start == end:
            drawing.line((start, y + 27), (start + 24, y + 27), (start + 24, y + 39), (start, y + 39), arrow=True)
        else:
            drawing.line((start, y + 32), (end, y + 32), arrow=True)
        drawing.dot(start, y + 27 if start == end else y + 32, 3)
    return drawing.svg(bottom + MARGIN)


def _rows(found: list[Transition]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the verbs that do the same, with the states before, meanwhile and after."""
    for (before, meanwhile, after), group in groupby(found, lambda one: (one.before, one.meanwhile, one.after)):
        yield ", ".join(one.verb for one in group), before, meanwhile, after

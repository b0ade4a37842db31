"""What happens in a history: a value that is drawn from a seed and that can be shortened."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import Fault, FaultOptions
from tests.support.simulation.network import Reaction, Route
from tests.support.simulation.server import PLAIN, Encoding, Ending, Framing, Treatment

BOXES = (10_001, 10_002, 10_003, 10_004)
"""The boxes of the account. The first two are running."""

NO_BOX = 77
"""The id of no box."""

GROUPS = (1, 2)

MAX_WAIT = 8.0
"""The seconds that a call waits for a box."""

RATE_LIMIT = 3, 2.0
"""The requests, and the seconds, of the rate limit of some clients."""

Kind = Literal[
    "read box", "wait for box", "read group", "read plan", "list boxes", "list groups", "create box", "create group",
    "set metadata", "start box", "stop box", "delete box", "rename group"
]  # fmt: skip

Canceller = Literal["task", "scope", "timeout"]

_CANCELLATIONS: Sequence[Canceller] = ("task", "task", "scope", "timeout")

_KINDS: dict[Kind, int] = {
    "read box": 25,
    "wait for box": 6,
    "read group": 8,
    "read plan": 4,
    "list boxes": 4,
    "list groups": 4,
    "create box": 10,
    "create group": 10,
    "set metadata": 12,
    "start box": 4,
    "stop box": 4,
    "delete box": 5,
    "rename group": 5,
}
"""The kinds of calls, with their weights."""

_WITH_LIMIT: Sequence[Kind] = ("create group", "set metadata", "start box", "stop box", "rename group")
"""The kinds of calls that are made with a time limit of their own at times."""

_FAULTS: Sequence[FaultOptions] = (
    {"drop": True, "moment": "before"},
    {"drop": True, "moment": "after"},
    {"status": 500, "moment": "after"},
    {"status": 502, "moment": "before"},
    {"status": 404},
    {"status": 429, "retry_after": "2"},
    {"status": 503, "retry_after": "1.5"},
    {"messages": ["Das geht gerade nicht."]},
    {"body": '{"messages": [', "moment": "after"},
    {"cut": True},
    {"leave_out": "name"},
    {"state": "MELTING"},
    {"latency": 4.0},
)
"""Faults of the emulator that are compatible with what the SDK promises. A service that carries out a call, but answers
that it was too busy, would make any client do it twice."""

_FAULTY_CALLS: Sequence[CallName] = ("get_box", "list_boxes", "create_box", "change_box", "create_contact_group")

_ENDS: Sequence[Ending] = ("keep", "close", "reset", "die")
_LOST = (False, True)
_TROUBLES: Sequence[Sequence[Treatment]] = (
    [Treatment(work=work, answer="nothing", then=then) for work in _LOST for then in _ENDS],
    [Treatment(half=True, then=then) for then in _ENDS],
    [Treatment(work=work, answer="page", status=status) for work in _LOST for status in (500, 502, 503, 504)],
    [
        Treatment(work=False, answer="page", status=status, retry_after=wait)
        for status, wait in ((429, "0"), (429, "1"), (429, "100"), (429, "soon"), (429, None), (503, "2"))
    ],
    [Treatment(work=False, answer="page", status=status) for status in (302, 403)],
    [Treatment(work=work, answer="garbage", then=then) for work in _LOST for then in _ENDS],
    [Treatment(pieces=pieces, gap=gap) for pieces in (3, 40) for gap in (0.01, 0.4, 0.9)],
    [Treatment(surplus="same"), Treatment(surplus="next"), Treatment(surplus="late")],
    [Treatment(then="announce"), *(Treatment(then=then) for then in _ENDS)],
    [
        Treatment(framing=framing, encoding=encoding, pieces=pieces, hint=pieces == 7)
        for framing in get_args(Framing)
        for encoding in get_args(Encoding)
        for pieces in (1, 2, 7)
    ],
)
"""Groups of troubles of the service, from which one is chosen before the trouble itself."""

_REACTIONS: Sequence[Reaction] = ("yes", "yes", "no", "silence")

_TREATMENTS, _ROUTES = 30, 12
"""The number of requests and connections for which trouble may be planned."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """When and how a call is cancelled.

    Attributes:
        how: By `Task.cancel()`, by an anyio cancel scope, or by `asyncio.timeout()`.
        seconds: The time after the start of the call.
        turns: The turns of the event loop after the start of the call, in place of the time.
    """

    how: Canceller
    seconds: float = 0.0
    turns: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A call that a task makes.

    Attributes:
        number: The number of the call in the history, from 1.
        kind: The kind of call.
        subject: The id of the box or group.
        pause: The seconds before the call.
        within: The time limit of the call.
        cancellation: When and how it is cancelled.
    """

    number: int
    kind: Kind
    subject: int
    pause: float = 0.0
    within: float | None = None
    cancellation: Cancellation | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The client's options, and when the service closes idle connections and a task closes the client, in seconds."""

    scheme: Literal["http", "https"] = "http"
    max_connections: int | None = None
    timeout: float = 10.0
    total_timeout: float = 30.0
    attempts: int = 4
    retry_within: float = 60.0
    longest_retry_after: float = 30.0
    rate_limited: bool = False
    keep_alive: float | None = None
    close_at: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A history to be played.

    Attributes:
        seed: The seed that it was drawn from, and that the client's back-off uses.
        settings: The options.
        tasks: The calls of each task.
        treatments: How the service treats the first requests. Later ones are treated well.
        routes: How the network treats the first connections. Later ones have no trouble.
        faults: The emulator's faults.
    """

    seed: int
    settings: Settings
    tasks: tuple[tuple[Step, ...], ...]
    treatments: tuple[Treatment, ...] = ()
    routes: tuple[Route, ...] = ()
    faults: tuple[Fault, ...] = ()


def draw(seed: int) -> Plan:
    """Draw a plan."""
    rng = random.Random(seed)  # noqa: S311 (not a secret)
    settings = Settings(
        scheme=rng.choice(("http", "http", "https")),
        max_connections=rng.choice((1, 1, 2, 2, 3, 5, None)),
        timeout=rng.choice((1.0, 3.0, 10.0)),
        total_timeout=rng.choice((2.0, 5.0, 30.0)),
        attempts=rng.choice((1, 2, 4, 4)),
        retry_within=rng.choice((5.0, 20.0, 60.0)),
        longest_retry_after=rng.choice((2.0, 30.0)),
        rate_limited=rng.random() < 0.05,
        keep_alive=rng.choice((None, None, 0.5, 2.0, 5.0)),
        close_at=rng.uniform(0, 5) if rng.random() < 0.05 else None,
    )
    trouble = rng.choice((0.0, 0.15, 0.3, 0.6))
    cancelled = rng.choice((0.0, 0.2, 0.6))
    latency = rng.choice((0.0, 0.0, 0.001, 0.05))
    numbers = iter(range(1, 100))
    tasks = tuple(
        tuple(_step(rng, next(numbers), cancelled, latency) for _ in range(rng.randint(1, 3)))
        for _ in range(rng.choice((1, 2, 2, 3, 4)))
    )
    return Plan(
        seed,
        settings,
        tasks,
        tuple(_treatment(rng) if rng.random() < trouble else PLAIN for _ in range(_TREATMENTS)),
        tuple(_route(rng, latency, trouble) for _ in range(_ROUTES)),
        tuple(_fault(rng) for _ in range(rng.choice((0, 0, 1, 2))) if trouble),
    )


def _step(rng: random.Random, number: int, cancelled: float, latency: float) -> Step:
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    subject = rng.choice(GROUPS) if "group" in kind else NO_BOX if rng.random() < 0.05 else rng.choice(BOXES)
    return Step(
        number,
        kind,
        subject,
        pause=rng.choice((0.0, 0.0, rng.uniform(0, 0.2), rng.uniform(0, 8))),
        within=rng.uniform(0.1, 8) if rng.random() < 0.1 and kind in _WITH_LIMIT else None,
        cancellation=_cancellation(rng, latency) if rng.random() < cancelled else None,
    )


def _cancellation(rng: random.Random, latency: float) -> Cancellation:
    how = rng.choice(_CANCELLATIONS)
    if how != "timeout" and rng.random() < 0.6:
        return Cancellation(how, turns=rng.randint(0, 40))
    return Cancellation(how, rng.uniform(0, rng.choice((6 * latency, 0.2, 6.0))))


def _treatment(rng: random.Random) -> Treatment:
    delay = rng.choice((0.0, 0.0, rng.uniform(0, 0.3), rng.uniform(0, 8)))
    before, after = (delay, 0.0) if rng.random() < 0.5 else (0.0, delay)
    return replace(rng.choice(rng.choice(_TROUBLES)), before=before, after=after)


def _route(rng: random.Random, latency: float, trouble: float) -> Route:
    if rng.random() >= trouble / 2:
        return Route(latency)
    breaks_after = rng.choice((None, rng.randint(0, 900)))
    return Route(latency, rng.choice(_REACTIONS), rng.choice(_REACTIONS), breaks_after, rng.random() < 0.5)


def _fault(rng: random.Random) -> Fault:
    options = rng.choice(_FAULTS).copy()
    options["skip"], options["times"] = rng.randint(0, 2), rng.randint(1, 2)
    return Fault(call=rng.choice(_FAULTY_CALLS), **options)

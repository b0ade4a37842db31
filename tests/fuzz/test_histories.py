"""Simulated histories: no invariant is broken, a seed replays exactly, and planted bugs are found."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpcore
import pytest

from jiffybox_sdk._client.retry_loop import RetryLoop
from jiffybox_sdk._client.transport import async_pool, pool
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.deadline import AsyncWire
from jiffybox_sdk._common.operation import Operation
from tests.support.simulation.history import play
from tests.support.simulation.invariants import broken
from tests.support.simulation.plans import draw
from tests.support.simulation.report import explain
from tests.support.simulation.virtual_loop import Deadlock, run

ROOT = Path(__file__).parents[2]

MOST_HISTORIES = 2000
"""The number of histories within which a planted bug must be found."""

Plant = Callable[[pytest.MonkeyPatch], None]

REPLAY = """
import hashlib
from tests.support.simulation.history import play
from tests.support.simulation.plans import draw
for seed in range(40):
    print(seed, hashlib.sha256(str(play(draw(seed))).encode()).hexdigest())
"""


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_histories_break_no_invariant(first: int) -> None:
    assert [text for seed in range(first, first + 100) if (text := explain(seed))] == []


def test_a_seed_gives_the_same_history_in_every_process() -> None:
    outputs = [
        subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-c", REPLAY],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 40


def test_a_seed_gives_the_same_history_whatever_was_played_before() -> None:
    first = [str(play(draw(seed))) for seed in range(20)]
    assert [str(play(draw(seed))) for seed in reversed(range(20))] == first[::-1]


def always(*_: object) -> bool:
    return True


def never(*_: object) -> bool:
    return False


def reuse_with_unread_bytes(patch: pytest.MonkeyPatch) -> None:
    """The pool reuses a connection on which a surplus answer has arrived."""

    def is_available(connection: httpcore.AsyncHTTPConnection) -> bool:
        return connection.is_available()

    patch.setattr(async_pool, "can_be_reused", is_available)


def reuse_when_readable(patch: pytest.MonkeyPatch) -> None:
    """The pool reuses an idle connection on which something has arrived."""
    patch.setattr(f"{pool.__name__}.Connection.is_readable", never)


def reuse_after_long_idling(patch: pytest.MonkeyPatch) -> None:
    """The pool reuses a connection however long it has been idle."""
    patch.setattr(pool, "IDLE_SECONDS", 3600.0)


def keep_turn_on_cancellation(patch: pytest.MonkeyPatch) -> None:
    """A cancelled call keeps its turn in the pool."""
    leave, kept = pool.Turns.leave, list[pool.Turn]()

    def leave_unless_cancelled(turns: pool.Turns, turn: pool.Turn) -> None:
        if isinstance(sys.exc_info()[1], asyncio.CancelledError):
            kept.append(turn)
        else:
            leave(turns, turn)

    patch.setattr(pool.Turns, "leave", leave_unless_cancelled)


def keep_connection_on_cancellation(patch: pytest.MonkeyPatch) -> None:
    """A cancelled call leaves its connection open."""
    close = AsyncWire.close

    def close_unless_cancelled(wire: AsyncWire) -> None:
        if not isinstance(sys.exc_info()[1], asyncio.CancelledError):
            close(wire)

    patch.setattr(AsyncWire, "close", close_unless_cancelled)


def exceed_max_connections(patch: pytest.MonkeyPatch) -> None:
    """The pool opens more connections than allowed."""
    patch.setattr(pool.Turns, "enter", always)


def retry_after_lost_answer(patch: pytest.MonkeyPatch) -> None:
    """A call that changes something is retried after its answer was lost."""
    patch.setattr(Operation, "repeatable", property(lambda _: True))


def come_back_too_early(patch: pytest.MonkeyPatch) -> None:
    """A call is retried before the time that the service asks for."""

    def back_off(*_: object) -> float:
        return 0.1

    patch.setattr(RetryLoop, "_back_off", back_off)


def report_time_out_as_not_sent(patch: pytest.MonkeyPatch) -> None:
    """A call whose answer is late is treated as if it had not been sent."""
    patch.setattr("jiffybox_sdk._client.transport.base._NOT_SENT", ("ReadTimeout",))


def swallow_cancellation(patch: pytest.MonkeyPatch) -> None:
    """A cancelled call fails instead."""
    read = AsyncWire.read

    async def read_uncancelled(wire: AsyncWire, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await read(wire, max_bytes, timeout)
        except asyncio.CancelledError:
            raise httpcore.ReadError from None

    patch.setattr(AsyncWire, "read", read_uncancelled)


def ignore_time_limit_of_call(patch: pytest.MonkeyPatch) -> None:
    """An attempt gets all of its time-out, even if the call has less time left."""

    def time_limit(*_: object) -> float:
        return 30.0

    patch.setattr(RequestBuilder, "time_limit", time_limit)


def read_body_without_deadline(patch: pytest.MonkeyPatch) -> None:
    """Each piece of an answer may take as long as a step, without a limit for the whole answer."""

    async def read(wire: AsyncWire, max_bytes: int, timeout: float | None = None) -> bytes:
        return await wire.stream.read(max_bytes, wire.limits.step if wire.limits.step else timeout)

    patch.setattr(AsyncWire, "read", read)


def wait_for_turn_without_deadline(patch: pytest.MonkeyPatch) -> None:
    """A call waits for its turn without a limit."""

    async def wait(turns: pool.Turns, turn: pool.Turn, _: object) -> None:
        while not turns.has_come(turn):
            await asyncio.sleep(0.1)

    patch.setattr(async_pool, "_wait", wait)


@pytest.mark.parametrize(
    "plant",
    [
        reuse_with_unread_bytes,
        reuse_when_readable,
        reuse_after_long_idling,
        keep_turn_on_cancellation,
        keep_connection_on_cancellation,
        exceed_max_connections,
        retry_after_lost_answer,
        come_back_too_early,
        report_time_out_as_not_sent,
        swallow_cancellation,
        ignore_time_limit_of_call,
        read_body_without_deadline,
        wait_for_turn_without_deadline,
    ],
)
def test_a_planted_bug_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert any(broken(play(draw(seed))) for seed in range(MOST_HISTORIES))


def test_a_broken_seed_is_explained_by_a_short_history(monkeypatch: pytest.MonkeyPatch) -> None:
    retry_after_lost_answer(monkeypatch)
    seed = next(seed for seed in range(MOST_HISTORIES) if broken(play(draw(seed))))
    text = explain(seed)
    assert text
    assert "it was carried out 2 times" in text
    assert f"make stress SEED={seed}" in text
    assert len(text.splitlines()) < 40


def test_a_loop_that_cannot_go_on_raises_deadlock() -> None:
    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    for program in (wait, spin):
        with pytest.raises(Deadlock):
            run(program)

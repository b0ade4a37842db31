"""Forked children: their locks are free and their counts start at zero, whatever other threads did at the fork."""

# pyright: reportPrivateUsage=false

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, JiffyDetachedException, RateLimit
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk.drift import Drift
from tests.support.forks import in_child, needs_fork

pytestmark = needs_fork

ENTRY = DriftEntry("Box", "/new", "unknown-field", None, "string", 1)


@contextmanager
def held(lock: AbstractContextManager[object]) -> Generator[None]:
    """Let another thread hold a lock."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join(10)


def reserve(limit: RateLimit) -> float | None:
    return limit.reserve(lambda: 1000.0, 1e9)


def test_a_child_counts_its_calls_from_zero() -> None:
    limit = RateLimit(2, 10)
    assert [reserve(limit) for _ in range(3)] == [0, 0, 10]
    assert in_child(lambda: [reserve(limit) for _ in range(3)]) == [0, 0, 10]
    assert reserve(limit) == 10


def test_a_fork_while_a_thread_reserves_a_turn_does_no_harm() -> None:
    limit = RateLimit(1, 10)
    reserve(limit)
    asked, forked = threading.Event(), threading.Event()

    def time() -> float:
        asked.set()
        assert forked.wait(60)
        return 1000.0

    turns: list[float | None] = []
    thread = threading.Thread(target=lambda: turns.append(limit.reserve(time, 1e9)))
    thread.start()
    assert asked.wait(10)
    try:
        assert in_child(lambda: [reserve(limit), reserve(limit)]) == [0, 10]
    finally:
        forked.set()
        thread.join(10)
    assert turns == [10]


def test_a_report_on_drift_is_usable_if_a_thread_held_it() -> None:
    drift = Drift()
    drift.add([ENTRY])

    def child() -> tuple[int, int]:
        new = drift.add([ENTRY])
        return len(new), drift.entries[0].count

    with held(drift._lock.get()):
        assert in_child(child) == (0, 2)
    assert drift.entries == (ENTRY,)


LOCKS: dict[str, Callable[[Emulator], AbstractContextManager[object]]] = {
    "clock": lambda emulator: emulator.clock._lock.get(),
    "service": lambda emulator: emulator._service.lock,
}


@pytest.mark.parametrize("lock", LOCKS)
def test_an_emulator_is_usable_if_a_thread_held_its_locks(lock: str) -> None:
    emulator = Emulator()
    client = emulator.client()
    client.create_box("web", 44, distribution="centos_7_64bit")

    def child() -> list[str]:
        box = client.create_box("db", 44, distribution="centos_7_64bit")
        box.wait_for_status("READY")
        emulator.advance(1)
        emulator.close()
        return [box.name for box in client.boxes()]

    with held(LOCKS[lock](emulator)):
        assert in_child(child) == ["web", "db"]
    assert [box.name for box in client.boxes()] == ["web"]


def test_a_child_does_not_write_its_parents_state_file(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with Emulator(state=file) as emulator:
        client = emulator.client()
        client.create_box("web", 44, distribution="centos_7_64bit")
        saved = emulator.snapshot()

        def child() -> list[str]:
            failures: list[str] = []
            for use in (client.boxes, lambda: emulator.advance(1), emulator.reset):
                try:
                    use()
                except JiffyDetachedException as failure:
                    failures.append(str(failure))
            emulator.close()
            return failures

        failures = in_child(child)
        assert len(failures) == 3
        assert {*failures} == {f"state file {str(file)!r} belongs to another process: create an emulator of your own"}
        with Emulator(state=file) as other:
            assert other.snapshot() == saved
        client.create_box("db", 44, distribution="centos_7_64bit")
    with Emulator(state=file) as emulator:
        assert [box.name for box in emulator.client().boxes()] == ["web", "db"]

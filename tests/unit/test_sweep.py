"""Sweeps: programs under each fault at each of their calls."""

import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import get_args

import pytest

from jiffybox_sdk import (
    AsyncJiffyBox,
    Emulator,
    JiffyArgumentException,
    JiffyBox,
    JiffyException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from jiffybox_sdk.emulator import FaultKind
from tests.support.swept import DISTRIBUTION, RIGHT, WRONG, failing_at_once, ignoring_an_unknown_outcome

Program = Callable[[JiffyBox], object] | Callable[[AsyncJiffyBox], Awaitable[object]]

SEED = {"boxes": [{"name": "old", "planid": 44, "distribution": DISTRIBUTION}]}


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with one box."""
    return Emulator(seed=SEED)


@pytest.mark.parametrize("program", WRONG, ids=lambda program: program.__name__)
def test_a_wrong_program_fails(emulator: Emulator, program: Callable[[JiffyBox], object]) -> None:
    result = emulator.sweep(program)
    assert result.failures
    assert {history.verdict for history in result.failures} == {"wrong success"}


@pytest.mark.parametrize("program", RIGHT, ids=lambda program: program.__name__)
def test_a_right_program_passes(emulator: Emulator, program: Program) -> None:
    result = emulator.sweep(program, depth=2, most=100)
    assert result.failures == (), str(result)
    result.raise_for_failures()
    assert len(result.histories) == 10 * len(result.calls) + min(result.pairs, 100)
    assert {kind for history in result.histories for kind in history.kinds} == {*get_args(FaultKind)}


def test_the_report_shows_the_shortest_failure(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        for name in ("web", "db"):
            try:
                client.create_box(name, 44, distribution=DISTRIBUTION, metadata={"name": name})
            except JiffyOutcomeUnknownException:
                client.boxes()[0].update_metadata({"name": "lost"})

    result = emulator.sweep(program)
    counts = "response lost: 4 of 4, response cut: 2 of 2, 502: 4 of 4, time-out: 4 of 4"
    with pytest.raises(AssertionError) as failure:
        result.raise_for_failures()
    lines = str(failure.value).splitlines()
    assert lines[:7] == [
        "wrong success:",
        "",
        '    emulator.add_fault("create_box", moment="before", drop=True)',
        "",
        "create_box, call 1 of 2: the connection was lost before the call was executed",
        """box 'old': metadata is {"name": "lost"}, not {}""",
        "box 'web' does not exist",
    ]
    assert lines[-1] == f"14 of 20 histories fail (calls: 2): {counts}"
    assert result.calls == ("create_box", "create_box")
    assert result.counts["response lost"] == (4, 4)
    assert result.counts["no connection"] == (0, 2)


def test_the_report_shows_an_example_of_each_result(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        for name in ("web", "db"):
            with suppress(JiffyOutcomeUnknownException):
                client.create_box(name, 44, distribution=DISTRIBUTION)
        with suppress(JiffyException):
            client.box(10_001).stop()

    report = str(emulator.sweep(program))
    assert [line for line in report.splitlines() if line.startswith("box")] == [
        "box 'web' does not exist",
        "box 'db' does not exist",
        """box 'old': running is true, not false""",
    ]
    assert "change_box (SHUTDOWN), call 4 of 4: the connection was lost before the call was executed" in report


def test_a_failed_assertion_is_a_failure(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        with suppress(JiffyOutcomeUnknownException):
            client.create_box("web", 44, distribution=DISTRIBUTION)
        assert [box.name for box in client.boxes()] == ["old", "web"]

    failures = emulator.sweep(program).failures
    assert {history.verdict for history in failures} == {"assertion failed"}
    assert "the program raised AssertionError: assert ['old'] == ['old', 'web']" in str(failures[0])


def test_a_test_that_fails_without_faults_is_rejected(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        assert client.boxes() == []

    with pytest.raises(JiffyArgumentException, match="invalid program: without a fault, it raises AssertionError: "):
        emulator.sweep(program)


def test_the_line_of_the_report_reproduces_the_failure(emulator: Emulator) -> None:
    [history, *_] = emulator.sweep(ignoring_an_unknown_outcome).failures
    for fault in history.faults:
        emulator.inject(fault)
    ignoring_an_unknown_outcome(emulator.client())
    assert [box.name for box in emulator.client().boxes()] == ["old"]
    assert not emulator.never_triggered()


def test_a_sweep_does_not_change_its_emulator(emulator: Emulator) -> None:
    emulator.client().boxes()
    before, journal = emulator.snapshot(), emulator.journal()
    emulator.sweep(failing_at_once)
    assert (emulator.snapshot(), emulator.journal()) == (before, journal)


def test_a_program_that_can_not_be_repeated_fails_if_asked(emulator: Emulator) -> None:
    assert emulator.sweep(failing_at_once).failures == ()
    failures = emulator.sweep(failing_at_once, repeatable=True).failures
    assert {history.verdict for history in failures} == {"not repeatable"}
    assert "JiffyOutcomeUnknownException" in failures[0].error
    assert failures[0].differences == (
        "JiffyMessageException: the service rejected POST jiffyBoxes: Der Name existiert bereits.",
    )

    def repeatable(client: JiffyBox) -> None:
        if not [box for box in client.boxes() if box.name == "web"]:
            client.create_box("web", 44, distribution=DISTRIBUTION)

    assert emulator.sweep(repeatable, repeatable=True).failures == ()


def test_a_program_that_does_not_end_is_stopped(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        while True:
            try:
                client.create_box("web", 44, distribution=DISTRIBUTION)
            except JiffyException:
                client.clock.sleep(1)
            else:
                return

    result = emulator.sweep(program)
    assert {history.verdict for history in result.failures} == {"endless"}
    assert result.failures[0].kinds == ("response lost",)
    assert result.failures[0].error == "stopped after 1000 calls, or 2592000 s of virtual time"


def test_an_outage_outlasts_all_retries(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        for _ in range(5):
            try:
                client.create_box("web", 44, distribution=DISTRIBUTION)
            except JiffyTransportException:
                client.clock.sleep(60)
            else:
                return

    result = emulator.sweep(program)
    assert {history.kinds for history in result.failures} == {("outage",)}
    assert str(result).splitlines()[2:6] == [
        '    emulator.add_fault("*", times=100, refuse=True)',
        "",
        "create_box, call 1 of 1: the service was unreachable for 100 calls",
        "box 'web' does not exist",
    ]
    pairs = [history for history in emulator.sweep(program, depth=2).histories if len(history.faults) == 2]
    assert {history.kinds[1] for history in pairs} == {*get_args(FaultKind)}
    assert "outage" not in {history.kinds[0] for history in pairs}  # nothing else could happen then


def test_a_program_that_waits_for_the_end_of_an_outage_passes(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        while True:
            try:
                if not [box for box in client.boxes() if box.name == "web"]:
                    client.create_box("web", 44, distribution=DISTRIBUTION)
            except (JiffyOutcomeUnknownException, JiffyTransportException):
                client.clock.sleep(60)
            else:
                return

    assert emulator.sweep(program).failures == ()


def test_pairs_are_chosen_by_the_seed(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        client.create_box("web", 44, distribution=DISTRIBUTION)
        client.boxes()

    first = emulator.sweep(program, depth=2, most=20, choice=7)
    again = emulator.sweep(program, depth=2, most=20, choice=7)
    other = emulator.sweep(program, depth=2, most=20, choice=8)
    assert first == again
    assert first.histories != other.histories
    assert f"20 of {first.pairs} pairs chosen with choice=7" in str(first)
    every = emulator.sweep(program, depth=2)
    assert len([history for history in every.histories if len(history.faults) == 2]) == every.pairs == first.pairs
    assert len({history.faults for history in every.histories}) == len(every.histories)


def test_several_processes_find_the_same(emulator: Emulator) -> None:
    seen: list[tuple[int, int]] = []
    one = emulator.sweep(failing_at_once, repeatable=True)

    def note(number: int, total: int) -> None:
        seen.append((number, total))

    assert emulator.sweep(failing_at_once, repeatable=True, jobs=2, progress=note) == one
    assert seen == [(number, 90) for number in range(1, 91)]


def test_each_fault_of_a_pair_is_triggered(emulator: Emulator) -> None:
    unknown: list[int] = []

    def program(client: JiffyBox) -> None:
        unknown.append(0)
        for number in range(2):
            try:
                client.create_box(f"{number}", 44, distribution=DISTRIBUTION)
            except JiffyOutcomeUnknownException:
                unknown[-1] += 1

    result = emulator.sweep(program, depth=2)
    assert max(unknown) == 2
    assert len(unknown) == len(result.histories) + 2  # without faults, twice


def test_the_end_of_a_program_may_be_an_exit(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        try:
            client.create_box("web", 44, distribution=DISTRIBUTION)
        except JiffyException as error:
            raise SystemExit(3) from error
        raise SystemExit(0)

    result = emulator.sweep(program)
    assert result.failures == ()
    assert {history.error for history in result.histories} == {"", "SystemExit: 3"}


def no_calls(_: JiffyBox) -> None:
    pass


def a_mistake(client: JiffyBox) -> None:
    client.box(10_001).start()


def endless(client: JiffyBox) -> None:
    while True:
        client.plans()


def ignore(_: object) -> None:
    pass


def threads(client: JiffyBox) -> None:
    thread = threading.Thread(target=client.plans, daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "excepthook", ignore)
        thread.start()
        thread.join()


def many_waits(client: JiffyBox) -> None:
    boxes = [client.create_box(f"{number}", 44, distribution=DISTRIBUTION) for number in range(3)]
    client.wait_for_all(boxes)


def waits_one_at_a_time(client: JiffyBox) -> None:
    boxes = [client.create_box(f"{number}", 44, distribution=DISTRIBUTION) for number in range(3)]
    client.wait_for_all(boxes, concurrency=1).raise_for_missing()


def with_state() -> Callable[[JiffyBox], object]:
    names = iter("abcdefgh")
    return lambda client: client.create_box(next(names), 44, distribution=DISTRIBUTION)


def other_calls() -> Callable[[JiffyBox], object]:
    calls = iter([JiffyBox.plans, JiffyBox.boxes, JiffyBox.ips])

    def program(client: JiffyBox) -> None:
        next(calls)(client)

    return program


def other_calls_later() -> Callable[[JiffyBox], object]:
    counts = iter([2, 2, 2, *[1] * 100])
    return lambda client: [client.plans() for _ in range(next(counts))]


INVALID: dict[str, tuple[Callable[[JiffyBox], object], str]] = {
    "no calls": (no_calls, "invalid program: it makes no calls"),
    "an exception": (
        a_mistake,
        "invalid program: without a fault, it raises JiffyMessageException: the service rejected",
    ),
    "no end": (endless, "invalid program: without a fault, it is stopped after 1000 calls"),
    "the SDK's threads": (many_waits, "invalid program: it makes calls in several threads, as wait_for_all does"),
    "threads": (threads, "invalid program: it makes calls in several threads"),
    "state of its own": (
        with_state(),
        "it does not do the same each time, perhaps because it keeps state of its own: box",
    ),
    "other calls": (other_calls(), "it does not do the same each time, .*: call 1 is list_plans, and then list_boxes"),
    "fewer calls with faults": (
        other_calls_later(),
        "it does not make the same calls each time: list_plans, call 2 of 2",
    ),
}


@pytest.mark.parametrize("case", INVALID)
def test_a_program_that_can_not_be_swept_is_rejected(emulator: Emulator, case: str) -> None:
    program, message = INVALID[case]
    with pytest.raises(JiffyArgumentException, match=message):
        emulator.sweep(program)


def test_waits_with_one_poll_at_a_time_use_no_threads_and_can_be_swept(emulator: Emulator) -> None:
    result = emulator.sweep(waits_one_at_a_time)
    assert result.failures == ()
    assert result.calls.count("get_box") >= 3


def test_a_program_for_several_processes_must_be_importable(emulator: Emulator) -> None:
    def local(client: JiffyBox) -> None:
        for number in range(5):
            client.create_box(f"{number}", 44, distribution=DISTRIBUTION)

    with pytest.raises(JiffyArgumentException, match="expected a function of a module, which can be pickled"):
        emulator.sweep(local, jobs=2)


@pytest.mark.parametrize("value", [0, -1, 1.5, "2", None, True])
@pytest.mark.parametrize("name", ["depth", "most", "choice", "jobs"])
def test_invalid_options_are_rejected(emulator: Emulator, name: str, value: object) -> None:
    if name == "choice" and value == 0 and value is not False:
        return
    options = {name: value}
    with pytest.raises(JiffyArgumentException, match=f"invalid {name} .*: expected "):
        emulator.sweep(failing_at_once, **options)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] # as a test


def test_an_async_program_is_not_swept_within_a_loop(emulator: Emulator) -> None:
    import asyncio

    async def program(client: AsyncJiffyBox) -> None:
        await client.boxes()

    async def main() -> None:
        emulator.sweep(program)

    with pytest.raises(JiffyArgumentException, match="call sweep outside of the event loop"):
        asyncio.run(main())

"""Verdicts of sweeps that are easily wrong: what must be noticed, and what must not matter."""

import asyncio
import pickle
import random
import re
from collections.abc import Callable
from contextlib import suppress

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyArgumentException, JiffyBox, JiffyException, TimeSlot, Weekday
from jiffybox_sdk._client.retry_loop import JITTER
from jiffybox_sdk.emulator._sweep import Runner, sweep
from tests.support.accounts import SEED as LARGE
from tests.support.swept import DISTRIBUTION

SEED = {
    "boxes": [
        {"name": "old", "planid": 44, "distribution": DISTRIBUTION, "floatingIps": 2},
        {"name": "other", "planid": 44, "distribution": DISTRIBUTION},
    ]
}


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with two boxes, one of which has two floating addresses."""
    return Emulator(seed=SEED)


def wrong(emulator: Emulator, program: Callable[[JiffyBox], object]) -> set[str]:
    """Return how the account differs after the wrong successes of a program."""
    failures = emulator.sweep(program).failures
    assert {history.verdict for history in failures} == {"wrong success"}
    return {difference for history in failures for difference in history.differences}


# What must be noticed.


def test_a_number_is_not_a_boolean(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        client.box(10_001).update_metadata({"on": 1})
        with suppress(JiffyException):
            client.box(10_001).update_metadata({"on": True})

    assert wrong(emulator, program) == {"""box 'old': metadata is {"on": 1}, not {"on": true}"""}


def test_a_periodic_backup_that_was_not_deleted_is_noticed(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        backups = client.box(10_001).backups()
        backups.switch_on(Weekday.MONDAY, TimeSlot.FROM_4_TO_6)
        client.clock.sleep(8 * 86_400)
        with suppress(JiffyException):
            backups.refresh().delete("daily")

    left = """box 'old': backups is ["daily", "weekly"], not ["weekly"]"""
    assert wrong(emulator, program) == {left}


def test_another_floating_address_is_noticed(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        first, second = (ip for ip in client.box(10_001).list_ips() if ip.floating)
        try:
            first.move(10_002)
        except JiffyException:
            second.move(10_002)

    result = emulator.sweep(program)
    assert len(result.failures) == 7  # all but those after which the SDK tries again
    assert """box 'other': addresses is ["floating (2) IPv4", """ in str(result)


def test_an_assertion_that_fails_in_a_task_is_noticed(emulator: Emulator) -> None:
    async def check(client: AsyncJiffyBox) -> None:
        with suppress(JiffyException):
            await client.create_box("web", 44, distribution=DISTRIBUTION)
        assert len(await client.boxes()) == 3

    async def program(client: AsyncJiffyBox) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(check(client))

    failures = emulator.sweep(program).failures
    assert {history.verdict for history in failures} == {"assertion failed"}
    assert {kind for history in failures for kind in history.kinds} == {"response lost", "502", "time-out"}


def test_the_error_of_a_group_shows_its_first_exception(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        try:
            client.boxes()
        except JiffyException as error:
            raise ExceptionGroup("outer", [ExceptionGroup("inner", [ValueError("a\nb"), error])]) from error

    errors = {history.error for history in emulator.sweep(program).histories if history.error}
    assert errors == {
        "ExceptionGroup: outer (1 sub-exception): ExceptionGroup: inner (2 sub-exceptions): ValueError: a b"
    }
    without_fault = "without a fault, it raises ExceptionGroup: all failed (1 sub-exception): KeyError: 'box'"
    with pytest.raises(JiffyArgumentException, match=re.escape(without_fault)):
        emulator.sweep(fails_in_a_group)


def fails_in_a_group(_: JiffyBox) -> None:
    raise ExceptionGroup("all failed", [KeyError("box")])


def test_a_program_that_waits_without_end_and_makes_no_calls_is_stopped(emulator: Emulator) -> None:
    def program(client: JiffyBox) -> None:
        ready = False
        with suppress(JiffyException):
            client.create_box("web", 44, distribution=DISTRIBUTION)
            ready = True
        while not ready:
            client.clock.sleep(3600)

    failures = emulator.sweep(program).failures
    assert {history.verdict for history in failures} == {"endless"}


def test_clients_that_the_program_makes_are_watched_too(emulator: Emulator) -> None:
    def program(emulator: Emulator) -> None:
        with emulator.client() as client:
            while True:
                try:
                    client.create_box("web", 44, distribution=DISTRIBUTION)
                except JiffyException:
                    fault = emulator.journal()[0].fault
                    if fault and not fault.cut:
                        raise
                else:
                    return

    [failure] = sweep(Runner(program, emulator)).failures
    assert (failure.verdict, failure.kinds) == ("endless", ("response cut",))


def test_the_first_run_is_compared_with_the_second(emulator: Emulator) -> None:
    cache: list[object] = []

    def program(client: JiffyBox) -> None:
        cache.extend([] if cache else client.plans())
        client.boxes()

    with pytest.raises(JiffyArgumentException, match="call 1 is list_plans, and then list_boxes"):
        emulator.sweep(program)


def test_calls_that_the_journal_has_lost_are_not_left_out(emulator: Emulator) -> None:
    def program(emulator: Emulator) -> None:
        with emulator.client() as client:
            client.plans()
            emulator.clear_journal()
            client.boxes()

    with pytest.raises(JiffyArgumentException, match="no calls, or clears the journal"):
        sweep(Runner(program, emulator))


# What must not matter.


def test_the_order_of_objects_with_the_same_name_does_not_matter(emulator: Emulator) -> None:
    def with_groups(*contacts: str) -> Emulator:
        result = emulator.copy()
        with result.client() as client:
            admins = client.create_contact_group("admins", ["admin@example.org"]).wait_until_ready()
            for contact in contacts:
                admins.duplicate(contacts=[contact]).wait_until_ready()
        return result

    one = with_groups("a@example.org", "b@example.org")
    assert one.differences(with_groups("b@example.org", "a@example.org")) == []
    assert one.differences(with_groups("b@example.org", "c@example.org")) != []


def test_differences_are_in_the_order_of_the_account(emulator: Emulator) -> None:
    before = emulator.copy()
    with emulator.client() as client:
        for number in range(9):
            client.create_box(f"{number}", 44, distribution=DISTRIBUTION)
    expected = [f"box '{number}' exists, although no box of that name should" for number in range(9)]
    assert emulator.differences(before) == expected


def test_retries_take_equally_long_in_each_run(emulator: Emulator) -> None:
    state = random.getstate()
    waits: list[list[float]] = []

    def program(client: JiffyBox) -> None:
        start = client.clock.time()
        client.boxes()
        client.plans()
        waits.append([client.clock.time() - start])

    emulator.sweep(program, depth=2, most=40)
    assert len({tuple(wait) for wait in waits}) > 2
    once, waits = waits, []
    emulator.sweep(program, depth=2, most=40)
    assert waits == once
    assert random.getstate() == state
    assert JITTER.get().random() != JITTER.get().random()


def test_a_background_task_ends_before_accounts_are_compared(emulator: Emulator) -> None:
    async def clean_up(emulator: Emulator) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            async with emulator.async_client() as client:
                await client.plans()

    async def program(emulator: Emulator) -> None:
        tasks = [asyncio.create_task(clean_up(emulator))]
        await asyncio.sleep(0)
        assert not tasks[0].done()

    assert sweep(Runner(program, emulator)).calls == ("list_plans",)


@pytest.mark.parametrize("vary", [None, 7, 8])
def test_another_process_has_the_same_account(vary: int | None) -> None:
    emulator = Emulator(seed=LARGE, vary=vary, lenient=True)
    emulator.advance(100)
    emulator.self_check = False
    twin = pickle.loads(pickle.dumps(emulator))  # noqa: S301 (our own)
    assert (twin.snapshot(), twin.vary, twin.lenient, twin.self_check) == (emulator.snapshot(), vary, True, False)

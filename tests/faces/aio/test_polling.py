"""Waiting for a box: when it is polled, what ends the wait, and which exceptions are raised. The time is virtual."""

import pickle
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import TypedDict, Unpack

import httpx
import pytest

from jiffybox_sdk import AsyncBox, AsyncCheck, AsyncContactGroup, BoxStatus, Emulator, Retry
from jiffybox_sdk.exceptions import (
    JiffyAttributeException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
)
from tests.support.clients import async_scripted
from tests.support.failures import certificate_error
from tests.support.scripted import TOKEN, URL, Answer, Script, VirtualClock, envelope, example, unchecked

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

GONE = envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."))

REJECTED = envelope(None, ("error", "Fehler 4711."))


class Options(TypedDict, total=False):
    max_wait: float | timedelta
    poll_interval: float | timedelta
    progress: Callable[[AsyncBox], object]


Wait = Callable[..., Coroutine[None, None, object]]


async def wait_for_status(box: AsyncBox, **options: Unpack[Options]) -> object:
    return await box.wait_for_status(**options)


async def wait_until(box: AsyncBox, **options: Unpack[Options]) -> object:
    return await box.wait_until(lambda polled: polled.ready, **options)


async def wait_until_deleted(box: AsyncBox, **options: Unpack[Options]) -> object:
    await box.wait_until_deleted(**options)
    return None


each_wait = pytest.mark.parametrize("wait", [wait_for_status, wait_until, wait_until_deleted])


def with_status(status: str) -> httpx.Response:
    return envelope({**example("box"), "status": status})


def scripted_box(
    *answers: Answer, retry: Retry | None = None, timeout: float | None = 10, total_timeout: float | None = 30
) -> tuple[AsyncBox, Script, VirtualClock]:
    """Return a box that was CREATING when last read, the script that answers its polls, and its clock."""
    client, script, clock = async_scripted(*answers, retry=retry, timeout=timeout, total_timeout=total_timeout)
    clock.now = 0.0
    return AsyncBox(example("box"), client), script, clock


def timeouts(script: Script) -> list[set[float]]:
    return [set(request.extensions["timeout"].values()) for request in script.requests]


async def test_the_box_itself_is_polled_at_the_interval() -> None:
    box, script, clock = scripted_box(with_status("CREATING"), with_status("CREATING"), with_status("READY"))
    async with box.api:
        ready = await box.wait_for_status()
    assert (len(script.requests), clock.slept) == (3, [7, 7])
    assert {(request.method, str(request.url)) for request in script.requests} == {
        ("GET", f"{URL}/{TOKEN}/v1.0/jiffyBoxes/12345")
    }
    assert (box.status, ready.status, ready.api) == ("CREATING", "READY", box.api)


@pytest.mark.parametrize("status", [BoxStatus.FROZEN, BoxStatus.CHANGING_PLAN])
async def test_only_the_given_status_ends_the_wait(status: BoxStatus) -> None:
    answers = [with_status("READY"), with_status("UPDATING"), with_status(status), with_status("READY")]
    box, script, _ = scripted_box(*answers)
    async with box.api:
        assert (await box.wait_for_status(status)).status == status
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    ("status", "nearest"),
    [("REDY", "READY"), ("ready", "READY"), ("MIGRATING", "CREATING"), ("CHANGING_PLAN", "CHANGING PLAN")],
)
async def test_an_unknown_status_is_waited_for_with_a_warning_that_names_the_nearest(status: str, nearest: str) -> None:
    box, script, _ = scripted_box(with_status("READY"), with_status(status), with_status("READY"))
    async with box.api:
        with pytest.warns(UserWarning, match=rf"unknown status '{status}': did you mean '{nearest}'\?") as warned:
            assert (await unchecked(box.wait_for_status)(status)).status == status
        assert len(script.requests) == 2
        with pytest.warns(UserWarning, match="unknown status") as warned_for_all:
            await unchecked(box.api.wait_for_all)([box], status, 0)
    assert [one.filename for one in [*warned, *warned_for_all]] == [__file__] * 2


async def test_an_unknown_status_can_be_waited_for_without_a_warning() -> None:
    box, script, _ = scripted_box(with_status("READY"), with_status("MIGRATING"))
    async with box.api:
        assert (await box.wait_until(lambda polled: polled.status == "MIGRATING")).status == "MIGRATING"
    assert len(script.requests) == 2


async def test_a_predicate_may_read_any_attribute() -> None:
    box, script, clock = scripted_box(with_status("READY"), envelope({**example("box", 1), "id": 12345}))
    async with box.api:
        running = await box.wait_until(lambda polled: polled.running and polled.plan.id == 45, poll_interval=2)
    assert (running.name, len(script.requests), clock.slept) == ("db", 2, [2])


async def test_the_first_poll_is_made_at_once_whatever_the_known_status() -> None:
    box, script, clock = scripted_box(with_status("READY"))
    async with box.api:
        ready = await box.wait_for_status()
        await ready.wait_for_status()
    assert (len(script.requests), clock.slept) == (2, [])
    box, script, _ = scripted_box(with_status("UPDATING"))
    async with box.api:
        with pytest.raises(JiffyTimeoutException, match="last seen UPDATING"):
            await box.wait_for_status("CREATING", max_wait=7)
    assert len(script.requests) == 2


@each_wait
@pytest.mark.parametrize(
    ("max_wait", "poll_interval", "slept"),
    [
        (60, 7, [7] * 8 + [4]),
        (10, 5, [5, 5]),
        (10, 10, [10]),
        (1, 0.25, [0.25] * 4),
        (5, 1e300, [5]),
        (1, 2**-10, [2**-10] * 1024),
        (timedelta(minutes=1), timedelta(seconds=30), [30, 30]),
        (timedelta(milliseconds=500), timedelta(days=999_999_999), [0.5]),
        (1e7, 5e6, [5e6, 5e6]),
        (0, 7, []),
        (0, 1e-9, []),
        (timedelta(0), 7, []),
    ],
)
async def test_the_last_poll_is_made_when_the_time_out_expires(
    wait: Wait,
    max_wait: float | timedelta,
    poll_interval: float | timedelta,
    slept: list[float],
) -> None:
    box, script, clock = scripted_box(with_status("UPDATING"))
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await wait(box, max_wait=max_wait, poll_interval=poll_interval)
    assert (len(script.requests), clock.slept) == (len(slept) + 1, slept)


async def test_a_wait_succeeds_if_only_the_last_poll_does() -> None:
    box, script, _ = scripted_box(with_status("CREATING"), with_status("CREATING"), with_status("READY"))
    async with box.api:
        assert (await box.wait_for_status(max_wait=10, poll_interval=9)).ready
    assert len(script.requests) == 3


@pytest.mark.parametrize(
    ("wait", "awaited"),
    [(wait_for_status, "status READY"), (wait_until, "the condition")],
    ids=["wait_for_status", "wait_until"],
)
async def test_a_time_out_names_the_condition_and_the_last_status(wait: Wait, awaited: str) -> None:
    box, _, _ = scripted_box(with_status("CREATING"), with_status("UPDATING"))
    async with box.api:
        with pytest.raises(TimeoutError) as raised:
            await wait(box, max_wait=20)
    for error in (raised.value, pickle.loads(pickle.dumps(raised.value))):  # noqa: S301
        assert isinstance(error, JiffyTimeoutException)
        assert str(error) == f"timed out after 20 s waiting for {awaited} (box 12345 was last seen UPDATING)"
        assert (error.box.id, error.box.status) == (12345, "UPDATING")
        assert error.__cause__ is None


async def test_a_deletion_can_time_out() -> None:
    box, _, _ = scripted_box(with_status("DELETING"))
    async with box.api:
        with pytest.raises(JiffyTimeoutException, match=r"its deletion.*last seen DELETING"):
            await box.wait_until_deleted()


TRANSIENT_FAILURES: dict[str, tuple[Answer, type[JiffyException]]] = {
    "connection refused": (httpx.ConnectError("unreachable"), JiffyTransportException),
    "read time-out": (httpx.ReadTimeout("too slow"), JiffyTransportException),
    "502": (httpx.Response(502, html="<h1>Bad Gateway</h1>"), JiffyTransportException),
    "HTML": (httpx.Response(200, html="<h1>Wartung</h1>"), JiffyTransportException),
    "429": (httpx.Response(429), JiffyLimitException),
    "429 with an error message": (envelope(None, ("error", "Zu viele Zugriffe"), status=429), JiffyLimitException),
}


@each_wait
@pytest.mark.parametrize(("answer", "cause"), TRANSIENT_FAILURES.values(), ids=TRANSIENT_FAILURES)
async def test_transient_failures_do_not_end_a_wait_before_its_time_out(
    wait: Wait, answer: Answer, cause: type[JiffyException]
) -> None:
    box, script, clock = scripted_box(answer, retry=Retry(attempts=1))
    async with box.api:
        with pytest.raises(JiffyTimeoutException, match=r"and the last poll failed: .*last seen CREATING") as raised:
            await wait(box, max_wait=30, poll_interval=10)
    assert (len(script.requests), clock.slept) == (4, [10, 10, 10])
    assert type(raised.value.__cause__) is cause


@pytest.mark.parametrize(("answer", "_cause"), TRANSIENT_FAILURES.values(), ids=TRANSIENT_FAILURES)
async def test_a_wait_continues_after_transient_failures(answer: Answer, _cause: object) -> None:
    box, script, _ = scripted_box(answer, answer, answer, answer, with_status("UPDATING"), with_status("READY"))
    async with box.api:
        assert (await box.wait_for_status()).ready
    assert len(script.requests) == 6
    box, _, _ = scripted_box(answer, with_status("UPDATING"), retry=Retry(attempts=1))
    async with box.api:
        with pytest.raises(JiffyTimeoutException, match=r"^timed out after 60 s waiting for status READY \(") as raised:
            await box.wait_for_status()
    assert raised.value.__cause__ is None


async def test_retries_of_a_poll_end_with_the_time_out() -> None:
    box, script, clock = scripted_box(httpx.Response(429, headers={"Retry-After": "4"}), retry=Retry(attempts=100))
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await box.wait_for_status(max_wait=10, poll_interval=9)
    assert clock.now == 8
    assert len(script.requests) == 3  # at 0, 4 and 8 seconds; 12 would be too late


@each_wait
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(certificate_error(), JiffyTransportException, id="invalid certificate"),
        pytest.param(httpx.Response(404, html="<h1>not here</h1>"), JiffyTransportException, id="404"),
        pytest.param(httpx.Response(301, headers={"Location": "/"}), JiffyTransportException, id="redirect"),
        pytest.param(envelope(None, ("error", "Der API-Token ist ungueltig.")), JiffyTokenException, id="token"),
        pytest.param(envelope(None, ("error", "Wartungsarbeiten")), JiffyMessageException, id="error message"),
        pytest.param(envelope({"id": 12345}), JiffyAttributeException, id="missing fields"),
    ],
)
async def test_permanent_failures_end_a_wait_at_once(wait: Wait, answer: Answer, kind: type[JiffyException]) -> None:
    box, script, clock = scripted_box(answer)
    async with box.api:
        with pytest.raises(JiffyException) as raised:
            await wait(box)
    assert type(raised.value) is kind
    assert (len(script.requests), clock.slept) == (1, [])


@pytest.mark.parametrize("wait", [wait_for_status, wait_until])
async def test_a_box_that_no_longer_exists_ends_a_wait(wait: Wait) -> None:
    box, script, _ = scripted_box(with_status("CREATING"), GONE)
    async with box.api:
        with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 12345"):
            await wait(box)
    assert len(script.requests) == 2


async def test_a_box_that_no_longer_exists_is_deleted() -> None:
    box, script, clock = scripted_box(with_status("DELETING"), with_status("DELETING"), GONE)
    async with box.api:
        await box.wait_until_deleted(poll_interval=3)
    assert (len(script.requests), clock.slept) == (3, [3, 3])


@pytest.mark.parametrize(
    ("noun", "listed"), [("contact-group", "contactGroups"), ("check", "monitoring")], ids=["contact group", "check"]
)
async def test_the_list_shows_whether_another_record_is_gone_whatever_the_rejection_says(
    noun: str, listed: str
) -> None:
    client, script, _ = async_scripted(REJECTED, envelope({"8": {"id": 8}}))
    is_check = noun == "check"
    record = AsyncCheck(example(noun), client) if is_check else AsyncContactGroup(example(noun), client)
    async with client:
        await record.wait_until_deleted()
    assert [request.url.path.split("/")[3:] for request in script.requests][-2:] == [[listed, str(record.id)], [listed]]


async def test_a_rejection_is_raised_if_the_record_is_in_the_list() -> None:
    group = example("contact-group")
    client, script, _ = async_scripted(REJECTED, envelope({str(group["id"]): group}), REJECTED)
    async with client:
        with pytest.raises(JiffyMessageException, match="Fehler 4711"):
            await AsyncContactGroup(group, client).wait_until_deleted()
        with pytest.raises(JiffyMessageException, match="Fehler 4711"):
            await AsyncContactGroup(group, client).wait_until_ready()
    assert len(script.requests) == 3


async def test_a_box_that_is_ready_again_was_not_deleted() -> None:
    box, script, _ = scripted_box(with_status("DELETING"), with_status("READY"), GONE)
    async with box.api:
        with pytest.raises(JiffyWaitException, match=r"was not deleted.*box 12345 was last seen READY") as raised:
            await box.wait_until_deleted()
    assert not isinstance(raised.value, TimeoutError)
    assert raised.value.box.ready
    assert len(script.requests) == 2


@pytest.mark.parametrize(
    ("status", "running", "advice"),
    [
        ("READY", True, "; a running box can't be deleted: stop it first"),
        ("READY", False, ""),
        ("FROZEN", False, "; a frozen box can't be deleted: thaw it first"),
    ],
)
async def test_the_reason_why_a_box_was_not_deleted_says_what_to_do(status: str, running: bool, advice: str) -> None:  # noqa: FBT001 (a parameter of the test)
    box, script, _ = scripted_box(envelope({**example("box"), "status": status, "running": running}))
    async with box.api:
        with pytest.raises(JiffyWaitException) as raised:
            await box.wait_until_deleted()
    reason = f"the box was not deleted: the deletion failed or was never requested{advice}"
    assert str(raised.value) == f"{reason} (box 12345 was last seen {status})"
    assert len(script.requests) == 1


@pytest.mark.parametrize("text", ["Das Modul jiffyBoxes existiert nicht", "Die Version v1.0 existiert nicht."])
async def test_a_missing_module_or_version_is_not_a_deleted_box(text: str) -> None:
    box, _, _ = scripted_box(envelope(None, ("error", text)))
    async with box.api:
        with pytest.raises(JiffyMessageException, match="existiert nicht"):
            await box.wait_until_deleted()


async def test_time_outs_of_polls_are_cut_to_the_remaining_time() -> None:
    box, script, _ = scripted_box(with_status("UPDATING"))
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await box.wait_for_status(max_wait=25, poll_interval=10)
        assert timeouts(script) == [{10}, {10}, {5}, {1}]
        await box.refresh()
    assert timeouts(script)[-1] == {10}


async def test_time_outs_of_retried_polls_are_cut_and_never_extended() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "2"})
    box, script, _ = scripted_box(busy, timeout=4, total_timeout=3)
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await box.wait_for_status(max_wait=4.5)
    assert timeouts(script) == [{3}, {2.5}, {0.5}]
    box, script, _ = scripted_box(with_status("UPDATING"), timeout=None, total_timeout=None)
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await box.wait_for_status(max_wait=50, poll_interval=40)
    assert timeouts(script) == [{50}, {10}, {1}]


@each_wait
async def test_progress_is_called_after_each_successful_poll(wait: Wait) -> None:
    answers: list[Answer] = [with_status("CREATING"), httpx.ReadError("lost"), with_status("UPDATING")]
    box, _, clock = scripted_box(*answers, retry=Retry(attempts=1))
    calls: list[tuple[float, str]] = []

    def record(polled: AsyncBox) -> bool:
        calls.append((clock.now, polled.status))
        return False

    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await wait(box, max_wait=28, progress=record)
    assert calls == [(0, "CREATING"), (14, "UPDATING"), (21, "UPDATING"), (28, "UPDATING")]


async def test_progress_is_called_with_the_final_box() -> None:
    box, _, _ = scripted_box(with_status("CREATING"), with_status("READY"))
    polled: list[AsyncBox] = []
    async with box.api:
        assert await box.wait_for_status(progress=polled.append) is polled[-1]
    assert len(polled) == 2


@pytest.mark.parametrize("error", [ZeroDivisionError(), JiffyNotFoundException([]), JiffyLimitException([])], ids=repr)
async def test_exceptions_of_a_users_function_are_raised_unchanged(error: Exception) -> None:
    def fail(_: AsyncBox) -> bool:
        raise error

    box, script, _ = scripted_box(with_status("CREATING"))
    async with box.api:
        with pytest.raises(type(error)) as raised:
            await box.wait_until(fail)
        assert raised.value is error
        for wait in (wait_for_status, wait_until, wait_until_deleted):
            with pytest.raises(type(error)) as raised:
                await wait(box, progress=fail)
            assert raised.value is error
    assert len(script.requests) == 4


async def test_waiting_advances_the_clock_of_an_emulator() -> None:
    emulator = Emulator()
    async with emulator.async_client() as client:
        box = await client.create_box("web", 44, distribution="centos_7_64bit")
        began = emulator.clock.now()
        box = await (await box.refresh()).wait_for_status("READY")
        assert 40 <= emulator.clock.now() - began <= 47
        assert client.clock.time() == emulator.clock.now()
        began = emulator.clock.now()
        assert (await (await box.stop()).wait_for_status()).running is False
        assert 0 < emulator.clock.now() - began <= 60
        with pytest.raises(JiffyTimeoutException, match="last seen READY"):
            await box.wait_for_status("FROZEN", timedelta(hours=1), timedelta(minutes=10))
        assert emulator.clock.now() - began >= 3600


async def test_waiting_follows_the_real_clock_of_an_emulator() -> None:
    async with Emulator("real", speed=1000).async_client() as client:
        box = await client.create_box("web", 44, distribution="centos_7_64bit")
        assert (await box.wait_for_status("READY", poll_interval=0.01)).ready

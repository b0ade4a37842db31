"""Waiting for a box: when it looks, at what, and how it ends. The time is virtual."""

import pickle
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import TypedDict, Unpack

import httpx
import pytest

from jiffybox_sdk import Box, Emulator, JiffyBox, Retry
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyDetachedException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
)
from tests.support.scripted import TOKEN, URL, Answer, Script, VirtualClock, envelope, example, scripted, unchecked

GONE = envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."))


class Options(TypedDict, total=False):
    max_wait: float | timedelta
    poll_interval: float | timedelta
    progress: Callable[[Box], object]


Wait = Callable[..., object]


def for_status(box: Box, **options: Unpack[Options]) -> object:
    return box.wait_for_status(**options)


def until(box: Box, **options: Unpack[Options]) -> object:
    return box.wait_until(lambda found: found.ready, **options)


def until_deleted(box: Box, **options: Unpack[Options]) -> object:
    box.wait_until_deleted(**options)
    return None


waits = pytest.mark.parametrize("wait", [for_status, until, until_deleted])


def seen(status: str) -> httpx.Response:
    return envelope({**example("box"), "status": status})


def watched(*answers: Answer, retry: Retry | None = None) -> tuple[Box, Script, VirtualClock]:
    """A box that is CREATING as far as is known, and what the service will say to the looks at it."""
    client, script, clock = scripted(*answers, retry=retry)
    clock.now = 0.0
    return Box(example("box"), client), script, clock


def timeouts(script: Script) -> list[set[float]]:
    return [set(request.extensions["timeout"].values()) for request in script.requests]


def test_it_reads_this_box_alone_at_the_interval_and_ends_in_the_box_as_it_is_then() -> None:
    box, script, clock = watched(seen("CREATING"), seen("CREATING"), seen("READY"))
    ready = box.wait_for_status()
    assert (len(script.requests), clock.slept) == (3, [7, 7])
    assert {(request.method, str(request.url)) for request in script.requests} == {
        ("GET", f"{URL}/{TOKEN}/v1.0/jiffyBoxes/12345")
    }
    assert (box.status, ready.status, ready.api) == ("CREATING", "READY", box.api)


@pytest.mark.parametrize("status", ["FROZEN", "CHANGING PLAN", "MIGRATING"])
def test_any_status_can_be_awaited_and_others_do_not_end_it(status: str) -> None:
    box, script, _ = watched(seen("READY"), seen("UPDATING"), seen(status), seen("READY"))
    assert box.wait_for_status(status).status == status
    assert len(script.requests) == 3


def test_the_condition_may_be_anything() -> None:
    box, script, clock = watched(seen("READY"), envelope(example("box", 1)))
    found = box.wait_until(lambda box: box.running and box.plan.id == 45, poll_interval=2)
    assert (found.name, len(script.requests), clock.slept) == ("db", 2, [2])


def test_the_first_look_is_at_once_and_does_not_trust_what_was_seen_before() -> None:
    box, script, clock = watched(seen("READY"))
    box.wait_for_status().wait_for_status()
    assert (len(script.requests), clock.slept) == (2, [])
    box, script, _ = watched(seen("UPDATING"))
    with pytest.raises(JiffyTimeoutException, match="last seen UPDATING"):
        box.wait_for_status("CREATING", max_wait=7)
    assert len(script.requests) == 2


@waits
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
def test_the_last_look_is_when_the_time_is_up(
    wait: Wait,
    max_wait: float | timedelta,
    poll_interval: float | timedelta,
    slept: list[float],
) -> None:
    box, script, clock = watched(seen("UPDATING"))
    with pytest.raises(JiffyTimeoutException):
        wait(box, max_wait=max_wait, poll_interval=poll_interval)
    assert (len(script.requests), clock.slept) == (len(slept) + 1, slept)


def test_what_happens_in_the_last_moment_is_seen() -> None:
    box, script, _ = watched(seen("CREATING"), seen("CREATING"), seen("READY"))
    assert box.wait_for_status(max_wait=10, poll_interval=9).ready
    assert len(script.requests) == 3


@pytest.mark.parametrize(("wait", "awaited"), [(for_status, "status READY"), (until, "the condition")])
def test_the_time_out_says_what_was_awaited_and_what_was_seen_last(wait: Wait, awaited: str) -> None:
    box, _, _ = watched(seen("CREATING"), seen("UPDATING"))
    with pytest.raises(TimeoutError) as raised:
        wait(box, max_wait=20)
    for error in (raised.value, pickle.loads(pickle.dumps(raised.value))):  # noqa: S301
        assert isinstance(error, JiffyTimeoutException)
        assert str(error) == f"timed out after 20 s waiting for {awaited} (box 12345 was last seen UPDATING)"
        assert (error.box.id, error.box.status) == (12345, "UPDATING")
        assert error.__cause__ is None


def test_a_deletion_that_takes_too_long_says_so() -> None:
    box, _, _ = watched(seen("DELETING"))
    with pytest.raises(JiffyTimeoutException, match=r"its deletion.*last seen DELETING"):
        box.wait_until_deleted()


TROUBLE: list[tuple[Answer, type[JiffyException]]] = [
    (httpx.ConnectError("unreachable"), JiffyTransportException),
    (httpx.ReadTimeout("too slow"), JiffyTransportException),
    (httpx.Response(502, html="<h1>Bad Gateway</h1>"), JiffyTransportException),
    (httpx.Response(200, html="<h1>Wartung</h1>"), JiffyTransportException),
    (httpx.Response(429), JiffyLimitException),
    (envelope(None, ("error", "Zu viele Zugriffe"), status=429), JiffyLimitException),
]


@waits
@pytest.mark.parametrize(("trouble", "cause"), TROUBLE)
def test_passing_trouble_does_not_end_it_before_its_time(
    wait: Wait, trouble: Answer, cause: type[JiffyException]
) -> None:
    box, script, clock = watched(trouble, retry=Retry(attempts=1))
    with pytest.raises(JiffyTimeoutException, match=r"and the last poll failed: .*last seen CREATING") as raised:
        wait(box, max_wait=30, poll_interval=10)
    assert (len(script.requests), clock.slept) == (4, [10, 10, 10])
    assert type(raised.value.__cause__) is cause


@pytest.mark.parametrize(("trouble", "_cause"), TROUBLE)
def test_it_goes_on_after_passing_trouble(trouble: Answer, _cause: object) -> None:
    box, script, _ = watched(trouble, trouble, trouble, trouble, seen("UPDATING"), seen("READY"))
    assert box.wait_for_status().ready
    assert len(script.requests) == 6
    box, _, _ = watched(trouble, seen("UPDATING"), retry=Retry(attempts=1))
    with pytest.raises(JiffyTimeoutException, match=r"^timed out after 60 s waiting for status READY \(") as raised:
        box.wait_for_status()
    assert raised.value.__cause__ is None


def test_repeating_a_look_does_not_go_on_after_the_time_is_up() -> None:
    box, script, clock = watched(httpx.Response(429, headers={"Retry-After": "4"}), retry=Retry(attempts=100))
    with pytest.raises(JiffyTimeoutException):
        box.wait_for_status(max_wait=10, poll_interval=9)
    assert clock.now == 10
    assert len(script.requests) == 4  # at 0, 4, 8, and the last look


def not_trusted() -> httpx.ConnectError:
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = ssl.SSLCertVerificationError(1, "self-signed certificate")
    return error


@waits
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (not_trusted(), JiffyTransportException),
        (httpx.Response(404, html="<h1>not here</h1>"), JiffyTransportException),
        (httpx.Response(301, headers={"Location": "/"}), JiffyTransportException),
        (envelope(None, ("error", "Der API-Token ist ungueltig.")), JiffyTokenException),
        (envelope(None, ("error", "Wartungsarbeiten")), JiffyMessageException),
        (envelope({"id": 12345}), JiffyAttributeException),
    ],
)
def test_trouble_that_stays_ends_it_at_once(wait: Wait, answer: Answer, kind: type[JiffyException]) -> None:
    box, script, clock = watched(answer)
    with pytest.raises(JiffyException) as raised:
        wait(box)
    assert type(raised.value) is kind
    assert (len(script.requests), clock.slept) == (1, [])


@pytest.mark.parametrize("wait", [for_status, until])
def test_a_box_that_vanishes_ends_it(wait: Wait) -> None:
    box, script, _ = watched(seen("CREATING"), GONE)
    with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 12345"):
        wait(box)
    assert len(script.requests) == 2


def test_a_box_that_vanishes_is_deleted() -> None:
    box, script, clock = watched(seen("DELETING"), seen("DELETING"), GONE)
    box.wait_until_deleted(poll_interval=3)
    assert (len(script.requests), clock.slept) == (3, [3, 3])


def test_a_box_that_is_ready_again_was_not_deleted() -> None:
    box, script, _ = watched(seen("DELETING"), seen("READY"), GONE)
    with pytest.raises(JiffyWaitException, match=r"was not deleted.*box 12345 was last seen READY") as raised:
        box.wait_until_deleted()
    assert not isinstance(raised.value, TimeoutError)
    assert raised.value.box.ready
    assert len(script.requests) == 2


@pytest.mark.parametrize("text", ["Das Modul jiffyBoxes existiert nicht", "Die Version v1.0 existiert nicht."])
def test_a_missing_module_or_version_does_not_mean_that_the_box_is_deleted(text: str) -> None:
    box, _, _ = watched(envelope(None, ("error", text)))
    with pytest.raises(JiffyMessageException, match="existiert nicht"):
        box.wait_until_deleted()


@pytest.mark.parametrize("condition", [None, 5, b"READY", ""])
def test_invalid_conditions_raise_before_anything_is_sent(condition: object) -> None:
    box, script, _ = watched(seen("READY"))
    with pytest.raises(JiffyArgumentException, match=r"invalid status .*: expected"):
        unchecked(box.wait_for_status)(condition)
    with pytest.raises(JiffyArgumentException, match=r"invalid predicate .*: expected"):
        unchecked(box.wait_until)(condition)
    with pytest.raises(JiffyArgumentException, match=r"invalid progress 5: expected"):
        unchecked(box.wait_until_deleted)(progress=5)
    assert script.requests == []


@waits
@pytest.mark.parametrize("name", ["max_wait", "poll_interval"])
@pytest.mark.parametrize(
    "bad", [-1, -1e-9, timedelta(seconds=-1), float("nan"), float("inf"), 10**400, True, "60", None], ids=repr
)
def test_a_duration_that_is_none_is_refused_before_anything_is_sent(wait: Wait, name: str, bad: object) -> None:
    box, script, _ = watched(seen("READY"))
    with pytest.raises(JiffyArgumentException, match=rf"^invalid {name} "):
        unchecked(wait)(box, **{name: bad})
    assert script.requests == []


@waits
@pytest.mark.parametrize("never", [0, timedelta(0)])
def test_an_interval_of_nothing_is_refused(wait: Wait, never: float | timedelta) -> None:
    box, script, _ = watched(seen("READY"))
    with pytest.raises(JiffyArgumentException, match="expected more than 0 seconds"):
        wait(box, poll_interval=never)
    assert script.requests == []


def test_the_time_outs_of_its_requests_are_cut_to_what_is_left() -> None:
    box, script, _ = watched(seen("UPDATING"))
    with pytest.raises(JiffyTimeoutException):
        box.wait_for_status(max_wait=25, poll_interval=10)
    assert timeouts(script) == [{10}, {10}, {5}, {1}]
    box.refresh()
    assert timeouts(script)[-1] == {10}


def test_time_outs_of_repeated_looks_are_cut_too_and_those_of_the_user_never_grow() -> None:
    script, clock = Script(httpx.Response(429, headers={"Retry-After": "2"})), VirtualClock()
    client = JiffyBox(TOKEN, URL, transport=script, clock=clock, timeout=4, total_timeout=3)
    with pytest.raises(JiffyTimeoutException):
        Box(example("box"), client).wait_for_status(max_wait=4.5)
    assert timeouts(script) == [{3}, {2.5}, {0.5}, {1}]
    script = Script(seen("UPDATING"))
    client = JiffyBox(TOKEN, URL, transport=script, clock=clock, timeout=None, total_timeout=None)
    with pytest.raises(JiffyTimeoutException):
        Box(example("box"), client).wait_for_status(max_wait=50, poll_interval=40)
    assert timeouts(script) == [{50}, {10}, {1}]


@waits
def test_progress_is_given_the_box_at_each_look_that_succeeds(wait: Wait) -> None:
    box, _, clock = watched(seen("CREATING"), httpx.ReadError("lost"), seen("UPDATING"), retry=Retry(attempts=1))
    shown: list[tuple[float, str]] = []

    def show(found: Box) -> bool:
        shown.append((clock.now, found.status))
        return False

    with pytest.raises(JiffyTimeoutException):
        wait(box, max_wait=28, progress=show)
    assert shown == [(0, "CREATING"), (14, "UPDATING"), (21, "UPDATING"), (28, "UPDATING")]


def test_progress_sees_the_awaited_box_too() -> None:
    box, _, _ = watched(seen("CREATING"), seen("READY"))
    shown: list[Box] = []
    assert box.wait_for_status(progress=shown.append) is shown[-1]
    assert len(shown) == 2


class InterruptedClock(VirtualClock):
    """Ctrl-C comes during the second sleep."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.slept) == 2:
            raise KeyboardInterrupt


@waits
@pytest.mark.parametrize("answer", [seen("UPDATING"), httpx.ConnectError("unreachable"), httpx.Response(429)])
def test_ctrl_c_ends_it_at_once(wait: Wait, answer: Answer) -> None:
    script, clock = Script(answer), InterruptedClock()
    client = JiffyBox(TOKEN, URL, transport=script, clock=clock)
    with pytest.raises(KeyboardInterrupt):
        wait(Box(example("box"), client))
    assert (len(script.requests), len(clock.slept)) == (2, 2)


@pytest.mark.parametrize("error", [ZeroDivisionError(), JiffyNotFoundException([]), JiffyLimitException([])], ids=repr)
def test_what_the_user_wants_called_may_raise_what_it_likes(error: Exception) -> None:
    def fail(_box: Box) -> bool:
        raise error

    box, script, _ = watched(seen("CREATING"))
    with pytest.raises(type(error)) as raised:
        box.wait_until(fail)
    assert raised.value is error
    for wait in (for_status, until, until_deleted):
        with pytest.raises(type(error)) as raised:
            wait(box, progress=fail)
        assert raised.value is error
    assert len(script.requests) == 4


def test_a_client_that_is_closed_meanwhile_ends_it() -> None:
    box, script, _ = watched(seen("CREATING"))
    with pytest.raises(JiffyDetachedException):
        box.wait_for_status(progress=lambda found: found.api.close())
    assert len(script.requests) == 1


def test_the_clock_of_the_emulator_is_moved_by_waiting(box: Box, emulator: Emulator) -> None:
    before = emulator.clock.now()
    assert box.stop().wait_for_status().running is False
    assert 0 < emulator.clock.now() - before <= 60
    with pytest.raises(JiffyTimeoutException, match="last seen READY"):
        box.wait_for_status("FROZEN", timedelta(hours=1), timedelta(minutes=10))
    assert emulator.clock.now() - before >= 3600

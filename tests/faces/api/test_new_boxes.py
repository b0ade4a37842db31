# Generated from tests/faces/aio/test_new_boxes.py by `make generate`. Do not edit.

"""Waiting for a box that may not be found yet, or of which only the id is known."""

import pickle
from datetime import timedelta

import httpx
import pytest

from jiffybox_sdk import Box, BoxStatus, Emulator, Retry
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyNotFoundException,
    JiffyTimeoutException,
)
from tests.faces.api.test_polling import (
    GONE,
    Wait,
    scripted_box,
    wait_for_status,
    wait_until,
    with_status,
)
from tests.support.scripted import example, unchecked

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("wait", [wait_for_status, wait_until])
def test_a_new_box_may_be_not_found_for_ten_seconds(wait: Wait) -> None:
    box, script, clock = scripted_box(GONE, GONE, with_status("READY"))
    with box.api:
        wait(box)
    assert (len(script.requests), clock.slept) == (3, [7, 3])
    box, _, clock = scripted_box(GONE)
    with box.api:
        with pytest.raises(JiffyNotFoundException):
            wait(box)
    assert clock.slept == [7, 3]


@pytest.mark.parametrize("wait", [wait_for_status, wait_until])
@pytest.mark.parametrize(
    ("max_wait", "grace", "slept"),
    [(60, 20, [7, 7, 6]), (60, timedelta(seconds=1), [1]), (60, 0, []), (9, 9, [7, 2]), (5, None, [5]), (0, None, [])],
)
def test_the_grace_can_be_set_and_by_default_ends_with_the_wait(
    wait: Wait, max_wait: float, grace: float | timedelta | None, slept: list[float]
) -> None:
    box, script, clock = scripted_box(GONE)
    with box.api:
        with pytest.raises(JiffyNotFoundException):
            wait(box, max_wait=max_wait, grace=grace)
    assert (len(script.requests), clock.slept) == (len(slept) + 1, slept)


@pytest.mark.parametrize("wait", [wait_for_status, wait_until])
def test_there_is_no_grace_once_the_box_was_seen(wait: Wait) -> None:
    box, script, clock = scripted_box(GONE, with_status("CREATING"), GONE)
    with box.api:
        with pytest.raises(JiffyNotFoundException):
            wait(box, poll_interval=2)
    assert (len(script.requests), clock.slept) == (3, [2, 2])
    box, script, clock = scripted_box(GONE)
    with box.api:
        with pytest.raises(JiffyNotFoundException):
            wait(Box({**example("box"), "status": "UPDATING"}, box.api))
    assert (len(script.requests), clock.slept) == (1, [])


def test_a_failed_poll_has_not_seen_the_box() -> None:
    box, script, _ = scripted_box(httpx.ConnectError("refused"), GONE, with_status("READY"), retry=Retry(attempts=1))
    with box.api:
        assert (box.wait_for_status()).ready
    assert len(script.requests) == 3


@pytest.mark.parametrize("wait", [wait_for_status, wait_until])
@pytest.mark.parametrize("grace", [61, timedelta(minutes=2), -1, float("nan"), float("inf"), "10", True], ids=repr)
def test_a_grace_longer_than_the_wait_or_no_duration_is_rejected(wait: Wait, grace: object) -> None:
    box, script, _ = scripted_box(with_status("READY"))
    with box.api:
        with pytest.raises(
            JiffyArgumentException, match=r"^invalid grace .*: expected (at most max_wait, which is 60 s|0 or)"
        ):
            unchecked(wait)(box, grace=grace)
        with pytest.raises(JiffyArgumentException, match=r"^invalid grace "):
            unchecked(box.api.wait_for_all)([box], grace=grace)
    assert script.requests == []


def test_a_wait_goes_on_by_id_with_another_client() -> None:
    emulator = Emulator()
    with emulator.client() as client:
        number = (client.create_box("web", 44, distribution="centos_7_64bit")).id
    seen: list[str] = []
    with emulator.client() as other:
        box = other.wait_for_status(number, "READY", 90, progress=lambda box: seen.append(box.status))
        assert (box.id, box.status, box.api) == (number, "READY", other)
        assert (seen[0], seen[-1]) == ("CREATING", "READY")
        box.stop()
        assert not (other.wait_for_status(str(number), BoxStatus.READY)).running


def test_an_id_of_nothing_is_not_found_after_the_grace() -> None:
    box, script, clock = scripted_box(GONE)
    with box.api as client:
        with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 12345"):
            client.wait_for_status(12345)
    assert (len(script.requests), clock.slept) == (3, [7, 3])
    box, script, _ = scripted_box(GONE, with_status("CREATING"), GONE)
    with box.api as client:
        with pytest.raises(JiffyNotFoundException):
            client.wait_for_status("12345")
    assert len(script.requests) == 3


def test_a_wait_by_id_survives_transient_failures_and_may_never_see_the_box() -> None:
    refused = httpx.ConnectError("refused")
    box, _, _ = scripted_box(refused, with_status("READY"), retry=Retry(attempts=1))
    with box.api as client:
        assert (client.wait_for_status(12345)).ready
    box, _, _ = scripted_box(refused, retry=Retry(attempts=1))
    with box.api as client:
        with pytest.raises(
            JiffyTimeoutException, match=r"the last poll failed: .* \(box 12345 was never seen\)$"
        ) as raised:
            client.wait_for_status(12345)
    for error in (raised.value, pickle.loads(pickle.dumps(raised.value))):  # noqa: S301
        assert isinstance(error, JiffyTimeoutException)
        assert (error.record.id, error.record.status, error.record.ready) == (12345, "", False)
        with pytest.raises(AttributeError, match=r"^no box: it was never seen"):
            _ = error.box


@pytest.mark.parametrize("number", [0, -1, "", "web", "1/2", None, True, 1.0], ids=repr)
def test_an_invalid_id_is_rejected_before_any_request(number: object) -> None:
    box, script, _ = scripted_box(with_status("READY"))
    with box.api as client:
        with pytest.raises(JiffyArgumentException, match=r"^invalid box .*: expected a positive integer"):
            unchecked(client.wait_for_status)(number)
    assert script.requests == []

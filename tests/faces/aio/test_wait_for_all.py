"""Waiting for many boxes: each is polled equally often, and one time-out ends the wait for all."""

import pickle
from collections import Counter

import httpx
import pytest

from jiffybox_sdk import (
    AsyncBox,
    Backoff,
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
    RateLimit,
    Retry,
)
from tests.support.boxes import BROKEN, GONE, WITHOUT_FIELDS, WRONG_TOKEN, ServedBoxes, answering, number_of
from tests.support.clients import async_scripted, async_transport_of
from tests.support.scripted import Answer, Script, example, unchecked

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio


def boxes_of(*numbers: int) -> list[AsyncBox]:
    return [AsyncBox({**example("box"), "id": number, "status": "CREATING"}) for number in numbers]


@pytest.mark.parametrize("count", [50, 500])
async def test_each_box_is_polled_at_the_same_rate_until_one_deadline(count: int) -> None:
    served = ServedBoxes(count)
    client, script, clock = async_scripted(served.answer)
    served.time = clock.time
    async with client:
        result = await client.wait_for_all(boxes_of(*served.polls), "READY", max_wait=16)
    ready = served.ready_within(16)
    assert {box.id for box in result.boxes} == ready
    assert result.missing.keys() == served.polls.keys() - ready
    assert all(box.ready for box in result.boxes)
    assert {type(reason) for reason in result.missing.values()} == {JiffyTimeoutException}
    for number, polls in served.polls.items():
        expected = [0.0, 7.0, 14.0, 16.0]
        before_ready = [poll for poll in expected if poll < served.ready_after(number)]
        assert polls == expected[: len(before_ready) + 1]
    assert all("jiffyBoxes/" in request.url.path for request in script.requests)  # never the list


async def test_a_backoff_counts_the_polls_of_each_box() -> None:
    served = ServedBoxes(3)
    served.never_ready = True
    client, _, clock = async_scripted(served.answer)
    served.time = clock.time
    async with client:
        await client.wait_for_all(boxes_of(1, 2, 3), max_wait=15, poll_interval=Backoff(1, 2, 4))
    assert list(served.polls.values()) == [[0, 1, 3, 7, 11, 15]] * 3


async def test_time_spent_by_polls_counts_in_virtual_time() -> None:
    emulator = Emulator()
    script = Script(httpx.Response(429, headers={"Retry-After": "20"}))
    began = emulator.clock.now()
    async with emulator.async_client(transport=async_transport_of(script)) as client:
        assert not (await client.wait_for_all(boxes_of(1), max_wait=60)).complete
    assert emulator.clock.now() - began == 60
    assert len(script.requests) == 4


async def test_a_rate_limit_lets_calls_through_under_a_manual_clock() -> None:
    emulator = Emulator("manual")
    async with emulator.async_client() as client:
        box = await client.create_box("web", 44, distribution="centos_7_64bit")
    emulator.run_until_idle()
    async with emulator.async_client(rate_limit=RateLimit(1, 10)) as client:
        for _ in range(8):
            box = await client.box(box.id)
        assert (await box.wait_for_status()).ready


async def test_a_problem_with_one_box_does_not_end_the_wait_for_others() -> None:
    answers: dict[int, Answer] = {2: GONE, 3: WITHOUT_FIELDS, 4: BROKEN, 5: httpx.ConnectError("refused")}
    client, script, clock = async_scripted(answering(answers), retry=Retry(attempts=1))
    async with client:
        result = await client.wait_for_all(boxes_of(1, 2, 3, 4, 5, 6), max_wait=20, concurrency=2)
    assert [box.id for box in result.boxes] == [1, 6]
    assert not result.complete
    assert {number: type(reason) for number, reason in result.missing.items()} == {
        2: JiffyNotFoundException,
        3: JiffyAttributeException,
        4: JiffyTimeoutException,
        5: JiffyTimeoutException,
    }
    assert isinstance(result.missing[4].__cause__, JiffyTransportException)
    assert Counter(map(number_of, script.requests)) == {1: 1, 2: 3, 3: 1, 4: 4, 5: 4, 6: 1}  # 2: within the grace
    assert sum(clock.slept) == 20
    assert all(reason.__traceback__ is None for reason in result.missing.values())


async def test_the_boxes_of_a_result_are_in_the_order_given_whichever_arrived_first() -> None:
    served = ServedBoxes(20)
    client, _, clock = async_scripted(served.answer)
    served.time = clock.time
    order = [7, 3, 20, 9, 1, 10, 2]
    async with client:
        result = await client.wait_for_all(boxes_of(*order), max_wait=60, concurrency=2)
    assert [box.id for box in result.boxes] == [7, 3, 9, 1, 2]
    assert list(result.missing) == [20, 10]


async def test_raise_for_missing_raises_a_group_of_what_did_not_arrive() -> None:
    client, _, _ = async_scripted(answering({2: GONE, 3: BROKEN}), retry=Retry(attempts=1))
    async with client:
        result = await client.wait_for_all(boxes_of(4, 3, 2, 1))
        complete = await client.wait_for_all(boxes_of(4, 1))
    with pytest.raises(ExceptionGroup, match="the wait failed for 2 of 4 boxes") as raised:
        result.raise_for_missing()
    assert raised.value.exceptions == (result.missing[3], result.missing[2])
    copy = pickle.loads(pickle.dumps(raised.value))  # noqa: S301
    assert [str(one) for one in copy.exceptions] == [str(one) for one in result.missing.values()]
    timeouts, others = raised.value.split(JiffyTimeoutException)
    assert timeouts is not None
    assert others is not None
    assert [type(other) for other in others.exceptions] == [JiffyNotFoundException]
    assert [box.id for box in complete.raise_for_missing().boxes] == [4, 1]


async def test_each_box_has_a_grace_until_it_is_seen() -> None:
    known = AsyncBox({**example("box"), "id": 2, "status": "UPDATING"})
    client, script, _ = async_scripted(answering({1: GONE, 2: GONE}))
    async with client:
        result = await client.wait_for_all([*boxes_of(1), known, *boxes_of(3)], poll_interval=4, grace=5)
    assert {type(reason) for reason in result.missing.values()} == {JiffyNotFoundException}
    assert Counter(map(number_of, script.requests)) == {1: 3, 2: 1, 3: 1}


async def test_a_problem_with_the_account_ends_the_wait() -> None:
    client, script, _ = async_scripted(answering({1: WRONG_TOKEN}))
    async with client:
        with pytest.raises(JiffyTokenException):
            await client.wait_for_all(boxes_of(1, 2, 3), concurrency=1)
    assert len(script.requests) == 1


@pytest.mark.parametrize("which", ["predicate", "progress"])
async def test_an_exception_of_a_users_function_ends_the_wait(which: str) -> None:
    def fail(_: AsyncBox) -> bool:
        raise ZeroDivisionError

    def succeed(_: AsyncBox) -> bool:
        return True

    predicate, progress = (fail, succeed) if which == "predicate" else (succeed, fail)
    client, _, _ = async_scripted(answering({}))
    async with client:
        with pytest.raises(ZeroDivisionError):
            await client.wait_until_all(boxes_of(1, 2), predicate, progress=progress)


async def test_a_box_that_is_ready_again_was_not_deleted() -> None:
    client, _, _ = async_scripted(answering({2: GONE}))
    async with client:
        result = await client.wait_until_all_deleted(boxes_of(1, 2))
    assert [box.id for box in result.boxes] == [2]
    assert type(result.missing[1]) is JiffyWaitException


async def test_duplicates_are_polled_once_and_no_boxes_take_no_time() -> None:
    client, script, clock = async_scripted(answering({}))
    async with client:
        result = await client.wait_for_all([*boxes_of(1, 1), *boxes_of(1)])
        assert [box.id for box in result.boxes] == [1]
        assert len(script.requests) == 1
        assert (await client.wait_for_all([])).complete
    assert (len(script.requests), clock.slept) == (1, [])


@pytest.mark.parametrize("concurrency", [0, -1, 1.0, True, None, "8"])
async def test_an_invalid_concurrency_is_rejected(concurrency: object) -> None:
    client, script, _ = async_scripted(answering({}))
    async with client:
        with pytest.raises(JiffyArgumentException, match=r"invalid concurrency .*: expected a positive integer"):
            await unchecked(client.wait_for_all)(boxes_of(1), concurrency=concurrency)
    assert script.requests == []


@pytest.mark.parametrize("boxes", [[5], ["5"], [None], 5, None, "12"])
async def test_anything_but_boxes_is_rejected(boxes: object) -> None:
    client, script, _ = async_scripted(answering({}))
    async with client:
        with pytest.raises(JiffyArgumentException, match=r"can.t wait for .*: expected a list of AsyncBox"):
            await unchecked(client.wait_for_all)(boxes)
    assert script.requests == []

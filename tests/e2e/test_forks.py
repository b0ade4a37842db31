"""Clients in forked children: each process has its own connections, and gets the responses to its own calls."""

import asyncio
import os
from collections.abc import Callable

import anyio
import anyio.to_thread
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, JiffyException, RateLimit, Retry
from tests.support.asynchronous import backends
from tests.support.forks import in_child, needs_fork, start_child
from tests.support.loopback import EchoedBoxes
from tests.support.scripted import TOKEN, server

pytestmark = needs_fork

ONCE = Retry(attempts=1)
PARENTS, CHILDS = range(1000, 1100), range(2000, 2100)


def read(client: JiffyBox, numbers: range) -> list[int]:
    return [client.box(number).id for number in numbers]


async def read_async(client: AsyncJiffyBox, numbers: range) -> list[int]:
    return [(await client.box(number)).id for number in numbers]


def test_parent_and_child_get_the_responses_to_their_own_calls() -> None:
    boxes = EchoedBoxes()
    with server(boxes) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        client.box(1)
        child = start_child(lambda: read(client, CHILDS))
        assert read(client, PARENTS) == [*PARENTS]
        assert child() == [*CHILDS]
        assert boxes.connections == 2  # the parent kept its own


def test_a_grandchild_has_its_own_connections() -> None:
    boxes = EchoedBoxes()
    with server(boxes) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        client.box(1)

        def child() -> int:
            client.box(2)
            return in_child(lambda: client.box(3).id) + client.box(4).id

        assert in_child(child) == 7
        assert client.box(5).id == 5
        assert boxes.connections == 3


def use_and_close(client: JiffyBox) -> None:
    client.box(2)
    client.close()


ENDINGS: dict[str, Callable[[JiffyBox], object]] = {
    "closing": JiffyBox.close,
    "leaving a block": lambda client: client.__exit__(None, None, None),
    "using and closing": use_and_close,
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_a_child_closes_stays_open_for_its_parent(ending: str) -> None:
    boxes = EchoedBoxes()
    with server(boxes) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        client.box(1)
        before = boxes.connections
        assert in_child(lambda: ENDINGS[ending](client)) is None
        assert client.box(3).id == 3
        assert boxes.connections == before + (ending == "using and closing")


def test_a_client_closed_before_the_fork_is_closed_in_the_child() -> None:
    boxes = EchoedBoxes()
    with server(boxes) as url:
        client = JiffyBox(TOKEN, url, retry=ONCE)
        client.box(1)
        client.close()

        def child() -> str:
            with pytest.raises(JiffyException) as raised:
                client.box(2)
            return type(raised.value).__name__

        assert in_child(child) == "JiffyDetachedException"
    assert boxes.requests == 1


def test_a_child_has_a_rate_limit_of_its_own() -> None:
    with server(EchoedBoxes()) as url:
        limit = RateLimit(1, 3600)
        with JiffyBox(TOKEN, url, retry=ONCE, rate_limit=limit) as client:
            client.box(1)
            assert in_child(lambda: client.box(2).id) == 2  # without an hour's wait


@backends
def test_a_child_runs_an_event_loop_of_its_own(backend: str) -> None:
    boxes = EchoedBoxes()
    with server(boxes) as url:
        client = AsyncJiffyBox(TOKEN, url, retry=ONCE)
        assert anyio.run(read_async, client, PARENTS, backend=backend) == [*PARENTS]

        def child() -> list[int]:
            async def main() -> list[int]:
                async with client:
                    return await read_async(client, CHILDS)

            return anyio.run(main, backend=backend)

        assert in_child(child) == [*CHILDS]
        anyio.run(client.close, backend=backend)
    assert boxes.connections == 2


def test_a_parent_goes_on_in_its_event_loop_after_a_fork() -> None:
    boxes = EchoedBoxes()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, retry=ONCE) as client:
            await client.box(1)
            parent = os.getpid()
            # asyncio knows that the child is another process. Trio does not, and can't be run in it.
            child = start_child(lambda: asyncio.run(read_async(client, CHILDS)))
            assert os.getpid() == parent
            assert await read_async(client, PARENTS) == [*PARENTS]
            assert await anyio.to_thread.run_sync(child) == [*CHILDS]

    with server(boxes) as url:
        anyio.run(main, url, backend="asyncio")
    assert boxes.connections == 2

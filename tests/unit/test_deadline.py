"""The time limits and the end of connections: what each operation gets, and what is raised when the time is up."""

import gc
from collections.abc import Callable

import httpcore
import pytest

from jiffybox_sdk._client.transport.deadline import AsyncWire, Limits, Wire
from tests.support.proxies import CONTEXT, AsyncNetwork, Network, run

TIMEOUTS = (httpcore.ConnectTimeout, httpcore.ReadTimeout, httpcore.WriteTimeout)


@pytest.mark.parametrize(
    ("step", "total", "seconds", "left"),
    [
        (None, None, 1e9, None),
        (3, None, 1e9, 3),
        (None, 10, 4, 6),
        (3, 10, 4, 3),
        (3, 10, 8, 2),
    ],
)
def test_an_operation_gets_a_step_of_the_time_left(
    step: float | None, total: float | None, seconds: float, left: float | None
) -> None:
    now = 100.0
    limits = Limits(step, total, lambda: now)
    now += seconds
    assert limits.left(httpcore.ReadTimeout) == left


@pytest.mark.parametrize("error", TIMEOUTS)
def test_the_reason_names_the_limit_that_was_exceeded(error: type[httpcore.TimeoutException]) -> None:
    now = 100.0
    limits, endless = Limits(3, 10, lambda: now), Limits(None, None, lambda: now)
    assert limits.reason(error) == "no progress within 3 s"
    now += 10
    total = "no connection was made" if error is httpcore.ConnectTimeout else "the response was not complete"
    assert limits.reason(error) == f"{total} after 10 s"
    assert endless.reason(error) == "the time-out of the operating system expired"


Call = Callable[[Wire], object]
AsyncCall = Callable[[AsyncWire], object]

OPERATIONS: dict[str, tuple[type[httpcore.TimeoutException], Call, AsyncCall]] = {
    "connecting": (
        httpcore.ConnectTimeout,
        lambda wire: wire.connect_tcp("a", 1),
        lambda wire: run(wire.connect_tcp("a", 1)),
    ),
    "TLS": (httpcore.ConnectTimeout, lambda wire: wire.start_tls(CONTEXT), lambda wire: run(wire.start_tls(CONTEXT))),
    "reading": (httpcore.ReadTimeout, lambda wire: wire.read(1), lambda wire: run(wire.read(1))),
    "writing": (httpcore.WriteTimeout, lambda wire: wire.write(b"x"), lambda wire: run(wire.write(b"x"))),
}
"""The time-out of each operation, which shows whether anything may have been sent."""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_not_begun_when_the_time_is_up(operation: str) -> None:
    error, call, async_call = OPERATIONS[operation]
    network = Network()
    wire = Wire(network, Limits(None, None, lambda: 0.0))
    async_wire = AsyncWire(AsyncNetwork(network), Limits(None, None, lambda: 0.0))
    wire.connect_tcp("a", 1)
    run(async_wire.connect_tcp("a", 1))
    wire.limits = async_wire.limits = Limits(None, 0, lambda: 0.0)
    with pytest.raises(error) as raised:
        call(wire)
    assert type(raised.value) is error
    with pytest.raises(error) as raised:
        async_call(async_wire)
    assert type(raised.value) is error
    assert network.events == ["connect to a 1"] * 2


def test_a_connection_that_nobody_holds_is_closed() -> None:
    """As when Ctrl-C interrupts the exchange that is about to close it."""
    network = Network()
    wire = Wire(network, Limits(None, None, lambda: 0.0))
    wire.connect_tcp("a", 1)
    del wire
    gc.collect()
    assert network.events == ["connect to a 1", "close"]

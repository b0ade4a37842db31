"""A connection pool for one origin, for tasks of one event loop. It makes the same promises as the one for threads.

A cancellation at any `await` leaves the pool usable, since all that follows it, such as closing a connection, is done
without waiting.
"""

import ssl
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import anyio
import httpcore
from anyio.lowlevel import RunVar

from jiffybox_sdk._client.transport.deadline import AsyncBackend, AsyncWire, Limits
from jiffybox_sdk._client.transport.pool import Connection, State, Turn, Turns, can_be_reused
from jiffybox_sdk._common.process import PerProcess

T = TypeVar("T")

_Connection: TypeAlias = Connection[httpcore.AsyncHTTPConnection]
_State: TypeAlias = State[httpcore.AsyncHTTPConnection]

_event_loop: RunVar[object] = RunVar("jiffybox_sdk_event_loop")


class WrongEventLoopError(Exception):
    """A pool is used in another event loop than before."""


class AsyncPool:
    """A connection pool for one origin. The tasks of one event loop can share it."""

    def __init__(
        self,
        origin: httpcore.Origin,
        backend: AsyncBackend,
        tls: Callable[[], ssl.SSLContext],
        max_connections: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create a pool. The arguments are those of `Pool`."""
        self.closed = False
        self._origin = origin
        self._backend = backend
        self._tls = tls
        self._now = now
        self._state: PerProcess[_State] = PerProcess(lambda: State(max_connections, now))

    async def exchange(
        self,
        request: httpcore.Request,
        read: Callable[[httpcore.Response, Callable[[], None]], Awaitable[T]],
        step: float | None = None,
        total: float | None = None,
        assigned: Callable[[bool], object] = bool,
    ) -> T:
        """Send a request and return the result of `read`, as `Pool.exchange` does.

        To skip the rest of the body, `read` aborts the connection and reads on until the error, since trio warns about
        generators left to the garbage collector.

        Raises:
            WrongEventLoopError: If the pool was used in another event loop before. Nothing was sent.
        """
        tls = self._tls() if self._origin.scheme == b"https" else None  # may take long the first time
        limits = Limits(step, total, self._now)
        state = self._state.get()
        _check_event_loop(state)
        turn, connection = Turn(), list[_Connection]()
        try:
            if not state.turns.enter(turn):
                await _wait(state.turns, turn, limits)
            reused = state.idle.take(connection)
            assigned(reused)
            if reused:
                connection[0].wire.limits = limits
            else:
                wire = AsyncWire(self._backend, limits)
                http = httpcore.AsyncHTTPConnection(self._origin, ssl_context=tls, network_backend=wire)
                connection.append(Connection(http, wire))
            response = await connection[0].http.handle_async_request(request)
            result = await read(response, connection[0].close)
            await response.aclose()
            if can_be_reused(connection[0].http):
                state.idle.put(connection)
                if self.closed:
                    state.idle.close()
        except httpcore.TimeoutException as error:
            raise type(error)(limits.reason(type(error))) from error
        else:
            return result
        finally:
            for unusable in connection:
                unusable.close()
            state.turns.leave(turn)

    def close(self) -> None:
        """Close idle connections now and the others after their exchanges. Never waits."""
        self.closed = True
        self._state.get().idle.close()


def _check_event_loop(state: _State) -> None:
    current = _event_loop.get(None)
    if current is None:
        current = object()
        _event_loop.set(current)
    if state.event_loop is None:
        state.event_loop = current
    if state.event_loop is not current:
        raise WrongEventLoopError


async def _wait(turns: Turns, turn: Turn, limits: Limits) -> None:
    while not turns.has_come(turn):
        woken = anyio.Event()
        turn.wake = woken.set
        left = limits.left(httpcore.PoolTimeout)
        with anyio.move_on_after(left):
            await woken.wait()

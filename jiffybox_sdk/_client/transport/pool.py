"""A connection pool for one origin, for threads. It knows nothing of the service.

It is built on httpcore's single connections, which test tools such as respx intercept, and makes these promises:

- A response belongs to its request. A connection is not reused if bytes arrived that nobody asked for, after an
  incomplete exchange, or after idling for `IDLE_SECONDS`. A forked child starts without connections.
- An exchange ends by its deadline, which covers the wait for a turn, all addresses of a host, handshakes, headers and
  the body.
- An interruption at any instruction leaves the pool usable. So there are no locks, just operations that Python carries
  out atomically, and the turn of an exchange is counted only as long as somebody holds it.
"""

import ssl
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic, TypeAlias, TypeVar

import httpcore

from jiffybox_sdk._client.transport.deadline import AsyncWire, Limits, Wire
from jiffybox_sdk._common.process import PerProcess

T = TypeVar("T")
H = TypeVar("H", httpcore.HTTPConnection, httpcore.AsyncHTTPConnection)

IDLE_SECONDS = 5.0
"""The time after which an idle connection is closed. Servers and firewalls drop them, often without notice."""

_RECHECK_SECONDS = 0.1  # a wake-up is lost if the thread that should send it is interrupted


class NoTurnError(httpcore.PoolTimeout):
    """A signal handler needs a connection, but the code that it interrupts holds all of them."""


class Turn:
    """The right to use a connection. If it has to be waited for, `wake` is called whenever it may have come."""

    __slots__ = ("__weakref__", "thread", "wake")

    def __init__(self, thread: int | None = None) -> None:
        self.thread = thread
        self.wake: Callable[[], object] | None = None


class Turns:
    """A queue in which a limited number of turns come at the same time."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._queue: dict[weakref.ref[Turn], None] = {}  # in order of arrival

    def enter(self, turn: Turn) -> bool:
        """Add a turn to the queue and return whether it has come."""
        self._queue[weakref.ref(turn)] = None
        return self.has_come(turn)

    def has_come(self, turn: Turn) -> bool:
        """Return whether a turn in the queue has come."""
        return len(self._queue) <= self.limit or turn in self._first()

    def is_stuck(self, turn: Turn) -> bool:
        """Return whether a turn can't come, since its own thread, which waits for it, holds all that have come."""
        first = self._first()
        return turn not in first and all(other.thread == turn.thread for other in first)

    def leave(self, turn: Turn) -> None:
        """Remove a turn from the queue and wake those that may have come."""
        self._queue.pop(weakref.ref(turn), None)
        if len(self._queue) >= self.limit:
            for other in self._first():
                if other.wake:
                    other.wake()

    def _first(self) -> list[Turn]:
        turns: list[Turn] = []
        for reference in list(self._queue):
            turn = reference()
            if turn is None:  # its holder was interrupted before it could leave
                self._queue.pop(reference, None)
            elif len(turns) < self.limit:
                turns.append(turn)
            else:
                break
        return turns


class Connection(Generic[H]):
    """A connection that is used by one exchange at a time."""

    def __init__(self, http: H, wire: Wire | AsyncWire) -> None:
        self.http: H = http
        self.wire = wire
        self.idle_since = 0.0

    def is_readable(self) -> bool:
        return bool(self.wire.get_extra_info("is_readable"))

    def close(self) -> None:
        self.wire.close()


class Idle(Generic[H]):
    """The idle connections of a pool."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._connections: deque[Connection[H]] = deque()  # by the time of their last use

    def take(self, taken: list[Connection[H]]) -> bool:
        """Move the usable connection that was used last to `taken`, and return whether there is one."""
        while self._connections:
            try:
                taken.append(self._connections.pop())
            except IndexError:  # another thread was faster
                break
            if not self._is_expired(taken[0]) and not taken[0].is_readable():
                return True
            taken.pop().close()
        return False

    def put(self, given: list[Connection[H]]) -> None:
        """Move a connection from `given` to the idle ones, and close those that have been idle for too long."""
        given[0].idle_since = self._now()
        self._connections.append(given.pop())
        while len(self._connections) > 1:
            oldest: list[Connection[H]] = []
            try:
                oldest.append(self._connections.popleft())
            except IndexError:
                return
            if not self._is_expired(oldest[0]):
                self._connections.appendleft(oldest.pop())
                return
            oldest.pop().close()

    def close(self) -> None:
        """Close all idle connections."""
        with suppress(IndexError):
            while True:
                self._connections.pop().close()

    def _is_expired(self, connection: Connection[H]) -> bool:
        return self._now() - connection.idle_since > IDLE_SECONDS


class State(Generic[H]):
    """The state of a pool in one process."""

    def __init__(self, max_connections: int, now: Callable[[], float]) -> None:
        self.turns = Turns(max_connections)
        self.idle: Idle[H] = Idle(now)
        self.event_loop: object = None  # of a pool for tasks


_Connection: TypeAlias = Connection[httpcore.HTTPConnection]
_State: TypeAlias = State[httpcore.HTTPConnection]


class Pool:
    """A connection pool for one origin. Threads and signal handlers can share it."""

    def __init__(
        self,
        origin: httpcore.Origin,
        backend: httpcore.NetworkBackend,
        tls: Callable[[], ssl.SSLContext],
        max_connections: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create a pool.

        Args:
            origin: The scheme, host and port.
            backend: The network. A time-out that it gets is for a whole operation, all addresses of a host included.
            tls: A function that returns the TLS context. It is called for `https` only.
            max_connections: The maximum number of exchanges at the same time.
            now: A monotonic clock in seconds.
        """
        self.closed = False
        self._origin = origin
        self._backend = backend
        self._tls = tls
        self._now = now
        self._state: PerProcess[_State] = PerProcess(lambda: State(max_connections, now))

    def exchange(
        self,
        request: httpcore.Request,
        read: Callable[[httpcore.Response, Callable[[], None]], T],
        step: float | None = None,
        total: float | None = None,
        assigned: Callable[[bool], object] = bool,
    ) -> T:
        """Send a request and return the result of `read`, which gets the response.

        Args:
            request: The request.
            read: A function that gets the response and a function that aborts the connection, now or later. If it does
                not read the whole body, the connection is closed.
            step: The time limit for each operation on the network, in seconds.
            total: The time limit for the exchange, in seconds.
            assigned: A function that gets whether a connection is reused, before it is used.

        Raises:
            NoTurnError: If only this thread could free a connection. Nothing was sent.
            httpcore.PoolTimeout, httpcore.ConnectError, httpcore.ConnectTimeout: If nothing was sent.
            httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError: If the exchange failed.
        """
        tls = self._tls() if self._origin.scheme == b"https" else None  # may take long the first time
        limits = Limits(step, total, self._now)
        state = self._state.get()
        # Lists, because they can be emptied in a single step, so an interruption finds an item in exactly one place.
        turn, connection = [Turn(threading.get_ident())], list[_Connection]()
        try:
            if not state.turns.enter(turn[0]):
                _wait(state.turns, turn[0], limits)
            reused = state.idle.take(connection)
            assigned(reused)
            if reused:
                connection[0].wire.limits = limits
            else:
                wire = Wire(self._backend, limits)
                http = httpcore.HTTPConnection(self._origin, ssl_context=tls, network_backend=wire)
                connection.append(Connection(http, wire))
            response = connection[0].http.handle_request(request)
            result = read(response, connection[0].close)
            response.close()
            if can_be_reused(connection[0].http):
                state.idle.put(connection)
                if self.closed:
                    state.idle.close()
        except NoTurnError:
            raise
        except httpcore.TimeoutException as error:
            raise type(error)(limits.reason(type(error))) from error
        else:
            return result
        finally:
            for unusable in connection:
                unusable.close()
            state.turns.leave(turn[0])
            turn.clear()

    def close(self) -> None:
        """Close idle connections now and the others after their exchanges. Never waits."""
        self.closed = True
        self._state.get().idle.close()


def _wait(turns: Turns, turn: Turn, limits: Limits) -> None:
    woken: SimpleQueue[None] = SimpleQueue()
    turn.wake = partial(woken.put, None)
    while not turns.has_come(turn):
        if turns.is_stuck(turn):
            raise NoTurnError("the code that this call interrupts holds all connections; set a higher max_connections")
        left = limits.left(httpcore.PoolTimeout)
        with suppress(Empty):
            woken.get(timeout=_RECHECK_SECONDS if left is None else min(left, _RECHECK_SECONDS))


def can_be_reused(connection: httpcore.HTTPConnection | httpcore.AsyncHTTPConnection) -> bool:
    """Return whether an exchange ended properly and no byte arrived after its response.

    httpcore would take them for the next response. Its buffer is private. If it can't be found, the answer is no.
    """
    http11: object = getattr(connection, "_connection", None)
    buffer: object = getattr(http11, "_h11_state", None)
    trailing: object = getattr(buffer, "trailing_data", None)
    return connection.is_available() and trailing == (b"", False)

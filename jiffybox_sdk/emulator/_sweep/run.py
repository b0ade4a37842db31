"""One run of a program, with or without faults."""

import asyncio
import contextvars
import inspect
import pickle
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, Protocol, Self, TypeGuard, TypeVar

from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock, EmulatorClock
from jiffybox_sdk.emulator._faults import Fault
from jiffybox_sdk.emulator._journal import JournalEntry
from jiffybox_sdk.emulator._service import ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state.snapshots import Snapshot
from jiffybox_sdk.emulator._transport import EmulatorTransport
from jiffybox_sdk.exceptions import JiffyArgumentException, one_line

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.api.client import JiffyBox


class Emulator(Protocol):
    """What sweeps need of the class `Emulator`, which imports them."""

    clock: EmulatorClock
    lenient: bool

    def __init__(self, *, lenient: bool, vary: int | None) -> None: ...
    @property
    def vary(self) -> int | None: ...
    def copy(self) -> Self: ...
    def differences(self, expected: Self) -> list[str]: ...
    def client(self, *, transport: EmulatorTransport) -> "JiffyBox": ...
    def async_client(self, *, transport: EmulatorTransport) -> "AsyncJiffyBox": ...
    def handle(self, request: ServiceRequest) -> ServiceResponse: ...
    def inject(self, fault: Fault) -> None: ...
    def clear_faults(self) -> None: ...
    def journal(self) -> list[JournalEntry]: ...
    def run_until_idle(self) -> None: ...
    def snapshot(self) -> Snapshot: ...
    def restore(self, snapshot: Snapshot) -> None: ...


E = TypeVar("E", bound=Emulator)
SyncProgram = Callable[["JiffyBox"], object]
AsyncProgram = Callable[["AsyncJiffyBox"], Awaitable[object]]
Ending = Literal["returned", "raised", "failed", "endless"]

MOST_CALLS = 1000
"""The largest number of calls in a run. The journal keeps as many."""

LONGEST = 30 * 86_400.0
"""The longest run, in seconds of virtual time."""


@dataclass(frozen=True, slots=True)
class Run:
    """What happened in a run.

    Attributes:
        calls: The calls, retries included; `None` for requests that are no calls.
        commands: For each call, the status that it sets, if it does.
        triggered: The positions in `calls` at which faults were triggered.
        ending: Whether the program returned, raised an exception, failed an assertion, or had to be stopped.
        error: The exception.
        differences: How the account differs in the end from that of a run without faults.
        again: The same after a second run without faults, or its exception. Empty if there was none.
    """

    calls: tuple[CallName | None, ...]
    commands: tuple[str, ...]
    triggered: tuple[int, ...]
    ending: Ending
    error: str
    differences: tuple[str, ...]
    again: tuple[str, ...] = ()


class _Stopped(BaseException):
    """The program must be stopped. No `Exception`, because programs catch those to retry."""


class _Watch:
    """Passes requests to an emulator, and stops programs that do not end."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._end = emulator.clock.now() + LONGEST
        self._calls = 0
        self._thread = threading.get_ident()
        self.saw_threads = False
        self.stopped = False

    def transport(self) -> EmulatorTransport:
        """Return a transport for clients."""
        clock = self._emulator.clock
        return EmulatorTransport(self._handle, clock.sleep, AsyncEmulatorClock(clock).sleep)

    def _handle(self, request: ServiceRequest) -> ServiceResponse:
        self._calls += 1
        if threading.get_ident() != self._thread:
            self.saw_threads = True
            raise _Stopped
        self.stopped = self._calls > MOST_CALLS or self._emulator.clock.now() > self._end
        if self.stopped:
            raise _Stopped
        return self._emulator.handle(request)


class Runner(Generic[E]):
    """Runs a program, always from the same account."""

    def __init__(
        self,
        program: SyncProgram | AsyncProgram,
        start: E,
        *,
        again: bool = False,
        prepare: Callable[[E], object] = lambda _: None,
    ) -> None:
        """Prepare the runs.

        Args:
            program: The program.
            start: An emulator with the account.
            again: Whether to run the program a second time if it has raised an exception.
            prepare: A function that is called with the emulator of each run.
        """
        self._program = program
        self._start = start
        self._again = again
        self._prepare = prepare
        self._expected: E | None = None

    def pickled(self) -> bytes:
        """Return the program and its account for another process.

        Raises:
            JiffyArgumentException: If the program can't be pickled.
        """
        start = self._start
        state = self._program, type(start), start.snapshot(), start.lenient, start.vary, self._again
        try:
            return pickle.dumps(state)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise JiffyArgumentException(
                f"invalid program for several jobs: expected a function of a module, which can be pickled ({error})"
            ) from None

    @classmethod
    def unpickled(cls, content: bytes) -> Self:
        """Return the runner of another process."""
        program, emulator, snapshot, lenient, vary, again = pickle.loads(content)  # noqa: S301 (from the parent process)
        start = emulator(lenient=lenient, vary=vary)
        start.restore(snapshot)
        return cls(program, start, again=again)

    def runs(self, plans: Iterable[Sequence[Fault]]) -> Iterator[Run]:
        """Yield a run for each selection of faults."""
        if is_async(self._program) and asyncio._get_running_loop():  # noqa: SLF001
            raise JiffyArgumentException(
                "an async program can't be swept by async code: call sweep outside of the event loop"
            )
        with asyncio.Runner() as loop:
            for faults in plans:
                yield self._run(faults, loop)

    def _run(self, faults: Sequence[Fault], loop: asyncio.Runner) -> Run:
        if self._expected is None:
            self._expected = self._start.copy()
            self._execute(self._expected, loop)
        emulator = self._start.copy()
        for fault in faults:
            emulator.inject(fault)
        ending, error = self._execute(emulator, loop)
        journal = emulator.journal()
        triggered = tuple(number for number, entry in enumerate(journal) if entry.fault in faults)
        differences, again = tuple(emulator.differences(self._expected)), tuple[str, ...]()
        if self._again and ending == "raised":
            emulator.clear_faults()
            _, error_again = self._execute(emulator, loop)
            again = (error_again,) if error_again else tuple(emulator.differences(self._expected))
        calls: tuple[CallName | None, ...] = tuple(entry.call for entry in journal)
        commands = tuple(str(entry.body.get("status", "")) if is_map(entry.body) else "" for entry in journal)
        return Run(calls, commands, triggered, ending, error, differences, again)

    def _execute(self, emulator: E, loop: asyncio.Runner) -> tuple[Ending, str]:
        """Execute the program, and complete the work that it has started. Return how it ended, and its exception."""
        watch = _Watch(emulator)
        context = contextvars.copy_context()  # keeps the virtual time that the program waits
        ending: Ending = "returned"
        error = ""
        self._prepare(emulator)
        try:
            if is_async(self._program):
                loop.run(_call_async(self._program, emulator, watch), context=context)
            elif is_sync(self._program):
                context.run(_call, self._program, emulator, watch)
        except KeyboardInterrupt:
            raise
        except SystemExit as exit_:
            if exit_.code not in (None, 0):
                ending, error = "raised", f"SystemExit: {exit_.code}"
        except BaseException as exception:  # noqa: BLE001 (pytest's exception for a failure is no `Exception`)
            is_failure = isinstance(exception, AssertionError) or not isinstance(exception, Exception)
            ending = "failed" if is_failure else "raised"
            error = f"{type(exception).__name__}: {one_line(str(exception))}"
        if watch.saw_threads:
            raise JiffyArgumentException(
                "invalid program: it makes calls in several threads, as wait_for_all does, so that their order is not "
                "always the same: use wait_for_all with concurrency=1, or tasks and an async client"
            )
        if watch.stopped:
            ending, error = "endless", f"stopped after {MOST_CALLS} calls, or {LONGEST:.0f} s of virtual time"
        emulator.run_until_idle()
        return ending, error


def is_async(program: SyncProgram | AsyncProgram) -> TypeGuard[AsyncProgram]:
    """Return whether a program takes an async client."""
    return inspect.iscoroutinefunction(program) or inspect.iscoroutinefunction(getattr(program, "__call__", None))  # noqa: B004 (not whether it is callable)


def is_sync(program: SyncProgram | AsyncProgram) -> TypeGuard[SyncProgram]:
    """Return whether a program takes a client that is not async."""
    return not is_async(program)


def _call(program: SyncProgram, emulator: Emulator, watch: _Watch) -> None:
    with emulator.client(transport=watch.transport()) as client:
        program(client)


async def _call_async(program: AsyncProgram, emulator: Emulator, watch: _Watch) -> None:
    async with emulator.async_client(transport=watch.transport()) as client:
        await program(client)

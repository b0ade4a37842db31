"""The emulator as users see it: an account with clients, time, faults, a journal, snapshots and a state file."""

import logging
import os
from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from pydantic import SecretStr

from jiffybox_sdk._client.settings import token_problem
from jiffybox_sdk._common import arguments
from jiffybox_sdk.drift import Drift
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock, ClockPolicy, EmulatorClock
from jiffybox_sdk.emulator._controls import EmulatorControls
from jiffybox_sdk.emulator._service import Service, ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state import snapshots
from jiffybox_sdk.emulator._state.account import Account, StateNotSaved
from jiffybox_sdk.emulator._state.objects import Content
from jiffybox_sdk.emulator._state.snapshots import Snapshot
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from jiffybox_sdk.aio._connection import AsyncClientOptions
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.api._connection import ClientOptions
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.emulator._seeds import SeedDocument
    from jiffybox_sdk.emulator._sweep import SweepResult
    from jiffybox_sdk.emulator._transport import EmulatorTransport
    from jiffybox_sdk.emulator._vary import Variation

TOKEN = "EmulatedTokenEmulatedTokenEmulat"  # noqa: S105 (a default, only valid for emulators)
"""An emulator's default token."""

_URL = "https://emulator.invalid"

_log = logging.getLogger("jiffybox_sdk")


class Emulator(EmulatorControls):
    """An emulated JiffyBox service with one account. Thread-safe.

    The account is initially empty; plans and distributions are the last published ones. Clients are ready to use:

        client = Emulator().client()
        box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit")
        box = box.wait_for_status("READY")

    Error messages match those of the service where their wording is known. A table in the documentation lists how well
    each behaviour is known. With `vary`, inferred and invented behaviour differs from number to number, within what
    clients must accept. Code that passes with twenty numbers depends only on documented and recorded behaviour.

    A forked child has a copy of the account, and changes in one process do not affect the other. With a state file,
    several processes can use one account, each with an emulator of its own that it created itself.

    Attributes:
        clock: The clock of the service and its clients.
        lenient: Whether unknown parameters in request bodies are ignored. If not, they are rejected.
        drift: The unknown parameters, by the model of the request body, such as `CreateBox`. `journal()` has them, too.
    """

    _variation: "Variation | None" = None

    self_check: bool = False
    """Whether results are validated against the schemas before they are sent. Off by default, because the SDK's
    clients validate them anyway. The server and the pytest plugin turn it on."""

    def __init__(
        self,
        clock: ClockPolicy = "auto",
        *,
        speed: float = 1.0,
        token: str | SecretStr = TOKEN,
        seed: "SeedDocument | None" = None,
        state: str | os.PathLike[str] | None = None,
        lenient: bool = False,
        vary: int | None = None,
    ) -> None:
        """Start an emulator.

        Args:
            clock: The clock policy; see `EmulatorClock`.
            speed: For the clock `real`: seconds at the service per real second.
            token: The token that requests must contain. Defaults to the constant `jiffybox_sdk.emulator.TOKEN`.
            seed: The account's initial content, as a mapping or as the path of a JSON file.
            state: The path of an SQLite database in which the account persists. Changes are saved before a call is
                answered. Other emulators, also of other processes, can use it at the same time. If the file exists,
                the seed is ignored.
            lenient: Whether unknown parameters are ignored, as old programs expect, rather than rejected.
            vary: The number of a variation, from 0. The same number and the same calls give the same answers.

        Raises:
            JiffyArgumentException: If the clock, the speed, the token, the seed or `vary` is invalid, or if the state
                file is invalid or can't be used.
        """
        token = arguments.secret(token)
        if problem := token_problem(token):
            raise JiffyArgumentException(problem)
        new_clock = EmulatorClock(clock, speed)
        self._token = token
        self._variation = None if vary is None else _variation(vary)
        vary_answer = self._variation.vary if self._variation else None
        super().__init__(Service(token, new_clock, self._new_account(new_clock), vary_answer))
        self.lenient: bool = lenient
        self.drift: Drift = self._service.drift
        if state is not None:
            from jiffybox_sdk.emulator._state.store import Store  # noqa: PLC0415 (few emulators have a state file)

            self._service.store = Store(state, self._service.account, self.clock)
        if not (self._service.store and self._service.store.exists):
            self._fill(self._service.account, seed, self.clock)
            self._service.account.changes.clear()

    def __repr__(self) -> str:
        return super().__repr__() if self.vary is None else f"<{type(self).__name__} vary={self.vary}>"

    @property
    def vary(self) -> int | None:
        """The number of the variation, if there is one."""
        return self._variation.number if self._variation else None

    def client(self, **options: "Unpack[ClientOptions]") -> "JiffyBox":
        """Return a client for this account that uses the emulator's clock.

        Args:
            **options: The options of `JiffyBox`.
        """
        from jiffybox_sdk.api.client import JiffyBox  # noqa: PLC0415 (not needed by async users)

        options.setdefault("transport", self.transport())
        options.setdefault("clock", self.clock)
        return JiffyBox(self._token, _URL, **options)

    def async_client(self, **options: "Unpack[AsyncClientOptions]") -> "AsyncJiffyBox":
        """Return an async client for this account that uses the emulator's clock.

        Args:
            **options: The options of `AsyncJiffyBox`.
        """
        from jiffybox_sdk.aio.client import AsyncJiffyBox  # noqa: PLC0415 (not needed by sync users)

        options.setdefault("transport", self.transport())
        options.setdefault("clock", AsyncEmulatorClock(self.clock))
        return AsyncJiffyBox(self._token, _URL, **options)

    def transport(self) -> "EmulatorTransport":
        """Return an httpx transport to this emulator, for sync and async clients."""
        from jiffybox_sdk.emulator._transport import EmulatorTransport  # noqa: PLC0415 (imports httpx)

        return EmulatorTransport(self.handle, self.clock.sleep, AsyncEmulatorClock(self.clock).sleep)

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answer a request, after completing the work that is due.

        Args:
            request: The request.

        Raises:
            EmulatorDefect: If the response violates the schemas. Only checked with `self_check`.
            StateNotSaved: If the state file can't be written or read.
            JiffyDetachedException: If the emulator had a state file and is closed, or was created in another process,
                or if a signal handler interrupts another call.
        """
        return self._service.handle(request, self_check=self.self_check, lenient=self.lenient)

    @property
    def has_state_file(self) -> bool:
        """Whether the account is kept in a state file."""
        return self._service.store is not None

    def save(self) -> None:
        """Save the service's time to the state file, if there is one. Everything else is saved when it changes.

        Raises:
            StateNotSaved: If the state file can't be written.
            JiffyDetachedException: If the emulator is closed, or if another process created it.
        """
        with self._service.changing(save_time=True):
            pass

    def snapshot(self) -> Snapshot:
        """Return the account and the service's time, for `restore()`. Faults and the journal are not included.

        Raises:
            StateNotSaved: If the state file can't be read.
        """
        with self._service.reading():
            return snapshots.dump(self._service.account, self.clock.now())

    def restore(self, snapshot: Snapshot) -> None:
        """Restore the account and the service's time. Ids used since then are not reused.

        Args:
            snapshot: A snapshot of this emulator or of another one.

        Raises:
            JiffyArgumentException: If the snapshot is invalid.
            StateNotSaved: If the state file can't be written.
        """
        account, now = snapshots.load(snapshot.state, "snapshot")
        with self._service.changing(save_time=True):
            account.skip_ids_of(self._service.account)
            self._service.account.replace(account.content())
            self.clock.set_time(now)

    def reset(
        self, seed: "SeedDocument | None" = None, *, clock: ClockPolicy | None = None, speed: float | None = None
    ) -> None:
        """Start over with an empty account, no faults, an empty journal, no drift and the initial time.

        Args:
            seed: The account's initial content; see the constructor.
            clock: A new clock policy, also for existing clients. By default, it does not change.
            speed: A new speed for the clock `real`. By default, it only changes if the policy does.

        Raises:
            JiffyArgumentException: If the seed, the clock or the speed is invalid. Nothing changes.
            StateNotSaved: If the state file can't be written. Only the clock has changed.
        """
        policy = clock or self.clock.policy
        if speed is None:
            speed = self.clock.speed if policy == self.clock.policy else 1
        new_clock = EmulatorClock(policy, speed)
        account = self._new_account(new_clock)
        self._fill(account, seed, new_clock)
        with self._service.changing(save_time=True):
            self._service.account.replace(account.content())
            self.clock.copy_from(new_clock)
        self._service.forget()

    def _new_account(self, clock: EmulatorClock) -> Account:
        return self._variation.account(clock) if self._variation else Account()

    def _fill(self, account: Account, seed: "SeedDocument | None", clock: EmulatorClock) -> None:
        """Fill an empty account."""
        if seed is not None:
            from jiffybox_sdk.emulator._seeds import apply_seed  # noqa: PLC0415 (few emulators have a seed)

            apply_seed(account, seed, clock)
        if self._variation:
            self._variation.skip_ids(account)

    def close(self, *, save_time: bool = True) -> None:
        """Close the state file, if there is one. Safe to call more than once.

        Args:
            save_time: Whether to save the service's time, as `save()` does. In a forked child, nothing is saved.

        Raises:
            StateNotSaved: If the state file can't be written. It is closed anyway.
        """
        store = self._service.store
        if store and store.is_open:
            try:
                if save_time:
                    self.save()
            finally:
                store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except StateNotSaved as error:
            if exception is None:
                raise
            _log.error("%s", error)  # the exception that ends the block is more important

    def copy(self, clock: ClockPolicy = "auto") -> Self:
        """Return a new emulator with the same account, time, token and variation.

        It has no faults, no journal, no drift and no state file. Emulators can be pickled, which copies the same.

        Args:
            clock: The clock policy of the new emulator.

        Raises:
            JiffyArgumentException: If there is no such policy.
            StateNotSaved: If the state file can't be read.
        """
        result = type(self)(clock, token=self._token, lenient=self.lenient, vary=self.vary)
        result.__setstate__(self.__getstate__())
        return result

    def __getstate__(self) -> tuple[bool, Content, float]:
        with self._service.reading():
            return self.self_check, self._service.account.content(), self.clock.now()

    def __setstate__(self, state: tuple[bool, Content, float]) -> None:
        self.self_check, content, now = state
        self._service.account.replace(content)
        self._service.account.changes.clear()
        self.clock.set_time(now)

    def __reduce__(self) -> tuple[object, ...]:
        new = partial(type(self), lenient=self.lenient, vary=self.vary)  # the token is a secret
        return new, (), self.__getstate__()

    def sweep(
        self,
        program: "Callable[[JiffyBox], object] | Callable[[AsyncJiffyBox], Awaitable[object]]",
        *,
        depth: int = 1,
        most: int = 2000,
        choice: int = 0,
        repeatable: bool = False,
        jobs: int = 1,
        progress: "Callable[[int, int], object] | None" = None,
    ) -> "SweepResult":
        """Run a program once without faults, and then once with each fault that each of its calls could meet.

        The connection is refused, for one call or for 100; it is lost, before or after the call is executed; the
        response breaks off, comes too late, or has the status 502 or 429. Each run starts from this emulator's account,
        which does not change, and takes virtual time. If the program returns although the account differs from that of
        the run without faults, as `differences()` compares them, this is a failure: a wrong success. So is an assertion
        that fails. A program that does not end is stopped after 1,000 calls, or 30 days of virtual time, which is a
        failure, too.

        Waits must use the client's clock (`client.clock.sleep`), or they take real time. Waits before retries are
        equally long in each run.

        Args:
            program: A function that takes a `JiffyBox`, or a coroutine function that takes an `AsyncJiffyBox`. It must
                make the same calls each time. Async programs run in asyncio.
            depth: 2 to try pairs of faults in addition to single ones.
            most: The maximum number of pairs. If there are more, some are chosen at random.
            choice: A number that determines which pairs are chosen.
            repeatable: Whether to run the program again, without faults, after it has raised an exception. It must then
                lead to the expected account.
            jobs: The number of processes. If more than one, the program must be a function of a module.
            progress: A function that is called after each run, with the number of runs so far and of all.

        Returns:
            All histories, and which of them failed.

        Raises:
            JiffyArgumentException: If an option is invalid, or if the program makes no calls, raises an exception
                without a fault, does not do the same each time, or uses threads.
        """
        from jiffybox_sdk.emulator._sweep import Runner, is_async, sweep  # noqa: PLC0415 (only needed for this)

        return sweep(
            Runner(partial(_run_async, program) if is_async(program) else partial(_run, program), self),
            depth=depth,
            most=most,
            choice=choice,
            repeatable=repeatable,
            jobs=jobs,
            progress=progress,
        )


def _run(program: Callable[..., object], emulator: Emulator) -> None:
    with emulator.client() as client:
        program(client)


async def _run_async(program: Callable[..., Awaitable[object]], emulator: Emulator) -> None:
    async with emulator.async_client() as client:
        await program(client)


def _variation(number: int) -> "Variation":
    from jiffybox_sdk.emulator._vary import Variation  # noqa: PLC0415 (few emulators vary; it loads all models)

    return Variation(number)

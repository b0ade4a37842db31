"""The service in a box: what runs when someone tries the SDK, and what users test their own code with.

It keeps an account with its boxes, and answers like the service: everything takes its time, and what does not fit the
state is refused. See `Emulator`.
"""

import logging
import os
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypedDict, Unpack

from pydantic import SecretStr

from jiffybox_sdk._client.settings import token_problem
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.aio._connection import AsyncClientOptions
from jiffybox_sdk.aio.client import AsyncJiffyBox
from jiffybox_sdk.api._connection import ClientOptions
from jiffybox_sdk.api.client import JiffyBox
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock, ClockPolicy, EmulatorClock
from jiffybox_sdk.emulator._faults import Fault
from jiffybox_sdk.emulator._journal import JournalEntry
from jiffybox_sdk.emulator._router import EmulatorDefect
from jiffybox_sdk.emulator._seeds import SeedDocument, sow
from jiffybox_sdk.emulator._service import Service, ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.snapshots import Snapshot, StateFile, StateNotKept, read, take
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException
from jiffybox_sdk.models.responses.box import Box

if TYPE_CHECKING:
    from jiffybox_sdk.emulator._transport import EmulatorTransport

__all__ = [
    "ClockPolicy",
    "Effect",
    "Emulator",
    "EmulatorClock",
    "EmulatorDefect",
    "Fault",
    "JournalEntry",
    "SeedDocument",
    "ServiceRequest",
    "ServiceResponse",
    "Snapshot",
    "StateNotKept",
]

TOKEN = "EmulatedTokenEmulatedTokenEmulat"  # noqa: S105 (opens nothing but an emulator)
"""The token that an emulator accepts if none is given."""

_URL = "https://emulator.invalid"

_log = logging.getLogger("jiffybox_sdk")


class Effect(TypedDict, total=False):
    """The keyword arguments of `Emulator.add_fault`: the fields of a `Fault`, but for its call."""

    skip: int
    times: int
    moment: Literal["before", "after"]
    latency: float
    drop: bool
    status: int
    retry_after: str
    messages: list[str]
    body: str
    cut: bool
    leave_out: str
    state: str


class Emulator:
    """An account at an emulated JiffyBox service, empty at first, with the last published plans and distributions.

    `Emulator().client()` is a client that is ready to use:

        client = Emulator().client()
        box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit")
        box = box.wait_for_status("READY")

    It answers in the service's own words. Which of them are on record and which are invented stands in
    `jiffybox_sdk.emulator._messages`. May be used by many threads.
    """

    def __init__(
        self,
        clock: ClockPolicy = "auto",
        *,
        speed: float = 1.0,
        token: str | SecretStr = TOKEN,
        seed: "SeedDocument | None" = None,
        state: "str | os.PathLike[str] | None" = None,
    ) -> None:
        """Makes an emulator.

        Args:
            clock: How its time runs; see `EmulatorClock`.
            speed: For the clock `real`: how many seconds pass at the service in one.
            token: The token that calls must bring.
            seed: What the account holds at first: a declaration, or the path of a JSON file with one; see
                `jiffybox_sdk.emulator._seeds`.
            state: A file that keeps the account from one emulator to the next: each call that changes something is
                answered when that is kept. The seed is used when there is no such file yet.

        Raises:
            JiffyArgumentException: there is no such clock, the speed is not a positive number, the token is none that
                a client could send, or the seed or the file can't be used.
        """
        token = arguments.secret(token)
        if problem := token_problem(token):
            raise JiffyArgumentException(problem)
        self.clock: EmulatorClock = EmulatorClock(clock, speed)
        self._token = token
        self._service = Service(token, self.clock)
        self._saving = threading.RLock()
        self._closed = False
        self._kept = 0
        self._file = None if state is None else StateFile(state)
        try:
            kept = self._file.load() if self._file else None
            if kept:
                self._service.account, now = kept
                self.clock.put(now)
            elif seed is not None:
                sow(self._service.account, seed, self.clock.now(), self.clock.due_in)
        except JiffyArgumentException:
            if self._file:
                self._file.close()
            raise

    def client(self, **options: Unpack[ClientOptions]) -> JiffyBox:
        """Returns a client of this account that goes by this emulator's time.

        Args:
            **options: As for `JiffyBox`.
        """
        options.setdefault("transport", self.transport())
        options.setdefault("clock", self.clock)
        return JiffyBox(self._token, _URL, **options)

    def async_client(self, **options: Unpack[AsyncClientOptions]) -> AsyncJiffyBox:
        """Returns an async client of this account that goes by this emulator's time.

        Args:
            **options: As for `AsyncJiffyBox`.
        """
        options.setdefault("transport", self.transport())
        options.setdefault("clock", AsyncEmulatorClock(self.clock))
        return AsyncJiffyBox(self._token, _URL, **options)

    def transport(self) -> "EmulatorTransport":
        """Returns an httpx transport that leads to this emulator, for a client of your own making, async or not."""
        from jiffybox_sdk.emulator._transport import EmulatorTransport  # noqa: PLC0415 (loads httpx)

        return EmulatorTransport(self.handle, self.clock.sleep, AsyncEmulatorClock(self.clock).sleep)

    def handle(self, request: ServiceRequest, *, keep: bool = True) -> ServiceResponse:
        """Answers one request. Work that is due is finished before.

        Args:
            request: The request.
            keep: Whether what the answer tells is in the state file, if there is one, when this returns; else call
                `keep()`.

        Raises:
            EmulatorDefect: the answer would break the schemas.
            StateNotKept: the state file can't be written.
            JiffyDetachedException: the emulator was closed, and keeps its state no more.
        """
        if self._closed:
            raise JiffyDetachedException("the emulator is closed, and its state would not be kept")
        response = self._service.handle(request)
        if keep:
            self.keep(self.revision)
        return response

    @property
    def revision(self) -> int:
        """A number that grows with each change of the account."""
        return self._service.revision

    @property
    def keeps(self) -> bool:
        """Whether there is a state file."""
        return self._file is not None

    def keep(self, revision: int) -> None:
        """Sees to it that a revision of the account is in the state file, if there is one.

        Args:
            revision: The number that the account had when it was as it is to be kept, or a lower one.

        Raises:
            StateNotKept: the state file can't be written. What it held is still there.
        """
        # Whoever saves takes the state in its turn, so that no older one takes the place of a newer one. Nobody calls
        # this who holds the service's lock, since that is taken in here.
        with self._saving:
            if self._file and self._kept < revision:
                self._save(self._file)

    def _save(self, file: StateFile) -> None:
        with self._service.lock:
            revision, snapshot = self._service.revision, self.snapshot()
        file.save(snapshot)
        self._kept = revision

    def _changed(self) -> None:
        """Keeps what was changed from outside of the service."""
        with self._service.lock:
            self._service.revision += 1
        self.keep(self.revision)

    def add_fault(self, call: CallName, **effect: Unpack[Effect]) -> Fault:
        """Has something go wrong: `emulator.add_fault("create_box", drop=True, moment="after")` loses an answer.

        Args:
            call: The name of a call, as in `jiffybox_sdk._client.endpoints`.
            **effect: What goes wrong, when, and how often; see `Fault`.

        Returns:
            The fault.

        Raises:
            JiffyArgumentException: there is no such call, or the effect makes no sense.
        """
        fault = Fault(call=call, **effect)
        self.lay_down(fault)
        return fault

    def lay_down(self, fault: Fault) -> None:
        """Has something go wrong, given as a value; the same as `add_fault`.

        Args:
            fault: What goes wrong.
        """
        with self._service.lock:
            self._service.faults.add(fault)

    def clear_faults(self) -> None:
        """Takes back all faults."""
        with self._service.lock:
            self._service.faults.clear()

    def faults(self) -> list[Fault]:
        """Returns the faults that may still strike."""
        with self._service.lock:
            return [fault for fault, _ in self._service.faults.left()]

    def never_struck(self) -> list[Fault]:
        """Returns the faults that have not struck at all."""
        with self._service.lock:
            return self._service.faults.never_struck()

    def journal(self) -> list[JournalEntry]:
        """Returns what was asked and answered, the latest thousand entries. The token is not in it."""
        with self._service.lock:
            return list(self._service.journal)

    def clear_journal(self) -> None:
        """Forgets what was asked and answered."""
        with self._service.lock:
            self._service.journal.clear()

    @property
    def defects(self) -> "list[EmulatorDefect]":
        """What the emulator was about to answer although it breaks the schemas. Such a request raises it as well."""
        return list(self._service.defects)

    def snapshot(self) -> Snapshot:
        """Returns the account and the time in it, to be restored later. Faults and the journal are not part of it."""
        with self._service.lock:
            return take(self._service.account, self.clock.now())

    def restore(self, snapshot: Snapshot) -> None:
        """Brings back the account and the time of a snapshot. Ids that were used since are not used again.

        Args:
            snapshot: What `snapshot()` of this emulator or another returned.

        Raises:
            JiffyArgumentException: it is broken.
            StateNotKept: it was restored, and the state file can't be written.
        """
        account, now = read(snapshot.state, "snapshot")
        with self._service.lock:
            account.go_on_after(self._service.account)
            self._service.account = account
            self.clock.put(now)
        self._changed()

    def reset(
        self, seed: "SeedDocument | None" = None, *, clock: ClockPolicy | None = None, speed: float | None = None
    ) -> None:
        """Begins anew: an empty account or a seed, no faults, an empty journal, and time as it was at first.

        Args:
            seed: What the account holds; see the constructor.
            clock: How time runs from now on; as before if not given. Clients go by it, too.
            speed: For the clock `real`, as in the constructor; as before if neither is given.

        Raises:
            JiffyArgumentException: the seed makes no sense, or there is no such clock. All is as it was before.
            StateNotKept: all is new, and the state file can't be written.
        """
        account = Account()
        policy = clock or self.clock.policy
        if speed is None:
            speed = self.clock.speed if policy == self.clock.policy else 1
        fresh = EmulatorClock(policy, speed)
        if seed is not None:
            sow(account, seed, fresh.now(), fresh.due_in)
        with self._service.lock:
            self._service.account = account
            self.clock.become(fresh)
            self._service.faults.clear()
            self._service.journal.clear()
            self._service.defects.clear()
        self._changed()

    def close(self) -> None:
        """Saves the state, and lets go of its file; there is no need to when there is none. Twice is no mistake.

        Raises:
            StateNotKept: the state file can't be written. It is let go all the same.
        """
        with self._saving:
            file, self._file = self._file, None
            if file:
                self._closed = True
                try:
                    self._save(file)  # also the time, which passes without a change
                finally:
                    file.close()

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
        except StateNotKept as error:
            if exception is None:
                raise
            _log.error("%s", error)  # the exception that ends the block says more

    def add_floating_ip(self, box: Box | int) -> str:
        """Orders a floating address for a box, which the service itself has no call for.

        Args:
            box: The box, or its number.

        Returns:
            The address.

        Raises:
            JiffyArgumentException: there is no such box.
        """
        number = box.id if isinstance(box, Box) else box
        with self._service.lock:
            if number not in self._service.account.boxes:
                raise JiffyArgumentException(f"box {arguments.shown(number)} is refused: there is no such box")
            address = self._service.account.add_ip(number).ip
        self._changed()
        return address

    def advance(self, seconds: float) -> None:
        """Moves the service's time on, and finishes what is due by then.

        Args:
            seconds: By how much.

        Raises:
            JiffyArgumentException: the clock is `real`, or time would go back.
        """
        with self._service.lock:
            self.clock.advance(seconds)
            self._service.finish_due()
        self._changed()

    def run_until_idle(self) -> None:
        """Moves the service's time on until all accepted work is done.

        Raises:
            JiffyArgumentException: the clock is `real` or `never`.
        """
        if self.clock.policy == "never":
            raise JiffyArgumentException("under the clock 'never' no work is ever done: make the Emulator with another")
        self.advance(max(0.0, self._service.idle_at() - self.clock.now()))

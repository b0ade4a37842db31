"""The controls of an emulator for tests: faults, the journal, addresses and time."""

from typing import Literal, Unpack

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator._clock import ClockPolicy, EmulatorClock
from jiffybox_sdk.emulator._faults import Fault, FaultOptions
from jiffybox_sdk.emulator._journal import JournalEntry
from jiffybox_sdk.emulator._router import EmulatorDefect
from jiffybox_sdk.emulator._service import Service
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import LAST_EPOCH
from jiffybox_sdk.models.responses.box import Box


class EmulatorControls:
    """Base class for emulators, with the methods for tests."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.clock: EmulatorClock = service.clock

    def add_fault(self, call: CallName | Literal["*"], **options: Unpack[FaultOptions]) -> Fault:
        """Inject a fault. For example, `emulator.add_fault("create_box", drop=True, moment="after")` loses a response.

        Args:
            call: The name of a call, or `*` for any.
            **options: The other fields of `Fault`.

        Returns:
            The fault.

        Raises:
            JiffyArgumentException: If there is no such call, or if the options are invalid.
        """
        fault = Fault(call=call, **options)
        self.inject(fault)
        return fault

    def inject(self, fault: Fault) -> None:
        """Inject an existing `Fault`.

        Args:
            fault: The fault.
        """
        with self._service.lock:
            self._service.faults.add(fault)

    def remove_fault(self, fault: Fault) -> None:
        """Remove a fault that can still be triggered. Of several that are equal, the first.

        Args:
            fault: The fault, or an equal one.

        Raises:
            JiffyArgumentException: If there is no such fault.
        """
        with self._service.lock:
            self._service.faults.remove(fault)

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self._service.lock:
            self._service.faults.clear()

    def faults(self) -> list[Fault]:
        """Return the faults that can still be triggered."""
        with self._service.lock:
            return list(self._service.faults.pending())

    def never_triggered(self) -> list[Fault]:
        """Return the faults that have not been triggered."""
        with self._service.lock:
            return list(self._service.faults.never_triggered())

    def journal(self) -> list[JournalEntry]:
        """Return the latest thousand requests with their responses, without secrets."""
        with self._service.lock:
            return list(self._service.journal)

    def clear_journal(self) -> None:
        """Remove all entries of the journal."""
        with self._service.lock:
            self._service.journal.clear()

    @property
    def defects(self) -> list[EmulatorDefect]:
        """The responses that violated the schemas. Only collected with `self_check`."""
        return list(self._service.defects)

    def add_floating_ip(self, box: Box | int) -> str:
        """Order a floating IP address for a box. The API has no call for this.

        Args:
            box: The box, or its id.

        Returns:
            The address.

        Raises:
            JiffyArgumentException: If there is no such box.
            StateNotSaved: If the state file can't be written.
        """
        number = box.id if isinstance(box, Box) else box
        with self._service.changing():
            if number not in self._service.account.boxes:
                raise JiffyArgumentException(f"invalid box {arguments.shown(number)}: there is no such box")
            return self._service.account.add_ip(number).ip

    def differences(self, expected: "EmulatorControls") -> list[str]:
        """Return descriptions of the differences between this account and that of another emulator.

        Names, states, plans, distributions, metadata, backups, addresses, contact groups and checks are compared, but
        not ids, times, and the addresses that emulators assign.

        Args:
            expected: The other emulator.

        Raises:
            StateNotSaved: If a state file can't be read.
        """
        from jiffybox_sdk.emulator._differences import differences, objects  # noqa: PLC0415 (only needed for this)

        now = max(self.clock.now(), expected.clock.now())
        with self._service.reading():
            there = objects(self._service.account, now)
        other = expected._service  # noqa: SLF001 (the same class)
        with other.reading():
            return list(differences(there, objects(other.account, now)))

    def set_time(self, now: float) -> None:
        """Set the service's time. If it goes back, work in progress moves back with it, and no object has a later time.

        Args:
            now: The time in seconds since the epoch.

        Raises:
            JiffyArgumentException: If the time is not between 0 and the end of the year 9999.
            StateNotSaved: If the state file can't be written. Only the time has been set.
        """
        if isinstance(now, bool) or not 0 <= now <= LAST_EPOCH:
            raise JiffyArgumentException(f"invalid time {arguments.shown(now)}: expected 0 to {LAST_EPOCH} seconds")
        with self._service.changing(save_time=True):
            seconds = self.clock.now() - now
            if seconds > 0:
                self._service.account.set_back(now, seconds)
            self.clock.set_time(now)

    def set_clock(self, policy: ClockPolicy, speed: float = 1.0) -> None:
        """Change the clock policy, also for existing clients. The service's time continues from where it is.

        Args:
            policy: The clock policy; see `EmulatorClock`.
            speed: For the clock `real`: seconds at the service per real second.

        Raises:
            JiffyArgumentException: If the policy or the speed is invalid.
            StateNotSaved: If the state file can't be written. Only the clock has changed.
        """
        new_clock = EmulatorClock(policy, speed)
        with self._service.changing(save_time=True):
            new_clock.set_time(self.clock.now())
            self.clock.copy_from(new_clock)

    def advance(self, seconds: float) -> None:
        """Advance the service's time and complete the work that is due by then.

        Args:
            seconds: The number of seconds.

        Raises:
            JiffyArgumentException: If the clock is `real`, or if the number of seconds is negative.
            StateNotSaved: If the state file can't be written. Only the time has advanced.
        """
        with self._service.changing(save_time=True):
            self.clock.advance(seconds)
            self._service.finish_due()

    def run_until_idle(self) -> None:
        """Advance the service's time until all accepted work is complete.

        Raises:
            JiffyArgumentException: If the clock is `real` or `never`.
            StateNotSaved: If the state file can't be written. Only the time has advanced.
        """
        if self.clock.policy == "never":
            raise JiffyArgumentException("work never completes under the clock 'never': use another clock")
        with self._service.reading():
            idle_at = self._service.account.idle_at()
        self.advance(max(0.0, idle_at - self.clock.now()))

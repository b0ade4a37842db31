"""Interrupt calls at random moments, over loopback sockets (part of `make stress`).

    python -m benchmarks.interrupts [CALLS]

A timer raises `KeyboardInterrupt` in 20,000 calls of the main thread, while other threads use the same client. Every
answer must be the call's own, nothing may be created twice, the client must work afterwards, and no socket may be left.
"""

import random
import signal
import sys
import threading
import time
from types import FrameType

from jiffybox_sdk import JiffyBox, JiffyException, Retry
from jiffybox_sdk.emulator import TOKEN
from tests.support.answering import Tally, answering, open_files

CALLS = 20_000
THREADS = 2
"""Threads beside the main thread."""

CONNECTIONS = 2
"""Fewer than threads, so that calls wait for a connection, too."""

LONGEST = 0.004
"""The longest time before an interrupt, in seconds."""

RETRY = Retry(first_wait=0.001, longest_wait=0.01)


class Interrupts:
    """A timer that raises `KeyboardInterrupt` at most once each time it is set."""

    def __init__(self) -> None:
        self._set = False
        signal.signal(signal.SIGALRM, self._interrupt)

    def start(self, seconds: float) -> None:
        self._set = True
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def stop(self) -> None:
        self._set = False

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._set:
            self._set = False
            raise KeyboardInterrupt


class Load:
    """Calls of a client by several threads."""

    def __init__(self, client: JiffyBox) -> None:
        self.tally = Tally()
        self._client = client
        self._ended = threading.Event()
        self._interrupts = Interrupts()

    def run(self, calls: int) -> None:
        """Interrupt calls of this thread, while other threads make calls, too."""
        threads = [threading.Thread(target=self._work, args=(number,)) for number in range(1, THREADS + 1)]
        for thread in threads:
            thread.start()
        rng = random.Random(9)
        try:
            for number in range(1, calls + 1):
                self._interrupt_call(number, rng.uniform(0.0001, LONGEST))
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def check_client(self) -> None:
        """Make calls that are not interrupted, from several threads at once."""
        threads = [
            threading.Thread(target=self.call, args=(10_000_000 + number * 5 + 1, "check")) for number in range(50)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def call(self, number: int, kind: str) -> None:
        """Make a call, and record its outcome."""
        name = f"{kind} {number}"
        try:
            if number % 5:
                self.tally.record_box(number, self._client.box(number).id)
            else:
                self.tally.record_group(name, self._client.create_contact_group(name, ["a@example.org"]).name)
        except JiffyException as error:
            self.tally.record_error(name, error, reads=bool(number % 5))

    def _interrupt_call(self, number: int, seconds: float) -> None:
        try:
            self._interrupts.start(seconds)
            self.call(number, "main")
            self._interrupts.stop()
        except KeyboardInterrupt:
            self.tally.outcomes["interrupted"] += 1

    def _work(self, thread: int) -> None:
        number = thread * 1_000_000
        while not self._ended.is_set():
            number += 1
            self.call(number, f"thread {thread}")


def ignore_interrupt(raised: "sys.UnraisableHookArgs") -> None:
    """Report what could not be raised, except for interrupts that were raised in a finalizer."""
    if raised.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(raised)


def main() -> int:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    sys.unraisablehook = ignore_interrupt
    with answering() as port:
        files, started = open_files(), time.monotonic()
        client = JiffyBox(TOKEN, f"http://127.0.0.1:{port}", retry=RETRY, max_connections=CONNECTIONS)
        load = Load(client)
        # An interrupt while Python imports a module can leave its import lock locked for other threads. The first calls
        # import what all calls need.
        for number in range(1, 51):
            load.call(number, "first")
        load.run(calls)
        seconds = time.monotonic() - started
        load.check_client()
        client.close()
        assert open_files() == files, "sockets are left"
        assert threading.active_count() == 1, "threads are left"
        outcomes = load.tally.check(port)
    print(f"{calls} calls of the main thread in {seconds:.0f} s ({outcomes}): no answer was wrong, no socket is left")
    return 0


if __name__ == "__main__":
    sys.exit(main())

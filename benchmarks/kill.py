"""Kill the emulator's server 50 times at random moments under load (part of `make stress`).

After each kill the state file must load, all acknowledged creations and deletions must be kept, and no id may ever be
reused.
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from jiffybox_sdk import (
    Emulator,
    JiffyBox,
    JiffyException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Retry,
)
from jiffybox_sdk.emulator import TOKEN

KILLS = 50
SPEED = 1_000_000
"""Seconds at the service per second, so that work is complete by the next request."""

THREADS = 8
SHORTEST, LONGEST = 0.3, 0.9
"""Seconds of load before a kill."""

NO_RETRY = Retry(attempts=1)


class Load:
    """Threads that create boxes, and delete every third, until the server is killed."""

    def __init__(self, url: str, number: int) -> None:
        self.created: dict[int, str] = {}
        self.deleted: set[int] = set()
        self.seen: dict[int, str] = {}
        self.errors: list[str] = []
        self._client = JiffyBox(TOKEN, url, retry=NO_RETRY)
        self._threads = [threading.Thread(target=self._work, args=(f"{number}-{thread}",)) for thread in range(THREADS)]
        self._threads.append(threading.Thread(target=self._list))
        self._first = threading.Event()

    def start(self) -> None:
        """Start the threads, and wait until a box was created."""
        for thread in self._threads:
            thread.start()
        self._first.wait(60)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()
        self._client.close()
        assert not self.errors, self.errors
        assert self.created, "nothing was created before the kill"

    def _work(self, name: str) -> None:
        try:
            for count in range(10_000):
                box = self._client.create_box(f"{name}-{count}", 44, distribution="centos_7_64bit")
                if box.id in self.created:
                    self.errors.append(f"id {box.id} was reused")
                self.created[box.id] = box.name
                self._first.set()
                if count % 3 == 0:
                    box.stop()
                    box.delete()
                    self.deleted.add(box.id)
        except (JiffyTransportException, JiffyOutcomeUnknownException):
            return  # the server was killed
        except JiffyException as error:
            self.errors.append(str(error))

    def _list(self) -> None:
        """List all boxes repeatedly: an id that was seen must belong to the same box after the kill."""
        try:
            while True:
                self.seen |= {box.id: box.name for box in self._client.boxes()}
        except JiffyTransportException:
            return
        except JiffyException as error:
            self.errors.append(str(error))


def serve(state: Path) -> tuple["subprocess.Popen[str]", str]:
    """Start a server and return its process and URL."""
    command = [sys.executable, "-m", "jiffybox_sdk", "emulator", "--port", "0", "--speed", str(SPEED), "--json"]
    process = subprocess.Popen([*command, "--state", str(state)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, str(json.loads(line)["url"])


def main() -> int:
    rng = random.Random(20)
    created: dict[int, str] = {}
    deleted: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.json"
        for number in range(KILLS):
            process, url = serve(state)
            load = Load(url, number)
            load.start()
            time.sleep(rng.uniform(SHORTEST, LONGEST))  # real time: the server runs in another process
            process.send_signal(signal.SIGKILL)
            process.wait()
            load.join()
            reused = created.keys() & load.created.keys()
            reused |= {key for key in created.keys() & load.seen.keys() if created[key] != load.seen[key]}
            assert not reused, f"ids were reused: {reused}"
            created |= load.seen | load.created
            deleted |= load.deleted
            with Emulator(state=state) as emulator, emulator.client() as client:
                emulator.run_until_idle()
                kept = {box.id: box.name for box in client.boxes()}
            # Every third box may have been in deletion when the server was killed, so it may exist or not.
            third = {key for key, name in created.items() if int(name.rpartition("-")[2]) % 3 == 0}
            lost = {key: name for key, name in created.items() if key not in third and kept.get(key) != name}
            assert not lost, f"acknowledged boxes are missing: {lost}"
            assert not deleted & kept.keys(), f"deleted boxes still exist: {deleted & kept.keys()}"
            print(f"kill {number + 1}: {len(created)} created, {len(deleted)} deleted, {len(kept)} kept")
    print(f"{KILLS} kills: no acknowledged change was lost, no id was reused")
    return 0


if __name__ == "__main__":
    sys.exit(main())

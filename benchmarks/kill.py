"""Kills the emulator's server 50 times at random moments under load: `make stress`.

After each kill the state file must load, no box whose creation was acknowledged may be missing, none whose deletion was
may be there, and no number may ever be used twice.
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
THREADS = 8
SHORTEST, LONGEST = 0.3, 0.9
"""Seconds of load before a kill."""

NEVER_AGAIN = Retry(attempts=1)


class Load:
    """Threads that create boxes, and delete every third, until the service is gone. They keep what was acknowledged."""

    def __init__(self, url: str, number: int) -> None:
        self.created: dict[int, str] = {}
        self.deleted: set[int] = set()
        self.seen: dict[int, str] = {}
        self.wrong: list[str] = []
        self._client = JiffyBox(TOKEN, url, retry=NEVER_AGAIN)
        self._threads = [threading.Thread(target=self._work, args=(f"{number}-{thread}",)) for thread in range(THREADS)]
        self._threads.append(threading.Thread(target=self._look))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        for thread in self._threads:
            thread.join()
        self._client.close()
        assert not self.wrong, self.wrong
        assert self.created, "nothing was created before the kill"

    def _work(self, name: str) -> None:
        try:
            for count in range(10_000):
                box = self._client.create_box(f"{name}-{count}", 44, distribution="centos_7_64bit")
                if box.id in self.created:
                    self.wrong.append(f"{box.id} was used twice")
                self.created[box.id] = box.name
                if count % 3 == 0:
                    box.stop()
                    box.delete()
                    self.deleted.add(box.id)
        except (JiffyTransportException, JiffyOutcomeUnknownException):
            return  # it was killed
        except JiffyException as error:
            self.wrong.append(str(error))

    def _look(self) -> None:
        """Reads all boxes again and again: whoever was seen may not be another after the kill."""
        try:
            while True:
                self.seen |= {box.id: box.name for box in self._client.boxes()}
        except JiffyTransportException:
            return
        except JiffyException as error:
            self.wrong.append(str(error))


def serve(state: Path) -> tuple["subprocess.Popen[str]", str]:
    """Starts a server, and returns its process and its address."""
    command = [sys.executable, "-m", "jiffybox_sdk", "emulator", "--port", "0", "--clock", "instant", "--json"]
    process = subprocess.Popen([*command, "--state", str(state)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, str(json.loads(line)["url"])


def main() -> int:
    chance = random.Random(20)
    created: dict[int, str] = {}
    deleted: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.json"
        for number in range(KILLS):
            process, url = serve(state)
            load = Load(url, number)
            load.start()
            time.sleep(chance.uniform(SHORTEST, LONGEST))  # the kill is to come at a random moment of real time
            process.send_signal(signal.SIGKILL)
            process.wait()
            load.end()
            twice = created.keys() & load.created.keys()
            assert not twice, f"numbers were used twice: {twice}"
            changed = {key for key in created.keys() & load.seen.keys() if created[key] != load.seen[key]}
            assert not changed, f"numbers were used twice: {changed}"
            created |= load.seen | load.created
            deleted |= load.deleted
            with Emulator("instant", state=state) as emulator, emulator.client() as client:
                found = {box.id: box.name for box in client.boxes()}
            # A box whose deletion was under way when the kill came may be there or not.
            third = {key for key, name in created.items() if int(name.rpartition("-")[2]) % 3 == 0}
            lost = {key: name for key, name in created.items() if key not in third and found.get(key) != name}
            assert not lost, f"acknowledged boxes are missing: {lost}"
            assert not deleted & found.keys(), f"deleted boxes are there: {deleted & found.keys()}"
            print(f"kill {number + 1}: {len(created)} acknowledged, {len(deleted)} deleted, {len(found)} there")
    print(f"{KILLS} kills: nothing acknowledged was lost, and no number was used twice")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A server for stress tests of clients over sockets, which answers at random times, and the tally of their calls.

It answers a read of a box or the creation of a contact group with just this box or group, after up to 3 ms. Some
answers arrive in two parts, and some are lost. `GET /report` returns what it has created.
"""

import asyncio
import http.client
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from jiffybox_sdk.exceptions import JiffyException, JiffyOutcomeUnknownException
from tests.support.scripted import envelope, example

LOST = 0.02
"""The share of calls whose connection is lost, half of them before the work."""

LONGEST = 0.003
"""The longest time before an answer, in seconds."""


@dataclass
class Report:
    """What a server reports: how often it has created each contact group, and its open connections."""

    created: dict[str, int]
    connections: int


class Tally:
    """The outcomes of a client's calls.

    Attributes:
        outcomes: How often each outcome occurred.
        wrong: Descriptions of wrong answers and unexpected exceptions.
        created: The names of the contact groups that were returned.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.created: set[str] = set()

    def record_box(self, number: int, answered: int) -> None:
        """Record the box that was returned for a number."""
        if answered != number:
            self.wrong.append(f"box {number} was answered with box {answered}")
        self.outcomes["read"] += 1

    def record_group(self, name: str, answered: str) -> None:
        """Record the contact group that was returned for a name."""
        if answered != name:
            self.wrong.append(f"group {name!r} was answered with {answered!r}")
        self.created.add(name)
        self.outcomes["created"] += 1

    def record_error(self, call: str, error: JiffyException, *, reads: bool) -> None:
        """Record the exception of a call. Only a change may raise that its outcome is unknown."""
        unknown = isinstance(error, JiffyOutcomeUnknownException)
        self.outcomes["unknown"] += unknown
        if reads or not unknown:
            self.wrong.append(f"{call}: {error}")

    def check(self, port: int) -> str:
        """Compare the outcomes with the server's report, once the client is closed, and return them as text."""
        assert not self.wrong, self.wrong[:10]
        reported = report(port)
        assert reported.connections == 0, "the client has left connections open"
        doubled = [name for name, number in reported.created.items() if number > 1]
        assert not doubled, f"groups were created twice: {doubled[:10]}"
        missing = self.created - reported.created.keys()
        assert not missing, f"groups that were returned do not exist: {missing}"
        return ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.outcomes.items()))


class _Server:
    def __init__(self) -> None:
        self._rng = random.Random(1)  # noqa: S311 (not a secret)
        self._created: Counter[str] = Counter()
        self._connections = 0
        self._box = envelope({**example("box"), "id": 424242}).content
        self._group = envelope({**example("contact-group"), "name": "NAME"}).content

    async def run(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1000)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            while await self._answer(reader, writer):
                pass
        self._connections -= 1
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer a request, and return whether the connection stays open."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(length or b"0"))
        verb, path, _ = head.split(b" ", 2)
        if path == b"/report":
            content = json.dumps({"created": self._created, "connections": self._connections - 1}).encode()
            writer.write(_response(content))
            await writer.drain()
            return False
        trouble = self._rng.random()
        if trouble < LOST / 2:
            return False
        if self._rng.random() < 0.7:
            await asyncio.sleep(self._rng.uniform(0, LONGEST))
        content = self._work(verb, path, body)
        if trouble < LOST:
            return False
        if self._rng.random() < 0.1:
            middle = self._rng.randrange(len(content))
            writer.write(content[:middle])
            await asyncio.sleep(self._rng.uniform(0, LONGEST))
            content = content[middle:]
        writer.write(content)
        await writer.drain()
        return True

    def _work(self, verb: bytes, path: bytes, body: bytes) -> bytes:
        if verb == b"GET":
            return _response(self._box.replace(b"424242", path.rpartition(b"/")[2]))
        name = str(json.loads(body)["name"])
        self._created[name] += 1
        return _response(self._group.replace(b"NAME", name.encode()))


def _response(content: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        len(content),
        content,
    )


@contextmanager
def answering() -> Generator[int]:
    """Run a server in a process of its own, and yield its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.answering"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)


def report(port: int) -> Report:
    """Return the report of a server, as soon as its clients have disconnected, or after five seconds."""
    ends = time.monotonic() + 5
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/report")
        result = Report(**json.loads(connection.getresponse().read()))
        connection.close()
        if not result.connections or time.monotonic() > ends:
            return result
        time.sleep(0.05)  # real time: the server runs in another process


def open_files() -> int:
    """Return the number of open files of this process."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (a count)


if __name__ == "__main__":
    asyncio.run(_Server().run())

"""Benchmark of a call, compared with a bare `httpx.Client.get().json()`.

    python -m benchmarks.call [BLOCKS]

Each way reads a box: over loopback from a server in a process of its own, over a transport in memory, and from an
emulator in the same process, which validates its results as in the pytest plugin. They run in interleaved blocks, so
that other load affects all of them, and what counts is the CPU time of this process. The ratios are medians over the
blocks. The exit code is 1 if a bound is missed.
"""

import asyncio
import gc
import http.client
import json
import multiprocessing
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from multiprocessing.connection import Connection
from statistics import median
from time import process_time

import httpx
import requests
from pydantic_core import to_json

from benchmarks.tables import Row, Table, report
from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox
from jiffybox_sdk.schemas import load

TOKEN = "0123456789abcdef0123456789abcdef"
CALLS = 200


def payload() -> bytes:
    examples = load("box")["examples"]
    assert isinstance(examples, list)
    return to_json({"messages": [], "result": examples[1]})


def serve(ready: Connection) -> None:
    """Answer every request on every connection with the box."""
    body = payload()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    listener = socket.create_server(("127.0.0.1", 0))
    ready.send(listener.getsockname()[1])

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while connection.recv(65536):  # a GET fits into one packet
            connection.sendall(answer)
        connection.close()

    while True:
        threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()


class InMemory(httpx.BaseTransport):
    """A transport that answers every request with the box."""

    def __init__(self) -> None:
        self.body = payload()

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 (as httpx declares it)
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=self.body)


def ways(port: int, loop: asyncio.AbstractEventLoop) -> Mapping[str, Callable[[], object]]:
    """Return each way as a function that makes `CALLS` calls."""
    url, path = f"http://127.0.0.1:{port}", f"/{TOKEN}/v1.0/jiffyBoxes/12346"
    plain = http.client.HTTPConnection("127.0.0.1", port)
    session = requests.Session()
    bare, bare_async = httpx.Client(), httpx.AsyncClient()
    bare_in_memory = httpx.Client(transport=InMemory())
    ours, ours_async = JiffyBox(TOKEN, url), AsyncJiffyBox(TOKEN, url)
    ours_in_memory = JiffyBox(TOKEN, url, transport=InMemory())
    emulator = Emulator()
    emulator.self_check = True
    emulated = emulator.client()
    created = emulated.create_box("db", 45, distribution="debian_stretch_64bit", metadata={"role": "db"})
    number = created.wait_for_status().id

    def by_http_client() -> None:
        for _ in range(CALLS):
            plain.request("GET", path)
            json.loads(plain.getresponse().read())

    def by_requests() -> None:
        for _ in range(CALLS):
            session.get(url + path, timeout=10).json()

    def by_httpx(client: httpx.Client) -> None:
        for _ in range(CALLS):
            client.get(url + path).json()

    async def by_httpx_async() -> None:
        for _ in range(CALLS):
            (await bare_async.get(url + path)).json()

    def by_us(client: JiffyBox, number: int = 12346) -> None:
        for _ in range(CALLS):
            client.box(number)

    async def by_us_async() -> None:
        for _ in range(CALLS):
            await ours_async.box(12346)

    return {
        "http.client": by_http_client,
        "requests": by_requests,
        "httpx.Client": partial(by_httpx, bare),
        "sync": partial(by_us, ours),
        "httpx.AsyncClient": lambda: loop.run_until_complete(by_httpx_async()),
        "async": lambda: loop.run_until_complete(by_us_async()),
        "httpx.Client in memory": partial(by_httpx, bare_in_memory),
        "in memory": partial(by_us, ours_in_memory),
        "emulated": partial(by_us, emulated, number),
    }


def measure(functions: Mapping[str, Callable[[], object]], blocks: int) -> dict[str, list[float]]:
    """Return the CPU time per call of each way in each block, in microseconds."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(blocks):
        for name, function in functions.items():
            gc.collect()
            began = process_time()
            function()
            times[name].append((process_time() - began) * 1e6 / CALLS)
    return times


def tables(blocks: int = 25) -> Iterator[Table]:
    """Yield the times of the calls."""
    ready, child_ready = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(child_ready,), daemon=True)
    server.start()
    loop = asyncio.new_event_loop()
    try:
        functions = ways(ready.recv(), loop)
        measure(functions, 2)  # connections, validators
        times = measure(functions, blocks)
    finally:
        server.terminate()

    def row(name: str, way: str, peer: str = "", most: float | None = None) -> Row:
        ratio = median(a / b for a, b in zip(times[way], times[peer], strict=True)) if peer else None
        return Row(name, median(times[way]), ours=bool(most), ratio=ratio, most=most)

    yield Table(
        "A call, synchronous",
        "µs",
        "CPU time of the client, reading a box over loopback.",
        (
            row("httpx.Client", "httpx.Client"),
            row("http.client and json.loads", "http.client", "httpx.Client"),
            row("requests", "requests", "httpx.Client"),
            row("JiffyBox", "sync", "httpx.Client", 0.85),
        ),
    )
    yield Table(
        "A call, asynchronous",
        "µs",
        "The same, on asyncio.",
        (
            row("httpx.AsyncClient", "httpx.AsyncClient"),
            row("AsyncJiffyBox", "async", "httpx.AsyncClient", 0.80),
        ),
    )
    yield Table(
        "A call without a socket",
        "µs",
        "The same with a transport in memory, and with an emulator that also validates its responses.",
        (
            row("httpx.Client", "httpx.Client in memory"),
            row("JiffyBox", "in memory", "httpx.Client in memory", 1.20),
            row("JiffyBox and Emulator", "emulated", "httpx.Client in memory", 1.70),
        ),
    )


if __name__ == "__main__":
    sys.exit(report(tables(int(sys.argv[1]) if len(sys.argv) > 1 else 25)))

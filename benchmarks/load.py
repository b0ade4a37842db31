"""Compare the emulator's server under load with a bare Starlette endpoint (part of `make stress`).

    python -m benchmarks.load [SECONDS]

64 connections send requests for 20 s; the account holds 1,000 boxes. There must be no error, and memory must not grow
during the second half.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tables import Row, Table, report
from jiffybox_sdk.emulator import TOKEN
from jiffybox_sdk.emulator._server.app import listen

BOXES = 1000
CONNECTIONS = 64
MAX_GROWTH = 2 * 2**20
"""Tolerated growth of memory in the second half, in bytes."""

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

BODY = open(sys.argv[2], "rb").read()

async def answer(request):
    return Response(BODY, media_type="application/json")

uvicorn.run(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "PUT"])]), port=int(sys.argv[1]),
    http="h11", ws="none", lifespan="off", log_level="warning", access_log=False)
"""


def requests() -> Iterator[bytes]:
    """Yield an endless mix of requests: 1 in 1,000 lists all boxes, 1 in 20 changes a box, the others read one."""
    count = 0
    while True:
        count += 1
        box = 10_001 + count * 7919 % BOXES
        head = f"/{TOKEN}/v1.0/jiffyBoxes"
        if count % 1000 == 0:
            yield f"GET {head} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        elif count % 20 == 0:
            body = json.dumps({"metadata": {"count": count}})
            yield f"PUT {head}/{box} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        else:
            yield f"GET {head}/{box} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


class Load:
    """Connections that send one request after the other. Any error stops all of them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers = 0
        self._requests = requests()

    async def run(self, seconds: float) -> float:
        """Return the number of answers per second."""
        ends = time.monotonic() + seconds
        await asyncio.gather(*(self._send_requests(ends) for _ in range(CONNECTIONS)))
        return self.answers / seconds

    async def _send_requests(self, ends: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.monotonic() < ends:
            writer.write(next(self._requests))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            assert b'"messages":[]' in body[:40], body[:400]
            self.answers += 1
        writer.close()
        await writer.wait_closed()


def memory(process: int) -> int:
    """Return the resident memory of a process, in bytes."""
    [line] = [line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


async def measure(process: "subprocess.Popen[str]", port: int, seconds: float) -> tuple[float, int]:
    """Return the answers per second of a server, and the growth of its memory in the second half, in bytes."""
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.1)
    await Load(port).run(seconds / 4)  # warm-up, until caches are filled
    load = asyncio.create_task(Load(port).run(seconds))
    await asyncio.sleep(seconds / 2)
    half = memory(process.pid)
    rate = await load
    return rate, memory(process.pid) - half


def free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


def tables(seconds: float = 20.0) -> Iterator[Table]:
    """Yield the rates, and the growth of memory."""
    boxes = [{"name": f"box {n}", "planid": 44, "distribution": "centos_7_64bit"} for n in range(BOXES)]
    rates: dict[str, float] = {}
    grown: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        seed, body = Path(folder) / "seed.json", Path(folder) / "body.json"
        seed.write_text(json.dumps({"boxes": boxes}), "utf-8")
        body.write_text(json.dumps({"messages": [], "result": "x" * 1200}, separators=(",", ":")), "utf-8")
        for name in ("emulator", "bare"):
            port = free_port()
            command = {
                "emulator": ["-m", "jiffybox_sdk", "emulator", "--port", str(port), "--seed", str(seed), "--json"],
                "bare": ["-c", BARE, str(port), str(body)],
            }[name]
            process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, text=True)
            try:
                rates[name], grown[name] = asyncio.run(measure(process, port, seconds))
            finally:
                process.terminate()
                process.wait()
    yield Table(
        "The emulator's server",
        "responses a second",
        f"{CONNECTIONS} connections, an account of {BOXES:,} boxes; one call in 20 changes a box.",
        (
            Row("Starlette, an endpoint that does nothing", rates["bare"], ours=False),
            Row("jiffybox emulator", rates["emulator"], ratio=rates["emulator"] / rates["bare"]),
        ),
        more=True,
    )
    row = Row("in the second half", grown["emulator"] / 2**20, most=MAX_GROWTH / 2**20)
    yield Table("The emulator's server, growth of memory", "MiB", "Of the process.", (row,))


if __name__ == "__main__":
    sys.exit(report(tables(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)))

"""Benchmark of the start: importing the SDK, making a client, its first call, an emulator, and 100 clients.

    python -m benchmarks.start [ROUNDS] [--python PATH]

The unit is `import pydantic, httpx; pydantic.BaseModel`. Each program runs in a fresh process, and the programs take
turns, so that other load on the machine affects all alike. A program's cost is its CPU time (user and system), less
that of an interpreter that does nothing. Ratios are taken within a round of all programs; their medians must not exceed
the bounds. The first call is made over a loopback socket to a server in the benchmark's own process.

The 100 clients are made in one process, in which another one has made a call. Their cost is the CPU time and the growth
of the process's peak memory (RSS), for making them and for a call by each. For https, the call fails during the TLS
handshake, since the server knows only http.

Without `--python`, this checkout is installed into a temporary environment without extras. (With some extras installed,
`import httpx` loads click and rich as well, which would make the unit larger and the ratios too small.)
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread

from benchmarks.tables import Row, Table, report

ROOT = Path(__file__).parents[1]

NOTHING = "pass"
UNIT = "import pydantic, httpx; pydantic.BaseModel"
IMPORT = "from jiffybox_sdk import JiffyBox, Box"
CLIENT = f"{IMPORT}; client = JiffyBox('0123456789abcdef', URL)"
CALL = f"{CLIENT}; client.box(12345).name"
EMULATOR = (
    "from jiffybox_sdk import Emulator; client = Emulator().client(); "
    "client.create_box('web', 'CloudLevel 1', distribution='debian_stretch_64bit').name"
)
BOUNDS = {
    "import jiffybox_sdk": (IMPORT, 1.1),
    "import, and make a client": (CLIENT, 1.3),
    "import, make a client, and call": (CALL, 1.9),
    "import, make an emulator, and call": (EMULATOR, 2.3),
}

MOST_MS, MOST_MEGABYTES = 200, 15
HUNDRED = """
import resource, time
from jiffybox_sdk import JiffyBox, JiffyTransportException, Retry
def client(scheme):
    return JiffyBox('0123456789abcdef', URL.replace('http', scheme), retry=Retry(attempts=1))
def call(client):
    try:
        client.box(12345)
    except JiffyTransportException:
        pass
def cost(work):
    started, size = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = work()
    print(time.process_time() - started, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size) / 1024)
    return result
for scheme in ('http', 'https'):
    first = client(scheme)
    call(first)
    clients = cost(lambda: [client(scheme) for _ in range(100)])
    cost(lambda: [call(client) for client in clients])
"""
HUNDREDS = ("made", "made, and a call by each", "made, for https", "made, and a call by each, for https")


class Service(BaseHTTPRequestHandler):
    """Answers each request with the same box."""

    protocol_version = "HTTP/1.1"
    box = json.loads((ROOT / "schemas" / "box.json").read_text("utf-8"))["examples"][0]
    answer = json.dumps({"messages": [], "result": {**box, "id": 12345}}).encode()

    def do_GET(self) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(self.answer)}\r\n\r\n"
        self.wfile.write(head.encode() + self.answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that http.server requires)
        del format, args


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200


@contextmanager
def service() -> Generator[str]:
    """Run the service, and yield its URL."""
    with Server(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def environment(given: str | None, extras: str = "") -> Generator[str]:
    """Yield a Python in which this checkout is installed, without extras or with some, such as `[cli]`."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", f"{ROOT}{extras}"]
        subprocess.run(install, check=True)
        yield python


def run(python: str, url: str, program: str) -> tuple[float, str]:
    """Run a program in a fresh process. Return its CPU time in seconds, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [python, "-I", "-c", f"URL = {url!r}\n{program}"]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, printed


def tables(rounds: int = 15, given: str | None = None) -> Iterator[Table]:
    """Yield the cost of the start, and that of many clients."""
    programs = {NOTHING, UNIT, *(program for program, _ in BOUNDS.values())}
    costs: dict[str, list[float]] = {program: [] for program in programs}
    hundreds: list[list[float]] = []
    with environment(given) as python, service() as url:
        for number in range(rounds + 1):
            seconds = {program: run(python, url, program)[0] for program in sorted(programs)}
            hundred = [float(part) for part in run(python, url, HUNDRED)[1].split()]
            if number == 0:  # it compiles the byte code
                continue
            hundreds.append(hundred)
            for program in programs:
                costs[program].append(1000 * (seconds[program] - seconds[NOTHING]))
    rows = [Row("import pydantic, httpx", median(costs[UNIT]), ours=False)]
    for name, (program, bound) in BOUNDS.items():
        ratio = median(a / b for a, b in zip(costs[program], costs[UNIT], strict=True))
        rows.append(Row(name, median(costs[program]), ratio=ratio, most=bound))
    note = "CPU time of a new process, less that of an interpreter that does nothing."
    yield Table("The start", "ms", note, tuple(rows))
    figures = [median(column) for column in zip(*hundreds, strict=True)]
    seconds_ = [Row(name, 1000 * figure, most=MOST_MS) for name, figure in zip(HUNDREDS, figures[::2], strict=True)]
    yield Table("100 clients, time", "ms", "CPU time, all together.", tuple(seconds_))
    megabytes = [Row(name, figure, most=MOST_MEGABYTES) for name, figure in zip(HUNDREDS, figures[1::2], strict=True)]
    yield Table("100 clients, memory", "MB", "Growth of the process's peak, all together.", tuple(megabytes))


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("rounds", nargs="?", type=int, default=15)
    parser.add_argument("--python", help="the Python of an environment without extras, in which the SDK is installed")
    options = parser.parse_args()
    return report(tables(options.rounds, options.python))


if __name__ == "__main__":
    sys.exit(main())

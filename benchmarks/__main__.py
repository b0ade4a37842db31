"""Run all benchmarks, and record the results for the docs: `make bench`, on a machine that does nothing else."""

import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import call, command_start, drift, load, panel, start, state_file, sweep, validate
from benchmarks.tables import FILE, RESULTS, Results, Table, report
from jiffybox_sdk import __version__

PEERS = ("httpx", "requests", "pydantic", "jsonschema-rs", "starlette", "uvicorn", "click")


def measured() -> Iterator[Table]:
    """Yield all tables."""
    for benchmark in (call, start, command_start, validate, drift, state_file, load, panel):
        yield from benchmark.tables()
    yield from sweep.tables(1)  # it takes longest


def machine() -> str:
    """Return the processor, and the number of its cores."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def main() -> int:
    tables: list[Table] = []

    def kept() -> Iterator[Table]:
        for table in measured():
            tables.append(table)
            yield table

    code = report(kept())
    versions = {
        "Python": platform.python_version(),
        "jiffybox-sdk": __version__,
        **{name: version(name) for name in PEERS},
    }
    results = Results(datetime.now(UTC).date().isoformat(), machine(), versions, tuple(tables))
    FILE.write_bytes(RESULTS.dump_json(results, indent=2) + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main())

"""Compare changes of a large account in a state file with those of a small one (part of `make stress`).

    python -m benchmarks.state_file [ROUNDS]

In each round, a box is created in an account with 10 boxes and in one with 2,000, so that other load affects both.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tables import Row, Table, report
from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator import TOKEN, ServiceRequest

SMALL, LARGE = 10, 2000
MAX_RATIO = 1.5


def emulator(folder: Path, size: int) -> Emulator:
    """Return an emulator whose account has a number of boxes in a state file."""
    boxes = [{"name": f"box {number}", "planid": 44, "distribution": "centos_7_64bit"} for number in range(size)]
    result = Emulator("manual", seed={"boxes": boxes}, state=folder / f"{size}.db")
    result.save()
    return result


def creation(emulator: Emulator, number: int) -> float:
    """Create a box. Return the time that it took, in seconds."""
    body = b'{"name": "new %d", "planid": 44, "distribution": "centos_7_64bit"}' % number
    start = time.perf_counter()
    response = emulator.handle(ServiceRequest("POST", f"/{TOKEN}/v1.0/jiffyBoxes", body))
    seconds = time.perf_counter() - start
    assert b'"CREATING"' in response.body
    return seconds


def tables(rounds: int = 300) -> Iterator[Table]:
    """Yield the times of the creations."""
    with (
        tempfile.TemporaryDirectory() as folder,
        emulator(Path(folder), SMALL) as small,
        emulator(Path(folder), LARGE) as large,
    ):
        pairs = [(creation(small, number), creation(large, number)) for number in range(rounds)]
    few, many = (1000 * statistics.median(column) for column in zip(*pairs, strict=True))
    yield Table(
        "A change in a state file",
        "ms",
        "Creating a box. What is written grows with the change, not with the account.",
        (
            Row(f"in an account of {SMALL} boxes", few),
            Row(f"in an account of {LARGE:,} boxes", many, ratio=many / few, most=MAX_RATIO),
        ),
    )


if __name__ == "__main__":
    sys.exit(report(tables(int(sys.argv[1]) if len(sys.argv) > 1 else 300)))

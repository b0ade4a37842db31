"""Compare changes of a large account in a state file with those of a small one (part of `make stress`).

    python benchmarks/state_file.py [ROUNDS]

In each round, a box is created in an account with 10 boxes and in one with 2,000, so that other load affects both.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

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


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with (
        tempfile.TemporaryDirectory() as folder,
        emulator(Path(folder), SMALL) as small,
        emulator(Path(folder), LARGE) as large,
    ):
        pairs = [(creation(small, number), creation(large, number)) for number in range(rounds)]
    ratio = statistics.median(pair[1] for pair in pairs) / statistics.median(pair[0] for pair in pairs)
    print(f"a creation with {LARGE} boxes takes {ratio:.2f} of the time with {SMALL}")
    assert ratio <= MAX_RATIO, f"more than {MAX_RATIO}"
    return 0


if __name__ == "__main__":
    sys.exit(main())

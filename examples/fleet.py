"""Scales a fleet of workers to a size, and prints its costs.

python examples/fleet.py 5    # without JIFFYBOX_API_KEY, in an emulated account
jiffybox sweep examples/fleet.py:resize --repeatable
"""

import argparse
import os
import sys
from collections.abc import Iterable

from jiffybox_sdk import Backoff, Box, Emulator, JiffyBox, JiffyException, WaitResult

RELEASE = "2.4"


def resize(client: JiffyBox, size: int = 3) -> list[Box]:
    """Create missing workers, wait for all of them, and then delete surplus ones.

    Safe to call again after any failure.

    Raises:
        JiffyException: If a call fails.
        ExceptionGroup: If some workers do not become ready. The others get the release, and none is deleted.
    """
    created = [
        client.ensure_box(
            f"worker {number}",
            "CloudLevel 1",
            distribution="debian_stretch_64bit",
            metadata={"role": "worker"},
            max_wait=300,
        )
        for number in range(1, size + 1)
    ]
    result = wait_for(client, created)
    workers = [box.update_metadata({"release": RELEASE}) for box in result.boxes]
    result.raise_for_missing()

    wanted = {box.id for box in workers}
    delete(client, [box for box in client.boxes() if is_worker(box) and box.id not in wanted])
    return workers


def is_worker(box: Box) -> bool:
    """Return whether a box belongs to the fleet."""
    return box.metadata is not None and box.metadata.get("role") == "worker"


def delete(client: JiffyBox, boxes: Iterable[Box]) -> None:
    """Shut boxes down and delete them, no matter how far an earlier run got."""
    remaining = [box for box in boxes if box.status != "DELETING"]
    for box in wait_for(client, remaining).raise_for_missing().boxes:
        if box.running:
            box.stop()
    stopped = wait_for(client, remaining).raise_for_missing().boxes
    for box in stopped:
        box.delete(missing_ok=True)
    client.wait_until_all_deleted(stopped, max_wait=300, concurrency=1).raise_for_missing()


def wait_for(client: JiffyBox, boxes: Iterable[Box]) -> WaitResult[Box]:
    """Wait until boxes are ready."""
    # One poll at a time needs no threads, as sweeps require, and is gentle on the service.
    return client.wait_for_all(boxes, max_wait=600, poll_interval=Backoff(first=5, most=30), concurrency=1)


def connect() -> JiffyBox:
    """Return a client for the account in the environment, or else for an emulated one."""
    return JiffyBox.from_env() if "JIFFYBOX_API_KEY" in os.environ else Emulator().client()


def main() -> int:
    """Resize the fleet, and return the exit code."""
    parser = argparse.ArgumentParser(description="Scale a fleet of workers to a size.")
    parser.add_argument("size", type=int, nargs="?", default=3, help="the number of workers (default: 3)")
    size: int = parser.parse_args().size
    exit_code = 0
    with connect() as client:
        try:
            for box in resize(client, size):
                print(f"{box.name}: {box.status} at {box.public_ips[0]}, {box.cost().per_month} EUR a month")
            print(f"all boxes of the account: {client.cost().per_month} EUR a month")
        except* JiffyException as failures:  # a single one is also put into a group
            for failure in failures.exceptions:
                print(f"error: {failure}", file=sys.stderr)
            exit_code = 1
    return exit_code


if __name__ == "__main__":
    sys.exit(main())

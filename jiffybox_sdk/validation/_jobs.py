"""Judging values in several processes."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future

from jiffybox_sdk._common.worker_pool import worker_pool
from jiffybox_sdk.validation._results import Result, Value, Verdict, judge

BATCH = 2**18
"""The number of bytes that a process judges at a time."""

SMALL = 2**22
"""The number of bytes that are judged before processes are started."""

SMALL_GUESSED = 2**19
"""The same for guessing, which takes longer."""

Batch = list[Value | Result]

_BROKEN = "a validating process ended unexpectedly, perhaps because memory ran out: try fewer jobs"


def judged(items: Iterator[Value | Result], jobs: int, *, guess: bool) -> Iterator[Result]:
    """Yield the results of all items, in their order."""
    left = SMALL_GUESSED if guess else SMALL
    for item in items:
        if isinstance(item, Result):
            yield item
            continue
        yield item.result(judge(item.data, item.as_type))
        left -= len(item.data)
        if jobs > 1 and left < 0:
            break
    else:
        return
    pending: deque[tuple[Batch, Future[list[Verdict]]]] = deque()
    with worker_pool(jobs, _BROKEN) as pool:
        for batch in _batches(items):
            values = [(item.data, item.as_type) for item in batch if isinstance(item, Value)]
            pending.append((batch, pool.submit(_judge_all, values)))
            if len(pending) > 2 * jobs:
                yield from _results(*pending.popleft())
        while pending:
            yield from _results(*pending.popleft())


def _batches(items: Iterable[Value | Result]) -> Iterator[Batch]:
    batch: Batch = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.data or b"") + 64
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _results(batch: Batch, future: "Future[list[Verdict]]") -> Iterator[Result]:
    verdicts = iter(future.result())
    for item in batch:
        yield item if isinstance(item, Result) else item.result(next(verdicts))


def _judge_all(values: list[tuple[bytes, type[object] | None]]) -> list[Verdict]:
    return [judge(data, as_type) for data, as_type in values]

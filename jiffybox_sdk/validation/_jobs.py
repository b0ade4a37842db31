"""Judging values in several processes."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future

from jiffybox_sdk._common.worker_pool import worker_pool
from jiffybox_sdk.validation._results import Result, Verdict, judge, judged

BATCH = 2**20
"""The number of bytes that a process judges at a time."""

SMALL = 2**22
"""The number of bytes that are judged before other processes are started."""

SMALL_GUESSED = 2**19
"""The same for guessing, which takes longer."""

_QUEUED = 3
"""The number of batches for each other process, including that which it judges."""

_BROKEN = "a validating process ended unexpectedly, perhaps because memory ran out: try fewer jobs"


def with_verdicts(results: Iterator[Result], jobs: int, *, guess: bool) -> Iterator[Result]:
    """Yield results in their order, with the verdicts on those that have a value."""
    left = SMALL_GUESSED if guess else SMALL
    for result in results:
        yield judged(result, _verdict(result.data, result.as_type))
        left -= len(result.data or b"")
        if jobs > 1 and left < 0:
            break
    else:
        return
    pending: deque[tuple[list[Result], Future[list[Verdict | None]]]] = deque()
    with worker_pool(jobs - 1, _BROKEN) as pool:
        for batch in _batches(results):
            data, types = [result.data for result in batch], [result.as_type for result in batch]
            future: Future[list[Verdict | None]] = Future()
            if sum(not other.done() for _, other in pending) < _QUEUED * (jobs - 1):
                future = pool.submit(_judge_all, data, types)
            else:  # the others have enough to do, so that this process judges, too
                future.set_result(_judge_all(data, types))
            pending.append((batch, future))
            while pending and (pending[0][1].done() or len(pending) > 2 * _QUEUED * jobs):
                yield from _judged(*pending.popleft())
        while pending:
            yield from _judged(*pending.popleft())


def _batches(results: Iterable[Result]) -> Iterator[list[Result]]:
    batch: list[Result] = []
    size = 0
    for result in results:
        batch.append(result)
        size += len(result.data or b"") + 64
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _judged(batch: list[Result], future: "Future[list[Verdict | None]]") -> Iterator[Result]:
    return map(judged, batch, future.result())


def _judge_all(data: list[bytes | None], types: list[type[object] | None]) -> "list[Verdict | None]":
    return [*map(_verdict, data, types)]


def _verdict(data: bytes | None, as_type: type[object] | None) -> Verdict | None:
    return None if data is None else judge(data, as_type)

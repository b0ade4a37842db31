"""Processes that share the work of this one."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from jiffybox_sdk.exceptions import JiffyException

P = ParamSpec("P")
T = TypeVar("T")


class _WorkerPool(ProcessPoolExecutor):
    def submit(self, function: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> "Future[T]":
        with _interrupts_blocked():  # the first call starts the processes
            return super().submit(function, *args, **options)


@contextmanager
def worker_pool(jobs: int, problem: str) -> Generator[ProcessPoolExecutor]:
    """Provide a pool of processes, which are started with the first work.

    They are not forked, because another thread may hold a lock.

    Args:
        jobs: The number of processes.
        problem: The message if one of them ends unexpectedly.

    Raises:
        JiffyException: With that message.
    """
    pool = _WorkerPool(jobs, multiprocessing.get_context("spawn"), _begin)
    try:
        yield pool
    except BrokenProcessPool:
        raise JiffyException(problem) from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_blocked() -> Generator[None]:
    """Block Ctrl-C, which processes that are started inherit. It is this process that handles it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepare a process: it ignores Ctrl-C, and ends with the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)

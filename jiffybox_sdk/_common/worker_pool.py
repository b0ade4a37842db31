"""Processes that share the work of this one."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


def worker_pool(jobs: int) -> ProcessPoolExecutor:
    """Return a pool of processes, which are started with the first work. Shut it down afterwards.

    They are not forked, because another thread may hold a lock.
    """
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin)


@contextmanager
def interrupts_blocked() -> Generator[None]:
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

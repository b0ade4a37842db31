"""Run code in a forked child process."""

import os
import pickle
import select
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")

SECONDS = 20.0
"""The time that a child may take before it counts as stuck."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform can't fork")


class ChildFailed(AssertionError):
    """The child process hung, died or raised an exception."""


def in_child(function: Callable[[], T]) -> T:
    """The result of a function in a forked child, as far as it can be pickled."""
    return start_child(function)()


def start_child(function: Callable[[], T]) -> Callable[[], T]:
    """Fork a child that calls a function, and return a function that waits for its result."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, for forking beside threads
        child = os.fork()
    if child == 0:
        _answer_and_exit(function, writer)
    os.close(writer)

    def result() -> T:
        try:
            answer = _read(reader)
            if answer is None:
                os.kill(child, signal.SIGKILL)
        finally:
            os.close(reader)
            _, status = os.waitpid(child, 0)
        if answer is None:
            raise ChildFailed(f"the child did not answer within {SECONDS:g} s")
        if not answer:
            raise ChildFailed(f"the child died with status {status}")
        succeeded: bool
        value: T  # or a traceback
        succeeded, value = pickle.loads(answer)  # noqa: S301 (from our own child)
        if not succeeded:
            raise ChildFailed(value)
        return value

    return result


def _answer_and_exit(function: Callable[[], object], writer: int) -> None:
    """Write the result of a function, or its traceback, and end the process without any clean-up of the parent's."""
    try:
        try:
            answer = pickle.dumps((True, function()))
        except BaseException:  # noqa: BLE001 (the parent shows it)
            answer = pickle.dumps((False, traceback.format_exc()))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _read(reader: int) -> bytes | None:
    """All that a child writes, or `None` if it takes too long."""
    chunks: list[bytes] = []
    while select.select([reader], [], [], SECONDS)[0]:
        chunk = os.read(reader, 65536)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
    return None

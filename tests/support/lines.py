"""Do something at a certain line of the code under test, as a signal handler may."""

import sys
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import TraceFunction


class Reached(list[str]):
    """The line at which the action was taken, if the code came so far."""


@contextmanager
def at_line(number: int, action: Callable[[], object], path: Path) -> Generator[Reached]:
    """Take an action before a line of a file, or of any file in a folder, is executed. Lines are counted as executed.

    What the action raises is raised at this line. The action itself is not traced.
    """
    reached = Reached()
    count, prefix = 0, str(path)

    def trace(frame: FrameType, event: str, _: object) -> "TraceFunction | None":
        nonlocal count
        if not frame.f_code.co_filename.startswith(prefix):
            return None
        if event == "line":
            count += 1
            if count == number:
                reached.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
                action()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield reached
    finally:
        sys.settrace(before)


@contextmanager
def at_call(number: int, action: Callable[[], object], paths: Collection[Path]) -> Generator[Reached]:
    """Take an action at a function call in files or folders, where Python handles signals: at its begin, or after it.

    What the action raises is raised there.
    """
    reached = Reached()
    count, prefixes = 0, tuple(map(str, paths))

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event in ("call", "c_return") and frame.f_code.co_filename.startswith(prefixes):
            count += 1
            if count == number:
                reached.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
                action()

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield reached
    finally:
        sys.setprofile(before)

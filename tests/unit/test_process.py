"""Values per process."""

# pyright: reportPrivateUsage=false

import os
import threading
from collections.abc import Callable

import pytest

from jiffybox_sdk._common.process import PerProcess
from tests.support.forks import in_child, needs_fork


class Made:
    """A value that knows in which process it was made."""

    def __init__(self) -> None:
        self.process = os.getpid()


def together(functions: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)


def test_a_process_has_one_value_made_when_needed() -> None:
    made: list[Made] = []

    def make() -> Made:
        made.append(Made())
        return made[-1]

    value = PerProcess(make)
    assert not made
    assert value.get() is value.get() is made[0]
    assert len(made) == 1


@needs_fork
def test_an_existing_value_can_be_read_without_making_one() -> None:
    value = PerProcess(Made)
    assert value.existing() is None
    made = value.get()
    assert value.existing() is made
    assert in_child(value.existing) is None


def test_none_is_a_value_like_any_other() -> None:
    made: list[None] = []
    value = PerProcess(lambda: made.append(None))
    value.get()
    value.get()
    assert len(made) == 1


def test_a_maker_that_raises_is_asked_again() -> None:
    answers = iter([1, 2])

    def make() -> int:
        answer = next(answers)
        if answer == 1:
            raise OSError("not yet")
        return answer

    value = PerProcess(make)
    with pytest.raises(OSError, match="not yet") as raised:
        value.get()
    assert raised.value.__context__ is None
    assert value.get() == 2


def test_threads_that_ask_at_once_get_the_same_value() -> None:
    both_make = threading.Barrier(2, timeout=10)

    def make() -> object:
        both_make.wait()
        return object()

    value, seen = PerProcess(make), list[object]()
    together([lambda: seen.append(value.get())] * 2)
    assert seen == [value.get()] * 2


def test_a_handler_that_interrupts_the_maker_gets_the_value_that_stays() -> None:
    seen: list[object] = []

    def make() -> object:
        if not seen:
            seen.append(None)
            seen.append(value.get())  # as a signal handler would
        return object()

    value: PerProcess[object] = PerProcess(make)
    assert value.get() is seen[1] is value.get()


@needs_fork
def test_a_forked_child_makes_its_own_value() -> None:
    value = PerProcess(Made)
    parents = value.get()

    def child() -> tuple[bool, bool]:
        own = value.get()
        return own.process == os.getpid() and own is value.get(), own is parents

    assert in_child(child) == (True, False)
    assert value.get() is parents


@needs_fork
def test_a_grandchild_makes_its_own_value() -> None:
    value = PerProcess(Made)
    value.get()

    def child() -> bool:
        value.get()
        return in_child(lambda: value.get().process == os.getpid())

    assert in_child(child)


@needs_fork
def test_threads_of_a_child_that_ask_at_once_get_the_same_value() -> None:
    value: PerProcess[object] = PerProcess(object)
    value.get()

    def child() -> int:
        seen: list[object] = []
        together([lambda: seen.append(value.get())] * 8)
        return len({id(each) for each in seen})

    assert in_child(child) == 1


@needs_fork
def test_the_parents_value_is_not_finalized_in_the_child() -> None:
    ends: list[int] = []

    class Value:
        def __del__(self) -> None:
            ends.append(os.getpid())

    value = PerProcess(Value)
    value.get()

    def child() -> list[int]:
        value.get()
        return ends

    assert in_child(child) == []


@needs_fork
def test_a_child_whose_id_was_an_ancestors_makes_its_own_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 7)
    value: PerProcess[object] = PerProcess(object)
    parents = value.get()
    assert in_child(lambda: value.get() is parents) is False


def test_a_child_of_a_fork_without_hooks_makes_its_own_value(monkeypatch: pytest.MonkeyPatch) -> None:
    value: PerProcess[object] = PerProcess(object)
    parents = value.get()
    monkeypatch.setattr(os, "getpid", lambda: -1)  # as in a child that a C program forked, or without fork hooks
    assert value.get() is not parents

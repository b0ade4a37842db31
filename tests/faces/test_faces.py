"""The two faces have the same names, and the tests use all of them."""

import ast
import inspect

import jiffybox_sdk
from jiffybox_sdk import aio, api
from tests.faces.aio import programs
from tests.support import calls


def without_async(name: str) -> str:
    return name.removeprefix("Async")


def is_awaited(member: object) -> bool:
    returns = inspect.signature(member).return_annotation if inspect.isroutine(member) else None
    return inspect.iscoroutinefunction(member) or "Coroutine" in str(returns)


def test_the_packages_have_the_same_names() -> None:
    assert sorted(map(without_async, aio.__all__)) == api.__all__
    assert {name for name in jiffybox_sdk.__all__ if name.startswith("Async")} == {
        *(name for name in aio.__all__ if name.startswith("Async")),
        "AsyncClock",
    }


def test_every_method_that_makes_a_call_is_used_by_a_program_or_sample() -> None:
    classes = [getattr(aio, name) for name in aio.__all__]
    awaited = {
        name
        for cls in classes
        for name, member in inspect.getmembers(cls)
        if not name.startswith("_") and is_awaited(member)
    }
    used = {
        node.func.attr
        for module in (programs, calls)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert awaited - used - {"send"} == {"close", "delete_box"}

"""The two faces are one: the same names, parameters and texts, and the same programs run on both."""

import ast
import inspect
import re
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeGuard

import anyio
import pytest
from pydantic import BaseModel

import jiffybox_sdk
from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox, aio, api
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock
from tests.support import scenarios
from tests.support.scripted import TOKEN, emulated

RECORDS = ("Backups", "Box", "Check", "ContactGroup", "Ip")
FACES: dict[str, tuple[type, type]] = {
    name: (getattr(api, name), getattr(aio, f"Async{name}")) for name in (*RECORDS, "JiffyBox")
}


def is_awaited(function: object) -> bool:
    """Whether what a function returns must be awaited."""
    returns = inspect.signature(function).return_annotation if inspect.isroutine(function) else None
    return inspect.iscoroutinefunction(function) or "Coroutine" in str(returns)


AWAITED = {
    name
    for _, face in FACES.values()
    for name, member in inspect.getmembers(face)
    if not name.startswith("_") and is_awaited(member)
}
SPECIAL = {"__enter__": "__aenter__", "__exit__": "__aexit__"}

face = pytest.mark.parametrize("name", FACES)


def alike(text: object) -> str:
    """A text without what is meant to be different in the two faces."""
    text = re.sub(r"collections\.abc\.Coroutine\[None, None, (.*)\]$", r"\1", str(text))
    return re.sub(r"\bAsync(?=[A-Z])", "", text).replace("jiffybox_sdk.aio", "jiffybox_sdk.api")


def public(kind: type) -> dict[str, object]:
    """What users can reach of a class by its name, as it is defined, but for what pydantic has put there."""
    names = [name for name in dir(kind) if not name.startswith("_") and name not in dir(BaseModel)]
    return {name: inspect.getattr_static(kind, name) for name in [*names, "__init__"]}


def function(member: object) -> Callable[..., object] | None:
    """The function that a member of a class is made of, if it is."""
    found = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    return found if inspect.isfunction(found) else None


def test_the_packages_have_the_same_names() -> None:
    assert sorted(alike(name) for name in aio.__all__) == api.__all__
    assert {name for name in jiffybox_sdk.__all__ if name.startswith("Async")} == {
        *(name for name in aio.__all__ if name.startswith("Async")),
        "AsyncClock",
    }


@face
def test_a_class_has_the_same_members_on_both_faces(name: str) -> None:
    sync, awaited = FACES[name]
    assert public(sync).keys() == public(awaited).keys()
    for plain, special in SPECIAL.items():
        assert hasattr(sync, plain) == hasattr(awaited, special)


@face
def test_a_member_has_the_same_parameters_and_the_same_text_on_both_faces(name: str) -> None:
    sync, awaited = (public(kind) for kind in FACES[name])
    seen = 0
    for member, one in sync.items():
        here, there = function(one), function(awaited[member])
        if here and there:
            assert alike(inspect.signature(there)) == str(inspect.signature(here)), member
            assert alike(inspect.getdoc(there)) == inspect.getdoc(here), member
            assert inspect.getdoc(here), member
            assert type(one) is type(awaited[member])
            seen += 1
        else:
            assert one is awaited[member] or isinstance(one, type(awaited[member])), member
    assert seen > 3


@face
def test_what_makes_a_call_is_awaited_and_nothing_else(name: str) -> None:
    sync, awaited = FACES[name]
    for member, one in public(awaited).items():
        there = function(one)
        if there and member not in ("from_env", "__init__"):
            # What reads no more than the record is the same function on both faces.
            assert is_awaited(there) == there.__module__.startswith("jiffybox_sdk.aio"), member
            assert there is function(public(sync)[member]) or is_awaited(there), member


@face
def test_the_classes_are_described_alike(name: str) -> None:
    sync, awaited = (alike(inspect.getdoc(kind)).split("\n\n") for kind in FACES[name])
    if name == "JiffyBox":  # they differ in who may use them, and in how they are closed
        sync, awaited = sync[:1] + sync[2:], awaited[:1] + awaited[3:]
    assert sync == awaited


Scenario = Callable[[JiffyBox, Emulator], None]
AsyncScenario = Callable[[AsyncJiffyBox, Emulator], Awaitable[None]]


class Awaits(ast.NodeTransformer):
    """Puts an await before each call of a method that is awaited on the async face."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        return ast.AsyncFunctionDef("scenario", node.args, node.body, [], node.returns, lineno=node.lineno)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        awaited = isinstance(node.func, ast.Attribute) and node.func.attr in AWAITED
        return ast.Await(node) if awaited else node


def with_awaits(scenario: Scenario) -> AsyncScenario:
    """The same program for the async face."""
    tree = Awaits().visit(ast.parse(inspect.getsource(scenario)))
    names: dict[str, object] = {**vars(scenarios), **{name: face for name, (_, face) in FACES.items()}}
    exec(compile(ast.fix_missing_locations(tree), scenarios.__file__, "exec"), names)  # noqa: S102
    found = names["scenario"]
    assert is_async_scenario(found)
    return found


def is_async_scenario(scenario: object) -> TypeGuard[AsyncScenario]:
    return inspect.iscoroutinefunction(scenario)


@contextmanager
def service(emulator: Emulator, way: str) -> Generator[str | None]:
    """Gives the address of an emulator on a socket; none for one that is reached within the process."""
    if way == "in process":
        yield None
    else:
        with emulated(emulator) as url:
            yield url


every = pytest.mark.parametrize("scenario", scenarios.SCENARIOS, ids=lambda scenario: scenario.__name__)
ways = pytest.mark.parametrize("way", ["in process", "over a socket"])


@every
@ways
def test_a_program_runs(scenario: Scenario, way: str) -> None:
    emulator = Emulator(token=TOKEN)
    with service(emulator, way) as url:
        client = JiffyBox(TOKEN, url, clock=emulator.clock) if url else emulator.client()
        with client:
            scenario(client, emulator)


@every
@ways
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_same_program_runs_with_awaits(scenario: Scenario, way: str, backend: str) -> None:
    emulator = Emulator(token=TOKEN)
    clock = AsyncEmulatorClock(emulator.clock)
    awaited = with_awaits(scenario)

    async def main(url: str | None) -> None:
        async with AsyncJiffyBox(TOKEN, url, clock=clock) if url else emulator.async_client() as client:
            await awaited(client, emulator)

    with service(emulator, way) as url:
        anyio.run(main, url, backend=backend)


def test_each_verb_and_each_call_of_a_client_is_in_a_program() -> None:
    used = {
        node.func.attr
        for node in ast.walk(ast.parse(inspect.getsource(scenarios)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert AWAITED - used == {"close", "send", "delete_box"}

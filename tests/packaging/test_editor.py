"""Completions and signatures in an editor: the descriptions of the schemas, and the docstrings."""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest
from pydantic import JsonValue, TypeAdapter

import jiffybox_sdk
from jiffybox_sdk import ChangeCheck, schemas
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._request import Request


class Shown(Protocol):
    """A completion or a signature, as jedi returns it."""

    name: str

    def docstring(self, *, raw: bool) -> str: ...
    def to_string(self) -> str: ...


class Editor(Protocol):
    """A program in an editor, as jedi sees it."""

    def complete(self) -> list[Shown]: ...
    def get_signatures(self) -> list[Shown]: ...


PROGRAM = """
import jiffybox_sdk
from jiffybox_sdk import Box, Distribution, JiffyBox, Message
from jiffybox_sdk.models.responses.disk import Disk

def program(client: JiffyBox, box: Box, distribution: Distribution, message: Message, disk: Disk) -> None:
    """

BOX_MEMBERS = {
    "start",
    "stop",
    "pull_plug",
    "freeze",
    "thaw",
    "change_plan",
    "duplicate",
    "update_metadata",
    "delete",
    "refresh",
    "wait_for_status",
    "wait_until",
    "wait_until_deleted",
    "ready",
    "public_ips",
    "private_ips",
}
CLIENT_METHODS = {
    "box",
    "boxes",
    "create_box",
    "delete_box",
    "distribution",
    "distributions",
    "plan",
    "plans",
    "from_env",
    "close",
}


@cache
def interpreter() -> object:
    """Return an interpreter for jedi to inspect, in one process for all tests.

    In this process, jedi could not read modules that pytest's assertion rewriting has loaded.
    """
    environment: object = importlib.import_module("jedi").create_environment(sys.executable, safe=False)
    return environment


def editor(typed: str) -> Editor:
    """Return the program with some text typed at its end."""
    jedi = importlib.import_module("jedi")  # it has no types
    project = jedi.Project(Path(jiffybox_sdk.__file__).parents[1])
    script: Editor = jedi.Script(PROGRAM + typed, project=project, environment=interpreter())
    return script


def completions(typed: str) -> dict[str, str]:
    """Return the names offered after the typed text, with their docstrings."""
    return {offer.name: offer.docstring(raw=True) for offer in editor(typed).complete()}


def described(schema: str) -> dict[str, str]:
    """Return the fields of a schema with their descriptions."""
    fields = TypeAdapter(dict[str, Mapping[str, JsonValue]]).validate_python(schemas.load(schema)["properties"])
    return {name: str(field["description"]) for name, field in fields.items()}


@pytest.mark.parametrize(
    ("typed", "schema"),
    [
        ("box.", "box"),
        ("client.box(1).", "box"),
        ("client.boxes()[0].", "box"),
        ("client.create_box('web', 44).wait_for_status().", "box"),
        ("box.stop().", "box"),
        ("Box({}).", "box"),
        ("Box.create(client, 'web', 44).", "box"),
        ("jiffybox_sdk.Emulator().client().box(1).", "box"),
        ("box.plan.", "plan"),
        ("client.plans()[0].", "plan"),
        ("box.ips.", "addresses"),
        ("box.activeProfile.", "profile"),
        ("disk.", "disk"),
        ("distribution.", "distribution"),
        ("client.distributions()[0].", "distribution"),
        ("message.", "message"),
    ],
)
def test_each_field_is_offered_with_its_description(typed: str, schema: str) -> None:
    offered = completions(typed)
    assert {name: offered.get(name) for name in described(schema)} == described(schema)


def test_each_method_is_offered_with_its_docstring() -> None:
    offered = completions("box.")
    assert {name for name in BOX_MEMBERS if offered.get(name)} == BOX_MEMBERS
    offered = completions("client.")
    assert {name for name in CLIENT_METHODS if offered.get(name)} == CLIENT_METHODS


@pytest.mark.parametrize(("typed", "offered"), [("box.status.", "READY"), ("box.created.", "isoformat")])
def test_the_types_of_fields_are_known(typed: str, offered: str) -> None:
    assert offered in completions(typed)


def test_the_public_names_are_offered_with_their_docstrings() -> None:
    offered = completions("jiffybox_sdk.")
    assert [name for name in jiffybox_sdk.__all__ if not offered.get(name)] == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("JiffyBox(", ["api_key: str | SecretStr", "api_url: str", "api_version: str", "total_timeout: "]),
        ("client.create_box(", ["name: str", "plan: Plan | int | str", "password: str | SecretStr | None=None"]),
        ("Box.create(", ["api: ", "name: str", "backupid: Backup | str | None=None", "metadata: Mapping[str, object]"]),
        (
            "box.wait_for_status(",
            ["status: BoxStatus | StatusName=READY", "max_wait: float | timedelta=60", "progress: "],
        ),
        ("jiffybox_sdk.Retry(", ["attempts: int=4", "within: float=60.0"]),
        ("jiffybox_sdk.Emulator(", ["clock: ", "speed: float=1.0"]),
    ],
)
def test_signatures_are_shown_while_typing_a_call(typed: str, shown: list[str]) -> None:
    (signature,) = editor(typed).get_signatures()
    text = signature.to_string().replace('"', "")
    assert [part for part in shown if part not in text] == []
    assert signature.docstring(raw=True)


@pytest.mark.parametrize("kind", [*TYPES.values(), ChangeCheck])
def test_a_check_is_made_with_required_fields_first_plain_types_and_our_own_args(kind: type[Request]) -> None:
    # Read from the source, as type checkers and Pylance do. Jedi shows the fields of any model of pydantic instead.
    (declared,) = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(kind)))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    shown = {argument.arg: ast.unparse(argument.annotation or argument) for argument in declared.args.kwonlyargs}
    required = [default is None for default in declared.args.kw_defaults]
    fields = {name: field.is_required() for name, field in kind.model_fields.items()}
    if kind is not ChangeCheck:
        del fields["checkType"]  # it follows from the class
    assert dict(zip(shown, required, strict=True)) == fields
    assert required == sorted(required, reverse=True)
    plain = {"str", "int", "bool", "IPv4Address", "SecretStr", "list[int]", "None"}
    assert set(" | ".join(shown.values()).split(" | ")) <= plain
    described = re.findall(r"^    (\w+): [A-Z].*\.$", ast.get_docstring(declared) or "", re.MULTILINE)
    assert described == [*shown, "JiffyArgumentException"]

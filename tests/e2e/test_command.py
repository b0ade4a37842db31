"""Each command with the emulator on a real socket: its output and exit code."""

import json
import shlex
from collections.abc import Generator
from pathlib import Path

import click
import jsonschema_rs
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli.app import jiffybox
from jiffybox_sdk._cli.commands import cost
from jiffybox_sdk._cli.options import Command, Group, Invocation
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.validation import KINDS, Severity
from jiffybox_sdk.validation._results import judge
from tests.support.accounts import SEED
from tests.support.calls import WITHOUT_COMMAND
from tests.support.command_cases import CASES, Case, arguments_of
from tests.support.schema_tools import oracle
from tests.support.scripted import TOKEN
from tests.support.shell import Shell


@pytest.fixture
def account() -> Emulator:
    """An account with objects of each kind, where all work is completed immediately."""
    return Emulator("instant", token=TOKEN, seed=SEED)


APART = {"demo", "emulator", "run", "sweep", "completion", "validate", "schema list", "schema show", "schema bundle"}
"""Commands that do not use the service. They have separate tests."""


def command_paths(command: click.Command, path: str = "") -> Generator[str]:
    if isinstance(command, Group):
        for name, inner in command.subcommands().items():
            yield from command_paths(inner, f"{path} {name}".strip())
    else:
        yield path


def test_each_command_has_a_case() -> None:
    commands = set(command_paths(jiffybox))
    called = {next(path for path in commands if f"{case.line} ".startswith(f"{path} ")) for case in CASES}
    assert commands - called == APART


def test_the_root_knows_the_summary_of_each_command() -> None:
    for name, command in jiffybox.subcommands().items():
        known = jiffybox.commands[name]
        assert known.name == name
        assert known.hidden or known.get_short_help_str(200) == command.get_short_help_str(200)


def test_each_call_of_the_service_can_be_made(at_work: Shell, account: Emulator) -> None:
    before = account.snapshot()
    made: set[str] = set()
    for case in CASES:
        words = arguments_of(case, account)
        account.clear_journal()
        assert at_work(*words).code == 0
        made |= {entry.call for entry in account.journal() if entry.call}
        account.restore(before)
    assert made == {call.name for call in CALLS} - WITHOUT_COMMAND


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_only_data_is_written_to_standard_output(at_work: Shell, account: Emulator, case: Case) -> None:
    ran = at_work(*arguments_of(case, account))
    assert ran.code == 0, ran.err
    if case.out:
        assert case.out in ran.lines
    else:
        assert ran.out == ""
    if case.err:
        assert case.err in ran.err
    else:
        assert ran.err == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_json_output_conforms_to_the_schemas(at_work: Shell, account: Emulator, case: Case) -> None:
    plain = at_work(*arguments_of(case, account), "-o", "json")
    assert plain.code == 0, plain.err
    values: list[JsonValue] = [json.loads(line) for line in plain.lines]
    assert values
    for value in values:
        check(case.kind, value)


def check(kind: str, value: JsonValue) -> None:
    """Validate a value with its schema and its model."""
    if kind == "cost":
        assert valid_cost(value)
        return
    assert oracle(kind).accepts(value)
    if kind != "metadata":  # a part of a box
        _, findings = judge(json.dumps(value).encode(), KINDS[kind])
        reported = {finding.rule for finding in findings if finding.severity > Severity.NOTE}
        assert reported <= {"big-integer"}  # in metadata


def valid_cost(value: JsonValue) -> bool:
    schema = json.loads(Path(cost.__file__).with_name("cost.schema.json").read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.is_valid(schema, value)


def each_command(
    command: click.Command, path: tuple[str, ...] = ()
) -> Generator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, Group):
        for name, inner in command.subcommands().items():
            yield from each_command(inner, (*path, name))


def parsed(words: list[str]) -> click.Context:
    """Return the innermost context of a command line after parsing all of it."""
    command: click.Command = jiffybox
    context = command.make_context("jiffybox", words, obj=Invocation())
    while isinstance(command, click.Group):
        words = [*context._protected_args, *context.args]  # pyright: ignore[reportPrivateUsage] (used by invoke)
        name, inner, rest = command.resolve_command(context, words)
        assert inner is not None
        command, context = inner, inner.make_context(name, rest, parent=context)
    return context


@pytest.mark.parametrize(("path", "command"), [*each_command(jiffybox)], ids=str)
def test_each_command_has_valid_examples(path: tuple[str, ...], command: click.Command) -> None:
    assert isinstance(command, Command | Group)
    assert command.examples
    for line in command.examples:
        pipeline = [shlex.split(part.partition(" > ")[0]) for part in line.split(" | ")]
        words = next(part for part in pipeline if part[0] == "jiffybox")
        assert parsed(words[1:]).command_path.startswith(" ".join(["jiffybox", *path]))

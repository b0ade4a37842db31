"""Each command with the emulator on a real socket: its output and exit code."""

import itertools
import json
import shlex
from collections.abc import Generator
from pathlib import Path

import click
import jsonschema_rs
import pytest
import yaml
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli.app import jiffybox
from jiffybox_sdk._cli.command import Command, Group
from jiffybox_sdk._cli.commands import cost
from jiffybox_sdk._cli.options import Invocation
from jiffybox_sdk._client.endpoints import CALLS
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


APART = {
    *("demo", "emulator", "run", "sweep", "completion", "validate", "schema list", "schema show", "schema bundle"),
    *("box ip", "api", "profile add", "profile list", "profile show", "profile use", "profile remove"),
    *("local path", "local reset", "local seed"),
}
"""Commands that do not use the service, or can make any call. They have separate tests."""


OLD = {"plans", "distributions", "docs", "monitoring"}
"""Hidden names of groups, which have tests of their own."""


def command_paths(command: click.Command, path: str = "") -> Generator[str]:
    if isinstance(command, Group):
        for name, inner in command.subcommands().items():
            if path or name not in OLD:
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
    ran = at_work(*arguments_of(case, account), "-o", "plain")
    assert ran.code == 0, ran.err
    if case.out:
        assert case.out in ran.lines
    else:
        assert ran.out == ""
    if case.err:
        assert case.err in ran.err
    else:
        assert ran.err == ""


LISTS = {"list", "results"}
"""Commands that show several records, in JSON as an array. Those of `doc` show the service's own objects."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_json_and_yaml_are_valid_payloads(at_work: Shell, account: Emulator, files: Path, case: Case) -> None:
    def output(form: str) -> str:
        account.reset(seed=SEED)
        ran = at_work(*arguments_of(case, account), "-o", form)
        assert ran.code == 0, ran.err
        return ran.out

    text, lines = output("json"), output("jsonl")
    document: JsonValue = json.loads(text)
    records = document if isinstance(document, list) else [document]
    assert [json.loads(line) for line in lines.splitlines()] == records
    assert yaml.safe_load(output("yaml")) == json.loads(output("json-pretty")) == document
    assert isinstance(document, list) == (bool(LISTS & {*case.words[1:2]}) and case.words[0] != "doc")
    assert records
    if case.kind == "cost":
        assert valid_cost(document)
        return
    assert all(oracle(case.kind).accepts(record) for record in records)
    if case.kind != "metadata":  # a part of a box
        (files / "a.json").write_text(text, "utf-8")
        (files / "a.jsonl").write_text(lines, "utf-8")
        ran = at_work("validate", "--as", case.kind, "a.json", "a.jsonl")
        assert (ran.code, [line for line in ran.lines if "big-integer" not in line]) == (0, [])


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
            if path or name not in OLD:
                yield from each_command(inner, (*path, name))


def parsed(words: list[str]) -> click.Context:
    """Return the innermost context of a command line after parsing all of it."""
    command: click.Command = jiffybox
    context = command.make_context("jiffybox", words, obj=Invocation())
    while isinstance(command, click.Group):
        words = [*context._protected_args, *context.args]  # pyright: ignore[reportPrivateUsage] (used by invoke)
        if not words:  # an old name of a group, which lists without a command
            break
        name, inner, rest = command.resolve_command(context, words)
        assert inner is not None
        command, context = inner, inner.make_context(name, rest, parent=context)
    return context


def words_of(line: str) -> list[str]:
    """Return the arguments of our command in a line for a shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>()")
    lexer.whitespace_split = True
    words = [*lexer]
    words = words[words.index("jiffybox") + 1 :]
    return [*itertools.takewhile(lambda word: word not in ("|", "<", ">", ")"), words)]


ROOT = Path(__file__).parents[2]
DOCUMENTED = [
    line.strip()
    for page in (ROOT / "docs" / "pages" / name for name in ("command.md", "migrate.md"))
    for line in page.read_text("utf-8").splitlines()
    if line.startswith("    jiffybox ") and not line.endswith("--version")
]


@pytest.mark.parametrize("line", DOCUMENTED)
def test_documented_command_lines_are_valid(line: str) -> None:
    assert isinstance(parsed(words_of(line)).command, Command | Group)


@pytest.mark.parametrize(("path", "command"), [*each_command(jiffybox)], ids=str)
def test_each_command_has_valid_examples(path: tuple[str, ...], command: click.Command) -> None:
    assert isinstance(command, Command | Group)
    assert command.examples
    for line in command.examples:
        assert parsed(words_of(line)).command_path.startswith(" ".join(["jiffybox", *path]))

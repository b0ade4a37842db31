"""Each command with the emulator on a real socket: its output and exit code."""

import json
import shlex
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import click
import jsonschema_rs
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator, validate
from jiffybox_sdk._cli.app import jiffybox
from jiffybox_sdk._cli.commands import cost
from jiffybox_sdk._cli.options import Command, Group, Invocation
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.validation import KINDS
from tests.support.accounts import SEED
from tests.support.calls import WITHOUT_COMMAND
from tests.support.schema_tools import oracle
from tests.support.scripted import TOKEN
from tests.support.shell import Shell


@pytest.fixture
def account() -> Emulator:
    """An account with objects of each kind, where all work is completed immediately."""
    return Emulator("instant", token=TOKEN, seed=SEED)


@dataclass(frozen=True)
class Case:
    """A command line and its expected output.

    Attributes:
        line: The command line. `~` represents a space within a word.
        kind: The kind of payload of each line of JSON output.
        out: A line of the plain output.
        err: A part of standard error.
    """

    line: str
    kind: str
    out: str
    err: str = ""

    @property
    def words(self) -> list[str]:
        return [word.replace("~", " ") for word in self.line.split()]


CASES = [
    Case("box list", "box", "running (10001)"),
    Case("box show running", "box", "  plan.name: CloudLevel 1"),
    Case("box show 10002", "box", "stopped (10002)"),
    Case("box create new CloudLevel~1 centos_7_64bit", "box", "  status: CREATING", "new (10011) is CREATING"),
    Case('box create new 44 centos_7_64bit --wait --sshkey --metadata {"a":1}', "box", '  metadata: {"a": 1}', "READY"),
    Case("box create new 44 --backup BACKUP --wait", "box", "new (10011)", "READY after 0 s"),
    Case("box duplicate running copy CloudLevel~2 --wait", "box", "copy (10011)", "copy (10011): READY"),
    Case("box start stopped --wait", "box", "  running: true", "stopped (10002): READY"),
    Case("box stop running --wait", "box", "  running: false", "running (10001): READY"),
    Case("box stop running", "box", "  status: UPDATING", "to wait for it: jiffybox box wait 10001\n"),
    Case("box pull-plug running --yes --wait", "box", "  running: false", "running (10001): READY"),
    Case("box freeze stopped --wait", "box", "  status: FROZEN", "stopped (10002): FROZEN"),
    Case("box freeze stopped", "box", "  status: FREEZING", "jiffybox box wait 10002 --for FROZEN\n"),
    Case("box thaw frozen 45 --wait", "box", "  plan.name: CloudLevel 2", "frozen (10004): READY"),
    Case("box change-plan stopped CloudLevel~3 --wait", "box", "  plan.name: CloudLevel 3", "stopped (10002): READY"),
    Case("box metadata running", "metadata", '  list: [null, true, {}]'),
    Case("box metadata running --set a=b --unset text --unset list", "metadata", "  a: b"),
    Case('box metadata running {"a":{"b":1},"text":null}', "metadata", '  a: {"b": 1}'),
    Case("box wait running", "box", "running (10001)", "running (10001): READY after 0 s"),
    Case("box delete stopped --yes", "done", "", "Box 10002 is being deleted.\n"),
    Case("box delete running --no-confirm --force --wait", "done", "", "running (10001) is gone.\n"),
    Case("backup list", "backups", "backups of 10001 (10001)"),
    Case("backup show running", "backups", "  manual.created: 2023-07-22T04:26:40+00:00"),
    Case("backup enable stopped sunday 22-24", "schedule", "  timeid: 6"),
    Case("backup change running --day 6", "schedule", "  dayid: 6"),
    Case("backup disable running --yes", "done", "", "Periodic backups of box 10001 are disabled.\n"),
    Case("backup create stopped", "done", "", "A backup of box 10002 is being created.\n"),
    Case("backup create stopped --wait", "backups", "backups of 10002 (10002)", "stopped (10002): READY"),
    Case("backup restore running manual --yes --wait", "done", "", "running (10001): READY"),
    Case("backup delete running daily --yes", "done", "", "of box 10001 is deleted.\n"),
    Case("ip list", "ip", "  box: 10001"),
    Case("ip list stopped", "ip", "  box: 10002"),
    Case("ip move running FLOATING stopped", "done", "", "is being moved to box 10002.\n"),
    Case("contact-group list", "contact_group", "admins (2)"),
    Case("contact-group show admins", "contact_group", "  contacts: a@example.org"),
    Case("contact-group create new x@y.org z@y.org", "contact_group", "  contacts: x@y.org, z@y.org"),
    Case("contact-group create new x@y.org --wait", "contact_group", "  status: STATUS_READY", "new (4): STATUS_READY"),
    Case("contact-group duplicate admins --name copy", "contact_group", "copy (4)"),
    Case("contact-group change b --contact c@example.org", "contact_group", "  contacts: c@example.org"),
    Case("contact-group delete b --yes --wait", "done", "", "Contact group 3 is being deleted.\n"),
    Case("monitoring list", "check", "page (1001)"),
    Case("monitoring show page", "check", "  password: **********"),
    Case("monitoring create ping new 198.18.39.17 7 --contact-group admins", "check", "  contactGroups: admins"),
    Case("monitoring create ping new 198.18.39.17 7 --wait", "check", "new (1003)", "new (1003): STATUS_READY"),
    Case("monitoring duplicate page --name copy --port 81 --inactive", "check", "  port: 81"),
    Case("monitoring delete off --yes --wait", "done", "", "Check 1002 is being deleted.\n"),
    Case("monitoring results page", "check_result", "check 1001 (1001)"),
    Case("monitoring results 198.18.39.17", "check_result", "  check: 1001"),
    Case("plans", "plan", "CloudLevel 1 (44)"),
    Case("plans CloudLevel~1", "plan", "  ramInMB: 2048"),
    Case("distributions", "distribution", "  minDiskSizeMB: 2048"),
    Case("distributions centos_7_64bit", "distribution", "CentOS 7 64-Bit (centos_7_64bit)"),
    Case("docs", "modules", "Plans"),
    Case("docs Plans", "module", "GET /"),
    Case("cost", "cost", "A box on each plan"),
]  # fmt: skip

APART = {"demo", "emulator", "completion", "validate", "schema list", "schema show", "schema bundle"}
"""Commands that do not use the service. They have separate tests."""


def arguments_of(case: Case, account: Emulator) -> list[str]:
    """Return the arguments of a case, with ids of the account filled in."""
    client = account.client()
    backup = client.backups_of(10001).manual
    floating = next(ip for ip in client.ips() if ip.floating)
    assert backup
    known = {"BACKUP": backup.id, "FLOATING": floating.ip}
    return [known.get(word, word) for word in case.words]


def command_paths(command: click.Command, path: str = "") -> Generator[str]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from command_paths(inner, f"{path} {name}".strip())
    else:
        yield path


def test_each_command_has_a_case() -> None:
    commands = set(command_paths(jiffybox))
    called = {next(path for path in commands if f"{case.line} ".startswith(f"{path} ")) for case in CASES}
    assert commands - called == APART


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
        validate(value, KINDS[kind])


def valid_cost(value: JsonValue) -> bool:
    schema = json.loads(Path(cost.__file__).with_name("cost.schema.json").read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.is_valid(schema, value)


def each_command(
    command: click.Command, path: tuple[str, ...] = ()
) -> Generator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
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

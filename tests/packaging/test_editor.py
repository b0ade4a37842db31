"""What an editor shows while one types: completions, with the schemas' words on each field, and signatures."""

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest
from pydantic import JsonValue, TypeAdapter

import jiffybox_sdk
from jiffybox_sdk import schemas


class Shown(Protocol):
    """A completion or a signature of jedi's."""

    name: str

    def docstring(self, *, raw: bool) -> str: ...
    def to_string(self) -> str: ...


class Editor(Protocol):
    """A program that is being typed."""

    def complete(self) -> list[Shown]: ...
    def get_signatures(self) -> list[Shown]: ...


PROGRAM = """
import jiffybox_sdk
from jiffybox_sdk import Box, Distribution, JiffyBox, Message
from jiffybox_sdk.models.responses.disk import Disk

def program(client: JiffyBox, box: Box, distribution: Distribution, message: Message, disk: Disk) -> None:
    """

VERBS = {
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
CALLS = {
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


def editor(typed: str) -> Editor:
    """Returns what jedi sees when this has been typed at the end of the program."""
    jedi = importlib.import_module("jedi")  # it brings no types
    project = jedi.Project(Path(jiffybox_sdk.__file__).parents[1])
    # Not this very process: pytest loads what comes with plugins in a way of its own, which jedi can't read.
    environment = jedi.create_environment(sys.executable, safe=False)
    found: Editor = jedi.Script(PROGRAM + typed, project=project, environment=environment)
    return found


def completions(typed: str) -> dict[str, str]:
    """Returns what an editor offers after what was typed: the names, and what it says of each."""
    return {offer.name: offer.docstring(raw=True) for offer in editor(typed).complete()}


def described(schema: str) -> dict[str, str]:
    """Returns the fields that a schema describes, and what it says of each."""
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
def test_each_field_is_offered_with_what_its_schema_says_of_it(typed: str, schema: str) -> None:
    offered = completions(typed)
    assert {name: offered.get(name) for name in described(schema)} == described(schema)


def test_each_verb_is_offered_with_what_it_does() -> None:
    offered = completions("box.")
    assert {name for name in VERBS if offered.get(name)} == VERBS
    offered = completions("client.")
    assert {name for name in CALLS if offered.get(name)} == CALLS


@pytest.mark.parametrize(("typed", "offered"), [("box.status.", "READY"), ("box.created.", "isoformat")])
def test_what_a_field_holds_is_known(typed: str, offered: str) -> None:
    assert offered in completions(typed)


def test_the_public_names_are_offered_with_what_they_are() -> None:
    offered = completions("jiffybox_sdk.")
    assert [name for name in jiffybox_sdk.__all__ if not offered.get(name)] == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("JiffyBox(", ["api_key: str | SecretStr", "api_url: str", "api_version: str", "total_timeout: "]),
        ("client.create_box(", ["name: str", "plan: Plan | int | str", "password: str | SecretStr | None=None"]),
        ("Box.create(", ["api: ", "name: str", "backupid: Backup | str | None=None", "metadata: Mapping[str, object]"]),
        ("box.wait_for_status(", ["status: BoxStatus | str=READY", "max_wait: float | timedelta=60", "progress: "]),
        ("jiffybox_sdk.Retry(", ["attempts: int=4", "within: float=60.0"]),
        ("jiffybox_sdk.Emulator(", ["clock: ", "speed: float=1.0"]),
    ],
)
def test_the_signature_of_what_is_being_called_is_shown(typed: str, shown: list[str]) -> None:
    (signature,) = editor(typed).get_signatures()
    text = signature.to_string().replace('"', "")
    assert [part for part in shown if part not in text] == []
    assert signature.docstring(raw=True)

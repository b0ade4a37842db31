"""`jiffybox schema`."""

import csv
import io
import json
from pathlib import Path

import jsonschema_rs
import pytest

from jiffybox_sdk import schemas
from tests.support.shell import Shell, apart


def test_schemas_are_listed_with_title_and_description(shell: Shell) -> None:
    assert shell("schema", "list", "-o", "ids").lines == schemas.names()
    values = json.loads(shell("schema", "list", "-o", "json").out)
    assert values == [
        {"name": name, "title": schemas.load(name)["title"], "description": schemas.load(name)["description"]}
        for name in schemas.names()
    ]
    rows = list(csv.DictReader(io.StringIO(shell("schema", "list", "-o", "csv").out)))
    assert rows == values
    assert "  title: Box" in shell("schema", "list", "-o", "plain").lines
    assert shell("schema", "list", "-o", "table").lines[0].split() == ["name", "title", "description"]


@pytest.mark.parametrize("name", schemas.names())
def test_a_schema_is_shown_unchanged(shell: Shell, name: str) -> None:
    shown = shell("schema", "show", name)
    assert (shown.code, shown.err, json.loads(shown.out)) == (0, "", schemas.load(name))
    assert len(shown.lines) > 1
    assert shell("schema", "show", name, "-o", "json-pretty") == shown
    [line] = shell("schema", "show", name, "-o", "json").lines
    assert json.loads(line) == schemas.load(name)
    assert Path(shell("schema", "show", name, "--path").out.removesuffix("\n")).samefile(schemas.path(name))


def test_a_bundle_has_no_external_references(shell: Shell) -> None:
    assert json.loads(shell("schema", "bundle").out) == schemas.bundle()
    box = json.loads(shell("schema", "bundle", "box").out)
    assert box == schemas.bundle("box")
    jsonschema_rs.meta.validate(box)
    assert json.loads(shell("schema", "bundle", "box", "--plain").out) == schemas.bundle("box", plain=True)
    assert json.loads(shell("schema", "bundle", "--plain").out) == schemas.bundle(plain=True)
    assert json.loads(shell("-o", "json", "schema", "bundle", "--openapi").out) == schemas.openapi()
    assert json.loads(shell("schema", "bundle", "--openapi", "--plain").out) == schemas.openapi(plain=True)


def test_the_schemas_have_a_version(shell: Shell) -> None:
    assert shell("schema", "--version").out == f"{schemas.VERSION}\n"


WRONG = [
    (["show", "boxx"], "unknown schema 'boxx': did you mean 'box', 'box-status' or 'requests/create-box'? schema list"),
    (["show", "create-boxes", "--path"], "did you mean 'requests/create-box', "),
    (["bundle", "../box"], "did you mean 'box', "),
    (["bundle", ""], "unknown schema '': did you mean "),
    (["bundle", "box", "--openapi"], "--openapi cannot be combined with NAME"),
    (["show"], "Missing argument 'NAME'"),
    (["show", "box", "-o", "csv"], "invalid -o 'csv': expected one of json, jsonl, json-pretty, yaml"),
]


@pytest.mark.parametrize(("line", "message"), WRONG, ids=str)
def test_invalid_usage_is_reported_in_one_line_and_exits_with_2(shell: Shell, line: list[str], message: str) -> None:
    ran = shell("schema", *line)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err


def test_an_unsupported_format_before_the_command_is_rejected(shell: Shell) -> None:
    for line in (["-o", "csv", "schema", "show", "box"], ["schema", "-o", "csv", "show", "box"]):
        ran = shell(*line)
        assert (ran.code, ran.out) == (2, "")
        assert "invalid -o 'csv': expected one of json, jsonl, json-pretty" in ran.err
    assert "invalid -o 'sarif'" in shell("-o", "sarif", "schema", "list").err
    assert shell("-o", "sarif", "schema", "show", "box", "-o", "json").code == 0


def test_names_are_completed() -> None:
    env = {"_JIFFYBOX_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    ran = apart(env={**env, "COMP_WORDS": "jiffybox schema show requests/create-"})
    assert (ran.out, ran.err) == ("plain,requests/create-box\nplain,requests/create-contact-group\n", "")
    ran = apart(env={**env, "COMP_WORDS": "jiffybox schema bundle bo"})
    assert ran.out.splitlines() == ["plain,box", "plain,box-status"]

"""`jiffybox schema`: the schemas as a shell gets them."""

import csv
import io
import json
from pathlib import Path

import jsonschema_rs
import pytest

from jiffybox_sdk import schemas
from tests.support.shell import Shell, apart


def test_each_schema_is_listed_with_its_title_and_what_it_is(shell: Shell) -> None:
    assert shell("schema", "list", "-o", "ids").lines == schemas.names()
    values = [json.loads(line) for line in shell("schema", "list", "-o", "json").lines]
    assert values == [
        {"name": name, "title": schemas.load(name)["title"], "description": schemas.load(name)["description"]}
        for name in schemas.names()
    ]
    rows = list(csv.DictReader(io.StringIO(shell("schema", "list", "-o", "csv").out)))
    assert rows == values
    assert "  title: Box" in shell("schema", "list").lines
    assert shell("schema", "list", "-o", "table").lines[0].split() == ["name", "title", "description"]


@pytest.mark.parametrize("name", schemas.names())
def test_a_schema_is_shown_as_it_is(shell: Shell, name: str) -> None:
    shown = shell("schema", "show", name)
    assert (shown.code, shown.err, json.loads(shown.out)) == (0, "", schemas.load(name))
    assert len(shown.lines) > 1
    assert shell("schema", "show", name, "-o", "json-pretty") == shown
    [line] = shell("schema", "show", name, "-o", "json").lines
    assert json.loads(line) == schemas.load(name)
    assert Path(shell("schema", "show", name, "--path").out.removesuffix("\n")).samefile(schemas.path(name))


def test_a_bundle_needs_no_other_file(shell: Shell) -> None:
    assert json.loads(shell("schema", "bundle").out) == schemas.bundle()
    box = json.loads(shell("schema", "bundle", "box").out)
    assert box == schemas.bundle("box")
    jsonschema_rs.meta.validate(box)
    assert json.loads(shell("-o", "json", "schema", "bundle", "--openapi").out) == schemas.openapi()


def test_the_set_has_a_version(shell: Shell) -> None:
    assert shell("schema", "--version").out == f"{schemas.VERSION}\n"


WRONG = [
    (["show", "boxx"], "did you mean 'box'?"),
    (["show", "CreateBox", "--path"], "did you mean 'requests/create-box'?"),
    (["bundle", "../box"], "did you mean 'box'?"),
    (["bundle", ""], "schema '' is refused: there are addresses, "),
    (["bundle", "box", "--openapi"], "--openapi cannot be combined with NAME"),
    (["show"], "Missing argument 'NAME'"),
    (["show", "box", "-o", "csv"], "'csv' is not one of 'json', 'json-pretty'"),
]


@pytest.mark.parametrize(("line", "said"), WRONG, ids=str)
def test_wrong_usage_is_told_in_a_line_and_ends_with_2(shell: Shell, line: list[str], said: str) -> None:
    ran = shell("schema", *line)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert said in ran.err


def test_a_form_that_stands_before_the_command_is_refused_where_the_command_does_not_have_it(shell: Shell) -> None:
    for line in (["-o", "csv", "schema", "show", "box"], ["schema", "-o", "csv", "show", "box"]):
        ran = shell(*line)
        assert (ran.code, ran.out) == (2, "")
        assert "invalid output format 'csv': expected one of json, json-pretty" in ran.err
    assert "invalid output format 'sarif'" in shell("-o", "sarif", "schema", "list").err
    assert shell("-o", "sarif", "schema", "show", "box", "-o", "json").code == 0


def test_names_are_completed() -> None:
    env = {"_JIFFYBOX_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    ran = apart(env={**env, "COMP_WORDS": "jiffybox schema show requests/create-"})
    assert (ran.out, ran.err) == ("plain,requests/create-box\nplain,requests/create-contact-group\n", "")
    ran = apart(env={**env, "COMP_WORDS": "jiffybox schema bundle bo"})
    assert ran.out.splitlines() == ["plain,box", "plain,box-status"]

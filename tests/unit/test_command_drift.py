"""What the command says of answers with something new in them: once, at the end, and no values."""

import socket
from collections.abc import Generator

import pytest
from pydantic import JsonValue

from jiffybox_sdk import __version__
from jiffybox_sdk._cli.output import drift
from jiffybox_sdk._common.drift_entry import DriftEntry
from tests.support.scripted import TOKEN, envelope, example, http, read_request, server
from tests.support.shell import Shell, apart

HEAD = f"jiffybox: the service sent data unknown to version {__version__}; please upgrade, or report it:"
NEW: dict[str, JsonValue] = {
    **example("box"),
    "id": "7",
    "name": "web",
    "status": "CANARY",
    "zone": {"password": "canary"},
}
TOLD = [
    HEAD,
    "  map of Box /*/id: text in place of an integer",
    "  map of Box /*/status: unknown value",
    "  map of Box /*/zone: unknown field, {password: text}",
]


@pytest.fixture
def url() -> Generator[str]:
    """The address of a service that is ahead of the schemas."""

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope({"7": NEW}).content))

    with server(talk) as url:
        yield url


@pytest.mark.parametrize("verbose", [[], ["-v"], ["-vv"]], ids=str)
def test_what_is_new_is_told_once_in_the_end_and_without_values(shell: Shell, url: str, verbose: list[str]) -> None:
    ran = shell.at(url)(*verbose, "box", "list", "-o", "ids")
    assert (ran.code, ran.out) == (0, "7\n")
    assert ran.err.splitlines()[-4:] == TOLD
    assert "canary" not in ran.err.lower()
    assert ran.err.count("/zone") == 1
    assert bool(verbose) == ("GET jiffyBoxes: HTTP status 200" in ran.err)


def test_it_is_told_in_a_process_of_its_own_where_no_log_is_set_up(url: str) -> None:
    ran = apart("box", "list", "-o", "ids", env={"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN})
    assert (ran.code, ran.out, ran.err.splitlines()) == (0, "7\n", TOLD)


def test_it_is_told_of_a_run_that_fails_too(shell: Shell, url: str) -> None:
    ran = shell.at(url)("box", "start", "nobody")
    assert ran.code == 1
    assert [*TOLD, "jiffybox: no box is named 'nobody'"] == ran.err.splitlines()


def test_a_shell_that_completes_says_nothing_of_it(url: str) -> None:
    env = {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN, "_JIFFYBOX_COMPLETE": "bash_complete"}
    ran = apart(env={**env, "COMP_WORDS": "jiffybox box show ", "COMP_CWORD": "3"})
    assert (ran.out, ran.err) == ("plain,web\n", "")


def test_of_many_things_the_first_are_told_and_the_others_counted() -> None:
    many = [DriftEntry("Box", f"/a{number}", "field", "text", 2) for number in range(15)]
    lines = drift.lines(drift.places(many))
    assert lines[0] == "  Box /a0: unknown field, text, 2 times"
    assert lines[9:] == ["  Box /a9: unknown field, text, 2 times", "  and 5 more"]


def test_states_are_counted_by_place_since_they_are_values() -> None:
    states = [DriftEntry("Box", "/status", "state", text) for text in ("LOST", "FOUND")]
    assert drift.lines(drift.places(states)) == ["  Box /status: unknown value, 2 times"]


def test_what_would_move_the_cursor_is_spelt_out() -> None:
    [line] = drift.lines(drift.places([DriftEntry("Box", "/\x1b[2J", "field", "text")]))
    assert "\\x1b" in line
    assert line.isprintable()

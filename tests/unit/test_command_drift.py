"""Reports of drift: once, at the end of a run, and without values."""

import socket
from collections.abc import Generator

import pytest
from pydantic import JsonValue

from jiffybox_sdk import BoxStatus, __version__
from jiffybox_sdk._common.drift_entry import DriftEntry, drift_lines
from tests.support.scripted import TOKEN, envelope, example, http, read_request, server
from tests.support.shell import Shell, apart

HEAD = f"jiffybox: the service sent data unknown to version {__version__}; please upgrade, or report it:"
DRIFTED: dict[str, JsonValue] = {
    **example("box"),
    "id": "7",
    "name": "web",
    "status": "CANARY",
    "zone": {"password": "canary"},
}
REPORT = [
    HEAD,
    "  map of Box /*/id: coerced: expected integer, found string",
    f"  map of Box /*/status: unknown-state: expected one of {', '.join(BoxStatus)}, found string",
    "  map of Box /*/zone: unknown-field: found object",
]


@pytest.fixture
def url() -> Generator[str]:
    """The address of a service whose responses have unknown fields and values."""

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope({"7": DRIFTED}).content))

    with server(talk) as url:
        yield url


@pytest.mark.parametrize("verbose", [[], ["-v"], ["-vv"]], ids=str)
def test_drift_is_reported_once_at_the_end_without_values(shell: Shell, url: str, verbose: list[str]) -> None:
    ran = shell.at(url)(*verbose, "box", "list", "-o", "ids")
    assert (ran.code, ran.out) == (0, "7\n")
    assert ran.err.splitlines()[-4:] == REPORT
    assert "canary" not in ran.err.lower()
    assert ran.err.count("/zone") == 1
    assert bool(verbose) == ("GET jiffyBoxes: HTTP status 200" in ran.err)


def test_drift_is_reported_without_logging_configured(url: str) -> None:
    ran = apart("box", "list", "-o", "ids", env={"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN})
    assert (ran.code, ran.out, ran.err.splitlines()) == (0, "7\n", REPORT)


def test_drift_is_reported_when_the_run_fails(shell: Shell, url: str) -> None:
    ran = shell.at(url)("box", "start", "nobody")
    assert ran.code == 1
    assert [*REPORT, "jiffybox: no box is named 'nobody'"] == ran.err.splitlines()


def test_completion_does_not_report_drift(url: str) -> None:
    env = {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN, "_JIFFYBOX_COMPLETE": "bash_complete"}
    ran = apart(env={**env, "COMP_WORDS": "jiffybox box show ", "COMP_CWORD": "3"})
    assert (ran.out, ran.err) == ("plain,web\n", "")


def test_only_the_first_ten_places_are_listed() -> None:
    entries = [DriftEntry("Box", f"/a{number}", "unknown-field", None, "string", 2) for number in range(15)]
    lines = drift_lines(entries)
    assert lines[0] == "  Box /a0: unknown-field: found string, 2 times"
    assert lines[9:] == ["  Box /a9: unknown-field: found string, 2 times", "  and 5 more"]


def test_unprintable_characters_are_escaped() -> None:
    [line] = drift_lines([DriftEntry("Box", "/\x1b[2J", "unknown-field", None, "string")])
    assert "\\x1b" in line
    assert line.isprintable()

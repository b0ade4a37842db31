"""Neither the token nor a password stands in anything that the command writes, whatever goes wrong."""

import json
import socket
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import Fault
from tests.e2e.test_command import CASES, Case, filled
from tests.support.accounts import SEED
from tests.support.scripted import PASSWORD, TOKEN, http, read_request, server
from tests.support.shell import Shell

LOUD = ["-vv", "--debug"]

pytestmark = pytest.mark.usefixtures("virtual_time")


@pytest.fixture
def account() -> Emulator:
    """An account with some of everything, a password among it."""
    return Emulator("instant", token=TOKEN, seed=SEED)


def sightings(shell: Shell, *line: str, codes: tuple[int, ...] = (0,)) -> list[str]:
    """The lines of all that a call writes in which a secret stands."""
    ran = shell(*LOUD, *line)
    assert ran.code in codes, ran.err
    return [text for text in [*ran.lines, *ran.err.splitlines()] if TOKEN in text or PASSWORD in text]


@pytest.fixture
def secret_file(tmp_path: Path) -> str:
    """A file with a password."""
    file = tmp_path / "password"
    file.write_text(PASSWORD, "utf-8")
    return str(file)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.line)
def test_not_when_all_goes_well_nor_in_a_preview(at_work: Shell, account: Emulator, case: Case) -> None:
    words = filled(case, account)
    assert sightings(at_work, *words, "--dry-run", codes=(0, 2)) == []
    assert sightings(at_work, *words, "-o", "json") == []


def test_not_the_password_that_is_sent(at_work: Shell, secret_file: str) -> None:
    create = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", secret_file]
    check = [
        "monitoring",
        "create",
        "ftp",
        "new",
        "198.18.39.17",
        "21",
        "--username",
        "u",
        "--password-file",
        secret_file,
    ]
    for line in (create, check):
        assert sightings(at_work, *line, "--dry-run") == []
        assert sightings(at_work, *line) == []
        assert sightings(at_work, *line, codes=(0, 1)) == []  # again: the name of the box is taken


FAULTS: list[tuple[dict[str, object], int]] = [
    ({"drop": True, "moment": "after"}, 5),
    ({"status": 500}, 5),
    ({"body": json.dumps({"messages": [], "result": {"id": TOKEN, "password": PASSWORD}})}, 6),
    ({"body": f"<html>{TOKEN} {PASSWORD}</html>"}, 5),
    ({"messages": [f"no {TOKEN} and no more"]}, 1),
    ({"leave_out": "name"}, 6),
]


@pytest.mark.parametrize(("effect", "code"), FAULTS)
def test_not_when_a_change_fails(
    at_work: Shell, account: Emulator, secret_file: str, effect: dict[str, object], code: int
) -> None:
    call = next(call.name for call in CALLS if call.name == "create_box")
    account.lay_down(Fault.model_validate({"call": call, **effect}))
    line = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", secret_file]
    assert sightings(at_work, *line, codes=(code,)) == []


def echoing(status: str, *headers: str) -> Generator[str]:
    """A server that says back what it was asked for."""

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            path = request.split(b" ")[1]
            connection.sendall(http(path, status, *(header.format(path=path.decode()) for header in headers)))

    with server(talk, connections=40) as url:
        yield url


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", ()),
        ("302 Found", ("Location: http://127.0.0.1:1{path}",)),
        ("404 Not Found {token}", ()),
        ("500 Oops", ("X-Path: {path}",)),
        ("503 Busy", ("Retry-After: {path}",)),
    ],
)
def test_not_when_a_server_says_it_back(shell: Shell, status: str, headers: tuple[str, ...]) -> None:
    for url in echoing(status.replace("{token}", TOKEN), *headers):
        shell.at(url)
        assert sightings(shell, "box", "list", codes=(3,)) == []
        assert sightings(shell, "box", "start", "10001", codes=(3, 5)) == []


@pytest.mark.parametrize(
    "line",
    [
        ["--api-key", TOKEN, "--api-url", "http://127.0.0.1:9", "box", "list"],
        ["--api-key", TOKEN, "--api-url", f"http://127.0.0.1:9/{TOKEN}", "box", "list"],
        ["--api-key", TOKEN, "--api-url", f"http://{TOKEN}@127.0.0.1:9", "box", "list"],
        ["--api-key", TOKEN, "--api-url", "http://203.0.113.1", "box", "list"],
        ["--api-key", f"{TOKEN}/", "box", "list"],
        ["--api-key", TOKEN, "box", "list", "--nothing"],
        ["--api-key", TOKEN, TOKEN],
        ["--api-key", TOKEN, "box", TOKEN],
        ["--api-key", TOKEN, "box", "list", "--sort", TOKEN],
        ["--api-key", TOKEN, "--local", "box", "list"],
        [f"--api-key={TOKEN}", "box", "show", TOKEN, "--dry-run"],
        ["box", "list", "--api-key"],
        ["--output-format", TOKEN, "--api-key", TOKEN, "box", "list"],
        ["--columns", "", "--api-key", TOKEN, "box", TOKEN],
    ],
)
def test_not_when_the_command_line_makes_no_sense(shell: Shell, line: list[str]) -> None:
    assert sightings(shell, *line, codes=(2, 3)) == []


def test_not_that_of_a_profile(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.profiles.write_text(f'[profiles.default]\napi_key = "{TOKEN}"\napi_url = "http://127.0.0.1:9"\n', "utf-8")
    shell.profiles.chmod(0o600)
    assert sightings(shell, "box", "list", codes=(3,)) == []

    def broken(*_: object) -> object:
        raise ZeroDivisionError(f"with {TOKEN} in it")

    monkeypatch.setattr(httpx.Client, "send", broken)
    assert sightings(shell, "box", "list", codes=(3, 70)) == []


def test_not_a_password_that_a_service_quotes_as_json(shell: Shell, tmp_path: Path) -> None:
    password = 'canary"word\\with/ä'
    file = tmp_path / "password"
    file.write_text(password, "utf-8")

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            sent = request.partition(b"\r\n\r\n")[2].decode().replace("/", "\\/")
            said = json.dumps({"messages": [{"type": "error", "message": f"what is {sent}?"}], "result": False})
            connection.sendall(http(said.encode()))

    line = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", str(file)]
    with server(talk) as url:
        ran = shell.at(url)(*LOUD, *line)
    assert ran.code == 1
    assert "canary" not in ran.err


def test_not_the_token_that_stands_in_the_body_of_a_preview(at_work: Shell) -> None:
    assert sightings(at_work, "box", "metadata", "10001", "--set", f"a={TOKEN}", "--dry-run") == []

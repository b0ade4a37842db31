"""The output never contains the token or a password, whatever fails."""

import json
import socket
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import Fault
from tests.support.accounts import SEED
from tests.support.command_cases import CASES, Case, arguments_of
from tests.support.scripted import PASSWORD, TOKEN, http, read_request, server
from tests.support.shell import Shell

LOUD = ["-vv", "--debug"]

pytestmark = pytest.mark.usefixtures("virtual_time")


@pytest.fixture
def account() -> Emulator:
    """An account with objects of each kind, including a password."""
    return Emulator("instant", token=TOKEN, seed=SEED)


def lines_with_secrets(shell: Shell, *line: str, codes: tuple[int, ...] = (0,)) -> list[str]:
    """Return the lines of the output that contain a secret."""
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
def test_secrets_are_hidden_on_success_and_in_dry_runs(at_work: Shell, account: Emulator, case: Case) -> None:
    words = arguments_of(case, account)
    assert lines_with_secrets(at_work, *words, "--dry-run", codes=(0, 2)) == []
    assert lines_with_secrets(at_work, *words, "-o", "json") == []


def test_sent_passwords_are_hidden(at_work: Shell, secret_file: str) -> None:
    create = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", secret_file]
    check = [
        "check",
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
        assert lines_with_secrets(at_work, *line, "--dry-run") == []
        assert lines_with_secrets(at_work, *line) == []
        assert lines_with_secrets(at_work, *line, codes=(0, 1)) == []  # again, with a name that is taken


FAULTS: list[tuple[dict[str, object], int]] = [
    ({"drop": True, "moment": "after"}, 5),
    ({"status": 500}, 5),
    ({"body": json.dumps({"messages": [], "result": {"id": TOKEN, "password": PASSWORD}})}, 6),
    ({"body": f"<html>{TOKEN} {PASSWORD}</html>"}, 5),
    ({"messages": [f"no {TOKEN} and no more"]}, 1),
    ({"leave_out": "name"}, 6),
]


@pytest.mark.parametrize(("effect", "code"), FAULTS)
def test_secrets_are_hidden_when_a_change_fails(
    at_work: Shell, account: Emulator, secret_file: str, effect: dict[str, object], code: int
) -> None:
    call = next(call.name for call in CALLS if call.name == "create_box")
    account.inject(Fault.model_validate({"call": call, **effect}))
    line = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", secret_file]
    assert lines_with_secrets(at_work, *line, codes=(code,)) == []


def echoing(status: str, *headers: str) -> Generator[str]:
    """Run a server that echoes the path of each request."""

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
def test_secrets_are_hidden_when_a_server_echoes_them(shell: Shell, status: str, headers: tuple[str, ...]) -> None:
    for url in echoing(status.replace("{token}", TOKEN), *headers):
        shell.at(url)
        assert lines_with_secrets(shell, "box", "list", codes=(3,)) == []
        assert lines_with_secrets(shell, "box", "start", "10001", codes=(3, 5)) == []


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
def test_secrets_are_hidden_when_the_command_line_is_invalid(shell: Shell, line: list[str]) -> None:
    assert lines_with_secrets(shell, *line, codes=(2, 3)) == []


def test_the_token_of_a_profile_is_hidden(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.profiles.write_text(f'[profiles.default]\napi_key = "{TOKEN}"\napi_url = "http://127.0.0.1:9"\n', "utf-8")
    shell.profiles.chmod(0o600)
    assert lines_with_secrets(shell, "box", "list", codes=(3,)) == []

    def broken(*_: object) -> object:
        raise ZeroDivisionError(f"with {TOKEN} in it")

    monkeypatch.setattr(httpx.Client, "send", broken)
    assert lines_with_secrets(shell, "box", "list", codes=(3, 70)) == []


def test_passwords_quoted_as_json_are_hidden(shell: Shell, tmp_path: Path) -> None:
    password = 'canary"word\\with/ä'
    file = tmp_path / "password"
    file.write_text(password, "utf-8")

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            sent = request.partition(b"\r\n\r\n")[2].decode().replace("/", "\\/")
            answer = json.dumps({"messages": [{"type": "error", "message": f"what is {sent}?"}], "result": False})
            connection.sendall(http(answer.encode()))

    line = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", str(file)]
    with server(talk) as url:
        ran = shell.at(url)(*LOUD, *line)
    assert ran.code == 1
    assert "canary" not in ran.err


def test_a_token_in_the_body_of_a_dry_run_is_hidden(at_work: Shell) -> None:
    assert lines_with_secrets(at_work, "box", "metadata", "10001", "--set", f"a={TOKEN}", "--dry-run") == []

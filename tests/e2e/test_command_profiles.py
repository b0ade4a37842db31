"""`jiffybox profile`: services and their tokens in a private file."""

import os
import tomllib
from collections.abc import Generator
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.scripted import TOKEN
from tests.support.shell import Ran, Shell

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def emulated() -> Generator[tuple[Emulator, str]]:
    emulator = Emulator("instant", token=TOKEN)
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture
def account(emulated: tuple[Emulator, str]) -> Emulator:
    emulator, _ = emulated
    emulator.clear_journal()
    return emulator


@pytest.fixture
def url(emulated: tuple[Emulator, str]) -> str:
    return emulated[1]


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    file = tmp_path / "key"
    file.write_text(f"{TOKEN}\n")
    return str(file)


def said(ran: Ran, code: int = 0) -> str:
    assert (ran.code, ran.out) == (code, "")
    assert TOKEN not in ran.err
    return ran.err.removesuffix("\n")


def test_a_profile_is_tested_and_written_for_the_user_alone(
    shell: Shell, account: Emulator, url: str, key_file: str
) -> None:
    assert said(shell("profile", "add", "work", "--api-url", url, "--key-file", key_file)) == (
        "The profile work is added, and the default one."
    )
    assert [entry.call for entry in account.journal()] == ["list_plans"]
    assert tomllib.loads(shell.profiles.read_text("utf-8")) == {
        "default": "work", "profiles": {"work": {"api_key": TOKEN, "api_url": url}}
    }  # fmt: skip
    assert shell.profiles.stat().st_mode & 0o777 == 0o600
    assert list(shell.profiles.parent.iterdir()) == [shell.profiles]
    assert shell("box", "list").code == 0


def test_profiles_are_listed_and_shown_without_their_tokens(shell: Shell, key_file: str) -> None:
    for name, url in (("home", "https://api.jiffybox.de"), ("work", NOWHERE)):
        assert shell("profile", "add", name, "--api-url", url, "--key-file", key_file, "--no-test").code == 0
    assert shell("profile", "list", "-o", "csv").lines == [
        *("name,api_url,default", "home,https://api.jiffybox.de,true", f"work,{NOWHERE},false")
    ]
    assert shell("profile", "show", "-o", "plain").lines[0] == "home"
    shown = shell("profile", "show", "work", "-o", "json")
    assert TOKEN not in shown.out
    assert '"api_key": "**********"' in shown.out


def test_the_default_profile_is_changed_and_profiles_are_removed(shell: Shell, url: str) -> None:
    shell.profiles.write_text(
        f'# mine\n[profiles.home]\napi_key = "{TOKEN}"  # old\napi_url = "{NOWHERE}"\n\n'
        f'[ profiles . "work" ]\napi_key = "{TOKEN}"\napi_url = "{url}"\n'
    )
    shell.profiles.chmod(0o600)
    assert said(shell("profile", "use", "work")) == "The default profile is work."
    assert shell("plans", "-o", "ids").code == 0
    assert said(shell("profile", "use", "home")) == "The default profile is home."
    assert shell.profiles.read_text().count("default =") == 1
    assert said(shell("profile", "remove", "work", "--yes")) == "The profile work is removed."
    assert shell.profiles.read_text() == (
        f'default = "home"\n# mine\n[profiles.home]\napi_key = "{TOKEN}"  # old\napi_url = "{NOWHERE}"\n\n'
    )
    assert "unknown profile 'work'" in said(shell("profile", "show", "work"), 2)


def test_the_environment_selects_a_profile(
    shell: Shell, url: str, key_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, address in (("home", NOWHERE), ("work", url)):
        shell("profile", "add", name, "--api-url", address, "--key-file", key_file, "--no-test")
    assert shell("plans", "--dry-run").lines[0].startswith(f"GET {NOWHERE}/")
    monkeypatch.setenv("JIFFYBOX_PROFILE", "work")
    assert shell("plans", "-o", "ids").code == 0
    assert shell("--profile", "home", "plans", "--dry-run").lines[0].startswith(f"GET {NOWHERE}/")
    monkeypatch.setenv("JIFFYBOX_API_URL", "http://127.0.0.1:10")
    assert "$JIFFYBOX_API_URL is set but" not in shell("--profile", "home", "plans", "--dry-run").err
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    assert said(shell("plans"), 2) == (
        "jiffybox: $JIFFYBOX_API_KEY and $JIFFYBOX_PROFILE are both set: unset one of them, or add --profile"
    )


PROFILE = f'[profiles.home]\napi_key = "{TOKEN}"\n'


@pytest.mark.parametrize(
    ("content", "line", "key", "expected"),
    [
        ("", "add a/b", TOKEN, "invalid NAME 'a/b': expected letters, digits, - and _"),
        (PROFILE, "add home", TOKEN, "invalid NAME 'home': the profile exists; jiffybox profile remove home removes"),
        ("", "add a", "ab\ncd", "--key-file: invalid token: it contains a slash, backslash, ?, #, white space or a"),
        ("", "add a", "", "--key-file: the token is empty or not a string: use the one from the control panel"),
        ("", "add a --api-url ftp://a", TOKEN, "invalid --api-url: expected a URL that starts with https://"),
        ("", "add a --api-url http://example.org", TOKEN, "plain http would send the token unencrypted; use https://,"),
        ("", "add a --dry-run", TOKEN, "--dry-run cannot be used with this command, which sends nothing"),
        ('profiles = {a = {api_key = "x"}}\n', "add b --no-test", TOKEN, "its form is unusual; edit it by hand"),
        ("[other]\n", "add b --no-test", TOKEN, "expected a table [profiles.NAME] with api_key"),
        ("", "use a", None, "unknown profile 'a': profile file "),
        (PROFILE, "remove a --yes", None, "has 'home'"),
        (PROFILE, "remove home", None, "removing a profile requires confirmation, but there is no terminal: add --yes"),
    ],
)
def test_wrong_input_changes_and_sends_nothing(
    shell: Shell, account: Emulator, content: str, line: str, key: str | None, expected: str
) -> None:
    if content:
        shell.profiles.write_text(content)
        shell.profiles.chmod(0o600)
    words = ["profile", *line.split()]
    if key is not None:
        (shell.folder / "key").write_text(key)
        words += ["--key-file", str(shell.folder / "key")]
    assert expected in said(shell(*words), 2)
    assert account.journal() == []
    assert (shell.profiles.read_text() if shell.profiles.exists() else "") == content


def test_a_token_that_is_refused_is_not_saved(shell: Shell, url: str) -> None:
    (shell.folder / "key").write_text("0" * 32)
    ran = shell("profile", "add", "work", "--api-url", url, "--key-file", str(shell.folder / "key"))
    assert "the token is invalid: copy it from the control panel again" in said(ran, 1)
    assert not shell.profiles.exists()


def test_a_file_that_cannot_be_written_is_reported(
    shell: Shell, key_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    shell.profiles.write_text(PROFILE)
    shell.profiles.chmod(0o600)
    monkeypatch.setattr(os, "fsync", full)
    ran = shell("profile", "add", "work", "--key-file", key_file, "--no-test")
    assert said(ran, 2).endswith("profiles.toml: No space left on device")
    assert list(shell.profiles.parent.iterdir()) == [shell.profiles]
    assert shell.profiles.read_text() == PROFILE


@pytest.mark.parametrize("source", ["--api-key", "$JIFFYBOX_API_KEY", "profile"])
def test_a_token_with_a_line_break_is_refused_by_its_source(
    shell: Shell, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["plans"]
    if source == "profile":
        shell.profiles.write_text('[profiles.default]\napi_key = "a\\nb"\n')
        shell.profiles.chmod(0o600)
    elif source == "--api-key":
        words += ["--api-key", "a\nb"]
    else:
        monkeypatch.setenv("JIFFYBOX_API_KEY", "a\nb")
    error = said(shell(*words), 2)
    assert error.startswith(f"jiffybox: {source}")
    assert "white space or a control character" in error

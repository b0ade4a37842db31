"""Shell completion, with names from the service and without any other output.

bash is run. For zsh and fish, the command is called with the environment variables that their functions set, and
its output is compared with the format that they read.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator, JiffyBox
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk.emulator._server.app import running
from tests.support.scripted import TOKEN, envelope, example, scripted
from tests.support.shell import Ran, Shell, clean_environment

NAMES = ("web", "web-2", "fünf", "two words", "a*b", "10001", "-x", "me@home")
SEED = {
    "boxes": [
        {
            "name": name,
            "planid": 44,
            "distribution": "centos_7_64bit",
            "running": False,
            "floatingIps": int(name == "web"),
        }
        for name in NAMES
    ],
    "contactGroups": [{"name": name, "contacts": ["a@example.org"]} for name in ("admins", "night shift")],
    "checks": [{"name": "up", "box": "web", "checkType": "ping", "port": 1}],
}
OFFERED = ["web", "web-2", "fünf", "10004", "10005", "10006", "10007", "10008"]
"""The completions for these boxes: numbers for names that a shell would expand, or that look like numbers."""

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    with running(Emulator("never", token=TOKEN, seed=SEED)) as url:
        yield url


class Completing:
    """Requests completions in this process like the function of a shell."""

    def __init__(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        self._shell = shell
        self._monkeypatch = monkeypatch

    def ask(self, shell: str, *words: str) -> Ran:
        """Return the completions of the last word in the format of a shell."""
        typed = " ".join(["jiffybox", *words])
        position = words[-1] if shell == "fish" else str(len(words))
        with self._monkeypatch.context() as patch:
            patch.setenv("_JIFFYBOX_COMPLETE", f"{shell}_complete")
            patch.setenv("COMP_WORDS", typed)
            patch.setenv("COMP_CWORD", position)
            return self._shell()

    def __call__(self, *words: str) -> list[str]:
        """Return the completions, without any other output."""
        ran = self.ask("bash", *words)
        assert (ran.code, ran.err) == (0, "")
        return [line.removeprefix("plain,") for line in ran.lines if line]


@pytest.fixture
def nowhere(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Completing:
    """Completion without a configured service."""
    return Completing(shell, monkeypatch)


@pytest.fixture
def completing(nowhere: Completing, shell: Shell, url: str) -> Completing:
    """Completion with a service configured in the environment."""
    shell.at(url)
    return nowhere


@pytest.fixture(scope="module")
def bash() -> str:
    path = shutil.which("bash")
    if not path:
        pytest.skip("bash is not installed here")
    return path


BASH = """
eval "$(jiffybox completion bash)"
complete -p jiffybox
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_jiffybox_completion jiffybox
printf '%s\\n' "${COMPREPLY[@]}"
"""


def in_bash(bash: str, folder: Path, *words: str, **env: str) -> list[str]:
    """Return the completions of the last word by bash, without output on standard error."""
    program = folder / "jiffybox"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m jiffybox_sdk "$@"\n', "utf-8")
    program.chmod(0o755)
    done = subprocess.run(  # noqa: S603 (our own command line)
        [bash, "--norc", "--noprofile", "-c", BASH, "bash", "jiffybox", *words],
        capture_output=True,
        encoding="utf-8",
        env={
            **clean_environment(),
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            **env,
        },
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    registered, *offered = done.stdout.splitlines()
    assert registered == "complete -o nosort -F _jiffybox_completion jiffybox"
    return [line for line in offered if line]


def test_bash_completes_commands_without_a_service(bash: str, tmp_path: Path) -> None:
    assert in_bash(bash, tmp_path, "b") == ["backup", "box"]


def test_bash_completes_box_names(bash: str, tmp_path: Path, url: str) -> None:
    service = {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN}
    assert in_bash(bash, tmp_path, "-o", "json", "box", "show", "", **service) == OFFERED


def test_bash_completes_names_with_spaces(bash: str, tmp_path: Path, url: str) -> None:
    service = {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN}
    plans = in_bash(bash, tmp_path, "box", "create", "new", "Cl", **service)
    assert plans[0] == r"CloudLevel\ 1"
    assert len(plans) == 12


def test_bash_ignores_an_unreachable_service(bash: str, tmp_path: Path) -> None:
    assert in_bash(bash, tmp_path, "box", "show", "", JIFFYBOX_API_URL=NOWHERE, JIFFYBOX_API_KEY=TOKEN) == []


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("box sh", ["show"]),
        ("box show ", OFFERED),
        ("box show w", ["web", "web-2"]),
        ("box show 10004", ["10004"]),
        ("--yes -v box delete f", ["fünf"]),
        ("--dry-run box show f", ["fünf"]),
        ("box create new 5", ["50", "51", "52", "53", "54", "55"]),
        ("box create new 44 centos_7", ["centos_7_64bit"]),
        ("box list -o j", ["json", "jsonl", "json-pretty"]),
        ("-o j", ["json", "jsonl", "json-pretty"]),
        ("box show --l", ["--local"]),
        ("box stop web --w", ["--wait"]),
        ("backup enable web s", ["sunday", "saturday"]),
        ("backup enable web sunday 2", ["22-24", "2"]),
        ("contact-group show a", ["admins"]),
        ("check show u", ["up"]),
        ("check create p", ["ping", "portTcp", "portUdp", "pop3"]),
        ("ip move web FLOATING w", ["web", "web-2"]),
        ("box list --columns run", ["running", "runningSince"]),
        ("box list --columns id,na", ["id,name"]),
        ("ip list --sort id,ip", ["id,ip", "id,ipVersion"]),
        ("check list --filter sta", ["status="]),
        ("box delete web --columns n", []),
        ("box wait web --for fr", ["FREEZING", "FROZEN"]),
        ("box wait web --for g", ["gone"]),
        ("box start web w", ["web", "web-2"]),
        ("plans show 5", ["50", "51", "52", "53", "54", "55"]),
        ("schema show -o ", ["json", "jsonl", "json-pretty", "yaml"]),
        ("completion ", ["bash", "zsh", "fish"]),
        ("emulator --clock ma", ["manual"]),
    ],
)
def test_words_are_completed(completing: Completing, words: str, offered: list[str]) -> None:
    assert completing(*words.split(" ")) == offered


@pytest.mark.parametrize(
    ("word", "offered"),
    [
        ("CloudLevel\\ 6\\ ", r"CloudLevel\\ 6\\ SSD"),
        ('"CloudLevel 6 S', "CloudLevel 6 SSD"),
        ("'CloudLevel 6 S'", r"CloudLevel\\ 6\\ SSD"),
    ],
)
def test_spaces_are_quoted_for_bash(completing: Completing, word: str, offered: str) -> None:
    assert completing("box", "change-plan", "web", word) == [offered]
    assert completing.ask("zsh", "box", "change-plan", "web", word).lines[1] == "CloudLevel 6 SSD"


def test_only_floating_addresses_are_offered_for_moving(completing: Completing, shell: Shell) -> None:
    [floating] = [
        line for line in shell("ip", "list", "-o", "csv", "--columns", "ip,floating").lines if ",true" in line
    ]
    assert completing("ip", "move", "web", "") == [floating.removesuffix(",true")]


@pytest.mark.parametrize("words", ["emulator --seed ", "box create new 44 --password-file "])
def test_file_names_are_left_to_the_shell(completing: Completing, words: str) -> None:
    assert completing(*words.split(" ")) == ["file,"]


def test_the_profile_option_selects_the_service(nowhere: Completing, shell: Shell, url: str) -> None:
    shell.profiles.write_text(
        f'[profiles.default]\napi_key = "{TOKEN}"\napi_url = "{NOWHERE}"\n'
        f'[profiles.work]\napi_key = "{TOKEN}"\napi_url = "{url}"\n',
        "utf-8",
    )
    shell.profiles.chmod(0o600)
    assert nowhere("box", "show", "w") == []
    assert nowhere("--profile", "work", "box", "show", "w") == ["web", "web-2"]
    assert nowhere("box", "show", "--profile", "work", "w") == ["web", "web-2"]
    assert nowhere("--profile", "none", "box", "show", "w") == []


def test_names_of_profiles_are_completed(nowhere: Completing, shell: Shell) -> None:
    assert nowhere("--profile", "") == []
    shell.profiles.write_text("".join(f'[profiles.{name}]\napi_key = "a"\n' for name in ("home", "house", "work")))
    shell.profiles.chmod(0o600)
    assert nowhere("--profile", "ho") == ["home", "house"]
    assert nowhere("box", "list", "--profile", "w") == ["work"]
    assert nowhere("profile", "use", "") == ["home", "house", "work"]


def test_address_and_token_options_select_the_service(nowhere: Completing, url: str) -> None:
    assert nowhere("--api-url", url, "--api-key", TOKEN, "box", "show", "w") == ["web", "web-2"]


def test_local_selects_the_emulated_service(completing: Completing, shell: Shell) -> None:
    assert shell("--local", "box", "create", "mine", "44", "centos_7_64bit").code == 0
    assert completing("--local", "box", "show", "") == ["mine"]
    assert completing("box", "show", "--local", "") == ["mine"]


def test_without_a_service_only_commands_are_completed(nowhere: Completing) -> None:
    assert nowhere("pl") == ["plan"]
    assert nowhere("box", "show", "") == []


def test_an_invalid_token_is_ignored(completing: Completing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFFYBOX_API_KEY", "0" * 32)
    assert completing("box", "show", "") == []


def test_a_profile_accessible_to_others_is_ignored(nowhere: Completing, shell: Shell, url: str) -> None:
    shell.profiles.write_text(f'[profiles.default]\napi_key = "{TOKEN}"\napi_url = "{url}"\n', "utf-8")
    shell.profiles.chmod(0o644)
    assert nowhere("box", "show", "") == []


def test_ctrl_c_during_completion_shows_no_traceback(completing: Completing, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_session: Session) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "completion_client", interrupted)
    ran = completing.ask("bash", "box", "show", "")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_unsafe_names_are_described_and_completed_as_numbers(
    completing: Completing, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes: dict[str, JsonValue] = {
        str(number): {**example("box"), "id": number, "name": name, "status": "READY"}
        for number, name in enumerate(("twin", "twin", "two\nlines"), 1)
    }
    client, _, _ = scripted(envelope(boxes))

    def completion_client(_session: Session) -> JiffyBox:
        return client

    monkeypatch.setattr(Session, "completion_client", completion_client)
    assert completing.ask("zsh", "box", "show", "").lines == [
        *("plain", "1", "twin, READY"),
        *("plain", "2", "twin, READY"),
        *("plain", "3", r"two\nlines, READY"),
    ]


def test_zsh_gets_three_lines_per_name(completing: Completing) -> None:
    """zsh is not run. Its function reads groups of three lines: a kind, a word, and its description."""
    lines = completing.ask("zsh", "box", "show", "").lines
    assert lines[:3] == ["plain", "web", "READY"]
    assert lines[9:12] == ["plain", "10004", "two words, READY"]
    assert lines[1::3] == OFFERED
    assert completing.ask("zsh", "contact-group", "show", "3").lines == ["plain", "3", "night shift, STATUS_READY"]


def test_fish_gets_a_line_per_name(completing: Completing) -> None:
    """fish is not run. Its function reads kind, word and description, which click 8.4 and 8.5 separate differently."""
    items = re.split(r"[,\t\n]", completing.ask("fish", "--yes", "box", "show", "w").out.strip())
    assert items == ["plain", "web", "READY", "plain", "web-2", "READY"]
    assert "3" in re.split(r"[,\t\n]", completing.ask("fish", "contact-group", "show", "3").out)


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_scripts_set_the_instruction_for_their_shell(shell: Shell, name: str) -> None:
    ran = shell("completion", name)
    assert (ran.code, ran.err) == (0, "")
    assert f"_JIFFYBOX_COMPLETE={name}_complete" in ran.out

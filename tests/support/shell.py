"""Runs the command in this process or in another, isolated from the user's files and environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from jiffybox_sdk import _cli
from tests.support.scripted import TOKEN


@dataclass(frozen=True)
class Ran:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Shell:
    """Runs the command in this process. Neither standard output nor standard error is a terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        ours = ("JIFFYBOX_API_KEY", "JIFFYBOX_API_URL", "JIFFYBOX_LOCAL", "JIFFYBOX_OUTPUT")
        for name in (*ours, "NO_COLOR", "COLUMNS", "FORCE_COLOR"):
            monkeypatch.delenv(name, raising=False)
        for name, value in self.folders.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TZ", "UTC")

    @property
    def folders(self) -> dict[str, str]:
        """The environment variables for the user's folders."""
        return {"XDG_CONFIG_HOME": str(self.folder / "config"), "XDG_STATE_HOME": str(self.folder / "state")}

    @property
    def profiles(self) -> Path:
        """The path of the profiles, whose folder is created."""
        file = self.folder / "config" / "jiffybox" / "profiles.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def at(self, url: str) -> "Shell":
        """Configure a service in the environment."""
        self._monkeypatch.setenv("JIFFYBOX_API_URL", url)
        self._monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
        return self

    def __call__(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        code = _cli.main(arguments)
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)


def apart(*arguments: str, env: Mapping[str, str], stdin: str = "", cwd: Path | None = None) -> Ran:
    """Run the command in another process."""
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "jiffybox_sdk", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**clean_environment(), **env},
        cwd=cwd,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def clean_environment() -> dict[str, str]:
    """Return the environment without variables that configure a service, change the output, or measure coverage."""
    ours = (
        "JIFFYBOX",
        "COVERAGE_",
        "NO_COLOR",
        "COLUMNS",
        "LINES",
        "FORCE_COLOR",
        "LC_",
        "LANG",
        "PYTHONIOENCODING",
        "PYTHONUTF8",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {"TZ": "UTC"}

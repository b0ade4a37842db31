"""`jiffybox demo`."""

import io
import os
import signal
import subprocess
import sys

import pytest

from jiffybox_sdk import Emulator, _cli
from jiffybox_sdk.emulator import _demo as demo


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_demo_shows_statuses_a_box_and_an_invalid_payload() -> None:
    out = io.StringIO()
    demo.run(out, Emulator())
    lines = out.getvalue().splitlines()
    states = [line.strip() for line in lines if line.strip().isupper() or line == "  gone"]
    assert states == [
        "CREATING", "READY", "UPDATING", "READY", "FREEZING", "FROZEN", "THAWING", "READY", "DELETING", "gone"
    ]  # fmt: skip
    assert "  plan           CloudLevel 1: 1 cpu, 2048 MB, 0.02 EUR/h" in lines
    assert "  metadata       {'role': 'web'}" in lines
    assert lines[-2:] == [
        "  JiffyAttributeException: invalid Box: plan.ramInMB is missing",
        "  missing: plan.ramInMB",
    ]


def test_a_terminal_shows_the_duration_of_each_status() -> None:
    terminal = Terminal()
    demo.run(terminal, Emulator())
    assert "\r  CREATING " in terminal.getvalue()


def test_ctrl_c_ends_the_demo_without_a_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "jiffybox_sdk", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Create a box" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip() == "jiffybox: interrupted"
    assert "gone" not in out


def test_a_closed_pipe_ends_the_demo_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        process = subprocess.run(
            [sys.executable, "-m", "jiffybox_sdk", "demo"], stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (process.returncode, process.stderr) == (0, "")


def test_the_command_runs_the_demo_in_real_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SPEED", 2000)
    monkeypatch.setattr(demo, "POLL_INTERVAL", 0.001)
    assert _cli.main(["demo"]) == 0
    assert capsys.readouterr().out.endswith("  missing: plan.ramInMB\n")


def test_invalid_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert _cli.main(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err

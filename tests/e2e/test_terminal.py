"""The command at a terminal: the text and the colours on the screen."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.scripted import TOKEN
from tests.support.session import QUICKLY, service
from tests.support.shell import Shell
from tests.support.terminal import CTRL_C, QUESTION, Terminal

LONG = "a-rather-long-name-of-a-box-10"
SEED = {
    "boxes": [
        {"name": "fünf", "planid": 44, "distribution": "centos_7_64bit", "running": False},
        {"name": LONG, "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN"},
    ]
}


@pytest.fixture(scope="module")
def serving() -> Generator[tuple[Emulator, str]]:
    """An account with a manual clock, shared by several tests, and its address."""
    emulator = Emulator("manual", token=TOKEN)
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture
def account(serving: tuple[Emulator, str]) -> Emulator:
    """The account in its initial state."""
    emulator, _ = serving
    emulator.reset(seed=SEED)
    return emulator


@pytest.fixture
def url(serving: tuple[Emulator, str], account: Emulator) -> str:  # noqa: ARG001 (resets the account)
    return serving[1]


def test_ctrl_c_ends_a_wait_with_a_message(url: str) -> None:
    with Terminal(service(url)) as terminal:
        terminal.start("box", "start", "10001", "--wait", *QUICKLY)
        terminal.until("UPDATING")
        terminal.moves()
        terminal.press(CTRL_C)
        assert terminal.end() == 130
        assert terminal.lines == [
            "fünf (10001) was last seen UPDATING; the service continues its work",
            "jiffybox: interrupted",
            "",
        ]
        assert not terminal.screen.cursor.hidden


def test_an_expired_wait_leaves_only_its_message(url: str) -> None:
    with Terminal(service(url)) as terminal:
        assert terminal.run("box", "start", "10001", "--wait", "--timeout", "0.2", *QUICKLY) == 4
        assert terminal.lines == [
            "jiffybox: timed out after 0.2 s waiting for status READY (box 10001 was last seen UPDATING)",
            "",
        ]
        assert "fünf (10001)" in terminal.written.decode()  # it was shown


def test_ctrl_c_at_a_question_aborts_on_a_new_line(account: Emulator, url: str) -> None:
    with Terminal(service(url)) as terminal:
        terminal.start("box", "delete", "10001")
        terminal.until(QUESTION)
        terminal.press(CTRL_C)
        assert terminal.end() == 130
        assert terminal.lines == [
            "Delete the box fünf (10001; READY, switched off) and all its data? [y/N]: ^C",
            "jiffybox: interrupted; nothing was done",
            "",
        ]
    assert not [entry for entry in account.journal() if entry.call == "delete_box"]


def test_questions_and_progress_are_not_written_to_standard_output(account: Emulator, url: str, tmp_path: Path) -> None:
    file = tmp_path / "out"
    with Terminal(service(url)) as terminal, file.open("wb") as out:
        terminal.start("box", "delete", "10001", "--wait", "-o", "json", *QUICKLY, stdout=out)
        terminal.until(QUESTION)
        terminal.press("y\r")
        terminal.until("DELETING")
        account.run_until_idle()
        assert terminal.end() == 0
        assert terminal.lines[1:] == ["fünf (10001) is being deleted.", "fünf (10001) is gone.", ""]
    assert file.read_text("utf-8") == "true\n"


NARROW = f"""\
fünf (10001)
  id       10001
  name     fünf
  status   READY
  running  no
  plan     CloudLevel 1
  address  198.18.39.17
{LONG} (10002)
  id       10002
  name     a-rather-long-name-of-a-box-1
           0
  status   FROZEN
  running  no
  plan     CloudLevel 2
  address  198.18.39.18
"""


def test_a_narrow_terminal_shows_blocks_instead_of_a_table(url: str) -> None:
    with Terminal(service(url), columns=40) as terminal:
        assert terminal.run("box", "list") == 0
        assert terminal.shown == NARROW


def test_the_columns_variable_limits_the_width_of_tables(
    shell: Shell, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_boxes = ("box", "list", "-o", "table")
    monkeypatch.setenv("COLUMNS", "40")
    assert shell.at(url)(*list_boxes).out == NARROW
    monkeypatch.setenv("COLUMNS", "71")
    assert shell(*list_boxes).lines[0] == "fünf (10001)"
    monkeypatch.setenv("COLUMNS", "72")  # enough if long texts are wrapped
    assert shell(*list_boxes).lines == [
        "id     name                  status  running  plan          address",
        "10001  fünf                  READY   no       CloudLevel 1  198.18.39.17",
        "10002  a-rather-long-name-o  FROZEN  no       CloudLevel 2  198.18.39.18",
        "       f-a-box-10",
    ]


def test_costs_have_no_bars_on_a_narrow_terminal(shell: Shell, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = shell.at(url)("cost", "-o", "table").out
    assert "CloudLevel 6 SSD\n  0.23 EUR/h  149.99 EUR/month  (frozen\n  43.80)\n" in out
    assert "█" not in out


def test_ctrl_c_removes_a_wrapped_status_line(url: str) -> None:
    with Terminal(service(url), columns=40) as terminal:
        terminal.start("box", "thaw", LONG, "44", "--wait", *QUICKLY)
        terminal.until(r"THAWING \d")
        assert len(terminal.lines) == 2
        assert "".join(line[2:21].strip() for line in terminal.lines) == f"{LONG} (10002)"
        terminal.moves()
        terminal.press(CTRL_C)
        assert terminal.end() == 130
        assert terminal.lines == [
            "a-rather-long-name-of-a-box-10 (10002) w",
            "as last seen THAWING; the service contin",
            "ues its work",
            "jiffybox: interrupted",
            "",
        ]


def test_no_color_is_respected(account: Emulator, url: str) -> None:
    with Terminal({**service(url), "NO_COLOR": "1"}) as terminal:
        terminal.start("box", "start", "10001", "--wait", *QUICKLY)
        terminal.until(r"UPDATING \d")
        account.run_until_idle()
        waiting = terminal.cells
        assert terminal.end() == 0
        assert "READY" in terminal.shown
        assert {(cell.fg, cell.bg) for cells in (waiting, terminal.cells) for line in cells for cell in line} == {
            ("default", "default")
        }


def test_a_dumb_terminal_gets_a_line_per_status(account: Emulator, url: str) -> None:
    with Terminal({**service(url), "TERM": "dumb"}) as terminal:
        terminal.start("box", "start", "10001", "--wait", *QUICKLY)
        terminal.until("UPDATING")
        account.run_until_idle()
        assert terminal.end() == 0
        assert re.sub(r"after \d+ s", "after 0 s", terminal.shown).splitlines() == [
            "fünf (10001): UPDATING after 0 s",
            "fünf (10001): READY after 0 s",
            "id     name  status  running  plan          address",
            "10001  fünf  READY   yes      CloudLevel 1  198.18.39.17",
        ]
        assert b"\x1b" not in terminal.written


def test_ctrl_c_at_a_dumb_terminal_starts_a_new_line(url: str) -> None:
    with Terminal({**service(url), "TERM": "dumb"}) as terminal:
        terminal.start("box", "start", "10001", "--wait", *QUICKLY)
        terminal.until("UPDATING")
        terminal.press(CTRL_C)
        assert terminal.end() == 130
        assert terminal.lines[1:] == [
            "^C",
            "fünf (10001) was last seen UPDATING; the service continues its work",
            "jiffybox: interrupted",
            "",
        ]


def test_an_ascii_terminal_gets_escapes_and_aligned_columns(account: Emulator, url: str) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    with Terminal({**service(url), **plain}) as terminal:
        terminal.start("box", "start", "10001", "--wait", *QUICKLY)
        terminal.until(r"UPDATING \d")
        assert re.fullmatch(r"[-\\|/] f\\xfcnf \(10001\) UPDATING \d:\d\d:\d\d", terminal.shown)
        account.run_until_idle()
        assert terminal.end() == 0
        assert terminal.run("cost") == 0
        assert terminal.lines[:3] == [
            "id     name                            status  plan          perHour  perMonth  capped",
            r"10001  f\xfcnf                         READY   CloudLevel 1     0.02     12.99  yes",
            "10002  a-rather-long-name-of-a-box-10  FROZEN  CloudLevel 2     0.01      7.30  no",
        ]
        assert terminal.lines[-2].endswith("####")
        assert terminal.written.isascii()

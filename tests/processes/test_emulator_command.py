"""`jiffybox emulator` in another process: its output, signals and errors."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from jiffybox_sdk import Emulator, JiffyBox
from jiffybox_sdk.emulator import TOKEN
from jiffybox_sdk.exceptions import JiffyTokenException
from tests.support.shell import Shell


class Served:
    """The command `jiffybox emulator` in another process."""

    def __init__(self, *options: str, cwd: Path, prefix: Sequence[str] = ()) -> None:
        self.process = subprocess.Popen(  # noqa: S603 (our own command line)
            [*prefix, sys.executable, "-m", "jiffybox_sdk", "emulator", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal and return the exit code and standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_keeps_the_state(tmp_path: Path, number: signal.Signals) -> None:
    for names in (["web"], ["web", "db"]):
        served = Served("--json", "--state", "state.json", cwd=tmp_path)
        printed = json.loads(served.line)
        assert (printed["pid"], printed["token"]) == (served.process.pid, TOKEN)
        with JiffyBox(TOKEN, printed["url"]) as client:
            client.create_box(names[-1], 44, distribution="centos_7_64bit")
            assert [box.name for box in client.boxes()] == names
        assert served.end(number) == (0, "")


@pytest.mark.parametrize("options", [[], ["--lenient"]], ids=["strict", "lenient"])
def test_it_ignores_unknown_parameters_only_if_lenient(tmp_path: Path, options: list[str]) -> None:
    served = Served("--json", *options, cwd=tmp_path)
    form = {"name": "web", "planid": "44", "distribution": "centos_7_64bit", "use_ssh_key": "1"}
    answer = httpx.post(f"{json.loads(served.line)['url']}/{TOKEN}/v1.0/jiffyBoxes", data=form, trust_env=False)
    assert ("use_ssh_key" in answer.text) is not bool(options)
    assert served.end(signal.SIGTERM) == (0, "")


def test_its_answers_differ_with_the_number_of_a_variation(tmp_path: Path) -> None:
    served = Served("--json", "--vary", "7", cwd=tmp_path)
    ids: list[int] = []
    with JiffyBox(TOKEN, json.loads(served.line)["url"]) as client, Emulator(vary=7).client() as other:
        ids += [each.create_box("web", 44, distribution="centos_7_64bit").id for each in (client, other)]
    assert ids[0] == ids[1] != 10001
    assert served.end(signal.SIGTERM) == (0, "")


def test_it_rejects_an_invalid_number_of_a_variation(shell: Shell) -> None:
    ran = shell("emulator", "--port", "0", "--vary", "-1")
    assert ran.code == 2
    assert ran.err.startswith("jiffybox: invalid --vary -1: expected an integer from 0 to 999999999 (see ")


@pytest.mark.parametrize(
    ("options", "name"),
    [(["--allow-host", "Emulator"], "emulator:8080"), (["--host", "0.0.0.0"], "192.0.2.1")],  # noqa: S104 (for a moment)
    ids=["an allowed name", "all addresses"],
)
def test_it_accepts_other_hosts_only_with_an_option_for_them(tmp_path: Path, options: list[str], name: str) -> None:
    for given, status in ([], 400), (options, 200):
        served = Served("--json", *given, cwd=tmp_path)
        url = json.loads(served.line)["url"]
        assert httpx.get(f"{url}/", headers={"Host": name}, trust_env=False).status_code == status
        assert served.end(signal.SIGTERM) == (0, "")


def test_it_opens_the_control_panel_in_a_browser(tmp_path: Path) -> None:
    """The browser is a program that reads the page. It stays in the foreground, as those in a terminal do."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read = f"import sys, httpx; open({str(fifo)!r}, 'w').write(httpx.get(sys.argv[1], trust_env=False).text)"
    browser = f'{sys.executable} -c "{read}" %s'
    served = Served("--json", "--open", cwd=tmp_path, prefix=("env", f"BROWSER={browser}"))
    assert "<title>JiffyBox emulator</title>" in fifo.read_text("utf-8")
    assert served.end(signal.SIGTERM) == (0, "")


def test_it_prints_a_line_to_paste(tmp_path: Path) -> None:
    served = Served(cwd=tmp_path)
    program = f"{served.line}\n{sys.executable} -m jiffybox_sdk box list -o ids && echo $JIFFYBOX_API_KEY"
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True, check=True, timeout=20)  # noqa: S603, S607
    assert done.stdout == f"{TOKEN}\n"
    assert served.end(signal.SIGTERM) == (0, "")


def test_a_token_of_ones_own_is_only_printed_as_json(tmp_path: Path) -> None:
    options = ("--token", "s" * 32, "--speed", "100")
    served = Served(*options, cwd=tmp_path)
    assert served.line.startswith("export JIFFYBOX_API_URL=http://127.0.0.1:")
    assert served.process.stdout is not None
    served.process.send_signal(signal.SIGTERM)
    assert "s" * 32 not in served.line + served.process.stdout.read()
    assert served.end(signal.SIGTERM) == (0, "")
    served = Served("--json", *options, cwd=tmp_path)
    assert json.loads(served.line)["token"] == "s" * 32
    assert served.end(signal.SIGTERM) == (0, "")


def test_verbose_logs_requests_without_the_token(tmp_path: Path) -> None:
    served = Served("--json", "-v", cwd=tmp_path)
    url = json.loads(served.line)["url"]
    with JiffyBox(TOKEN, url) as client:
        client.create_box("web", 44, distribution="centos_7_64bit")
        with pytest.raises(JiffyTokenException), JiffyBox("x" * 32, url) as other:
            other.plans()
    code, err = served.end(signal.SIGTERM)
    assert code == 0
    assert err.splitlines() == [
        "jiffybox_sdk.emulator: POST v1.0/jiffyBoxes 200",
        "jiffybox_sdk.emulator: GET - 200 Der von Ihnen uebergebene API-Token ist ungueltig.",
    ]


def test_it_reports_once_that_no_descriptor_is_left(tmp_path: Path) -> None:
    served = Served("--json", cwd=tmp_path, prefix=("sh", "-c", 'ulimit -n 60; exec "$@"', "sh"))
    assert served.process.stderr is not None
    url: str = json.loads(served.line)["url"]
    address = ("127.0.0.1", urlsplit(url).port or 0)
    connections = [socket.create_connection(address, timeout=20) for _ in range(100)]
    message = served.process.stderr.readline()
    assert message.startswith("too many open files: new connections must wait until others are closed")
    for connection in connections:
        connection.close()
    with JiffyBox(TOKEN, url) as client:
        assert client.boxes() == []
    assert served.end(signal.SIGTERM) == (0, "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--clock", "sundial"], "'sundial' is not one of 'real', 'manual'"),
        *((["--clock", name], "Use real with --speed, such as --speed 100") for name in ("auto", "instant", "never")),
        (["--speed", "-1"], "invalid --speed -1.0: "),
        (["--seed", "nowhere.json"], "can't read seed 'nowhere.json': No such file"),
        (["--seed", "broken.json"], "broken.json', line 2: boxes[0].planid: "),
        (["--state", "broken.json"], "can't use state file 'broken.json': file is not a database"),
        (["--state", "nowhere/state.json"], "No such file"),
        (["--host", "203.0.113.1"], "can't listen on host '203.0.113.1', port 0"),
    ],
)
def test_invalid_options_are_rejected_in_one_line(tmp_path: Path, options: list[str], message: str) -> None:
    broken = '{"boxes": [{"name": "a",\n"planid": 99, "distribution": "centos_7_64bit"}]}'
    (tmp_path / "broken.json").write_text(broken, "utf-8")
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "jiffybox_sdk", "emulator", "--port", "0", *options],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=20,
    )
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert (tmp_path / "broken.json").read_text("utf-8") == broken


def test_a_missing_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['uvicorn'] = None; from jiffybox_sdk._cli import main; sys.exit(main(['emulator']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("needs uvicorn: pip install 'jiffybox-sdk[server]'")

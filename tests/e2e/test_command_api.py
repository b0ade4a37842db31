"""`jiffybox api`: raw calls over a socket, checked and unchecked, and as command lines for curl."""

import json
import shutil
import subprocess
from collections.abc import Generator

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.accounts import SEED
from tests.support.scripted import PASSWORD, TOKEN
from tests.support.shell import Ran, Shell


@pytest.fixture(scope="module")
def emulated() -> Generator[tuple[Emulator, str]]:
    emulator = Emulator("instant", token=TOKEN, seed=SEED)
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture
def account(emulated: tuple[Emulator, str]) -> Emulator:
    return emulated[0]


@pytest.fixture
def sh(shell: Shell, emulated: tuple[Emulator, str]) -> Shell:
    emulator, url = emulated
    emulator.reset(SEED)
    emulator.clear_journal()
    return shell.at(url)


def result(ran: Ran) -> object:
    assert (ran.code, ran.err) == (0, "")
    value: object = json.loads(ran.out)
    return value


def error(ran: Ran, code: int = 2) -> str:
    assert (ran.code, ran.out) == (code, ""), ran.err
    return ran.err.removeprefix("jiffybox: ").removesuffix(" (see jiffybox api --help)\n")


def test_a_call_that_reads_shows_its_result_as_sent(sh: Shell) -> None:
    box = sh("box", "show", "10001", "-o", "json")
    assert result(sh("api", "GET", "jiffyBoxes/10001")) == result(box)
    assert result(sh("api", "get", "/jiffyBoxes")) == result(sh("api", "GET", "jiffyBoxes", "--raw"))
    assert result(sh("api", "GET", "monitoring/1001")) != result(sh("api", "GET", "monitoring/1001", "--raw"))
    assert PASSWORD not in sh("api", "GET", "monitoring/1001").out
    assert sh("api", "GET", "doc", "-o", "json").lines[1:] == []


def test_parameters_are_text_or_json_and_are_checked(sh: Shell, account: Emulator) -> None:
    new = ["api", "POST", "jiffyBoxes", "-f", "name=new", "-f", "planid=44", "-f", "distribution=centos_7_64bit"]
    created = result(sh(*new, "-F", 'metadata={"a": [1]}'))
    assert isinstance(created, dict)
    assert (created["name"], created["metadata"]) == ("new", {"a": [1]})
    assert account.journal()[-1].body == {
        "name": "new", "planid": 44, "distribution": "centos_7_64bit", "metadata": {"a": [1]}
    }  # fmt: skip
    assert result(sh("api", "DELETE", "contactGroups/2")) is True
    assert result(sh("api", "PUT", "jiffyBoxes/10001", "-f", "status=SHUTDOWN", "-o", "json-pretty"))
    ping = ["-f", "checkType=ping", "-f", "name=up", "-f", "ip=198.18.39.17", "-f", "port=7"]
    assert result(sh("api", "POST", "monitoring", *ping))


def test_parameters_are_read_from_a_file(sh: Shell) -> None:
    file = sh.folder / "box.json"
    file.write_text(json.dumps({"name": "new", "planid": 44, "distribution": "centos_7_64bit", "password": PASSWORD}))
    assert result(sh("api", "POST", "jiffyBoxes", "--input", str(file)))
    shown = sh("api", "POST", "jiffyBoxes", "--input", str(file), "--raw", "--dry-run")
    assert PASSWORD not in shown.out
    assert '"password":"**********"' in shown.out


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "GET docs",
            "unknown call GET docs: did you mean 'GET doc', 'GET ips' or 'GET backups'? --raw sends",
        ),
        ("GET jiffyBoxes/web", "invalid box 'web': expected a positive integer or a string of digits"),
        ("GET contactGroups/..", "invalid group '..': expected a positive integer or a string of digits"),
        ("GET distributions/%2e%2e", "invalid distribution '..': expected a string that is not empty, . or .."),
        ("GET plans -f a=b", "GET plans takes no parameters: omit them, or add --raw"),
        ("POST jiffyBoxes -f name=x", "CreateBox needs planid: the number or the name of a plan"),
        (
            "POST jiffyBoxes -f name=x -f planid=1 -f nam=x",
            "unknown argument nam: CreateBox takes name, planid",
        ),
        ("POST jiffyBoxes -f name", "invalid -f 'name': expected NAME=TEXT"),
        ("POST jiffyBoxes -f name=a -F name=1", "invalid -F 'name': given twice"),
        ("POST jiffyBoxes -F metadata={", "invalid -F metadata: not valid JSON"),
        ("POST jiffyBoxes --input /nowhere", "cannot read --input '/nowhere': No such file or directory"),
        ("POST monitoring -f checkType=ping -f name=a -f port=x -f ip=1.1.1.1", "invalid port 'x': expected a port"),
        ("GET a~b --raw", "invalid PATH 'a b': expected printable ASCII characters; percent-encode others"),
        ("PATCH plans", "invalid VERB 'PATCH': expected one of GET"),
    ],
)
def test_wrong_calls_are_rejected_before_anything_is_sent(
    sh: Shell, account: Emulator, line: str, expected: str
) -> None:
    assert error(sh("api", *(word.replace("~", " ") for word in line.split()))).startswith(expected)
    assert account.journal() == []


def test_a_raw_call_is_sent_as_it_is_and_its_refusal_reported(sh: Shell) -> None:
    ran = sh("api", "POST", "newModule/1", "-f", "a=1", "-F", "b=1", "--raw")
    assert error(ran, 1).startswith("the service rejected POST newModule/1: Das Modul newModule existiert nicht")
    ran = sh("api", "POST", "jiffyBoxes", "--raw", "-f", "name=n", "-f", "planid=no", "-f", "distribution=x")
    assert "Der Tarif no existiert nicht" in error(ran, 1)


def test_dry_runs_and_curl_send_nothing(sh: Shell, account: Emulator) -> None:
    shown = sh("api", "DELETE", "jiffyBoxes/10001", "--dry-run")
    assert shown.lines[0].startswith("DELETE http://127.0.0.1:")
    assert "/-token-/v1.0/jiffyBoxes/10001" in shown.lines[0]
    line = sh("api", "POST", "a$(x)`y`", "-f", "password=geheim12", "--raw", "--as-curl")
    assert line.out.endswith(
        "\"http://127.0.0.1:1/$JIFFYBOX_API_KEY/v1.0/a\\$(x)\\`y\\`\" -H 'Content-Type: application/json'"
        ' -d \'{"password": "**********"}\'\n'.replace("127.0.0.1:1", line.out.split("//")[1].split("/")[0])
    )
    assert line.err == "jiffybox: arguments are visible to others in the process list; prefer --input\n"
    assert account.journal() == []


def test_curl_makes_the_call_that_is_shown(sh: Shell) -> None:
    curl = shutil.which("curl")
    if not curl:
        pytest.skip("curl is not installed here")
    line = sh("api", "PUT", "jiffyBoxes/10001", "-F", 'metadata={"a": "it\'s $HOME"}', "--as-curl").out
    shell = ["/bin/sh", "-c", line.replace("curl", "curl -s", 1)]
    done = subprocess.run(shell, capture_output=True, check=True, env={"JIFFYBOX_API_KEY": TOKEN, "PATH": "/usr/bin"})  # noqa: S603
    assert json.loads(done.stdout)["result"]["metadata"]["a"] == "it's $HOME"


def test_without_a_service_curl_gets_the_usual_address(shell: Shell) -> None:
    line = shell("api", "GET", "plans", "--as-curl")
    assert (line.code, line.out) == (0, 'curl "https://api.jiffybox.de/$JIFFYBOX_API_KEY/v1.0/plans"\n')

"""`jiffybox run` in another process: programs with the service's host built in, exit codes, signals and files."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jiffybox_sdk.emulator._server.program import Program
from tests.support.environments import programs_of
from tests.support.shell import Ran, apart, clean_environment
from tests.support.terminal import CTRL_C, Terminal

ROOT = Path(__file__).parents[2]
TOKEN = "TokenOfAnOldProgramWith32Letters"
PLANS = f"https://api.jiffybox.de/{TOKEN}/v1.0/plans"
ONE_REQUEST = "jiffybox: 1 request to api.jiffybox.de:\n  GET v1.0/plans 200\n"

URLLIB = f"import urllib.request as r; print(r.urlopen('{PLANS}').read())"
HTTPX = f"import httpx; print(httpx.get('{PLANS}').text)"
REQUESTS = f"import requests; print(requests.get('{PLANS}').text)"
STRICT = (
    "import ssl, urllib.request as r; c = ssl.create_default_context(); c.verify_flags |= ssl.VERIFY_X509_STRICT; "
    f"print(r.urlopen('{PLANS}', context=c).read())"
)
TINY = f"my $r = HTTP::Tiny->new(verify_SSL => 1)->get('{PLANS}'); print $r->{{content}}"
LWP = f"print LWP::UserAgent->new->get('{PLANS}')->content"
PHP = f"$c = curl_init('{PLANS}'); curl_exec($c);"
RUBY = f"print Net::HTTP.get(URI('{PLANS}'))"


def installed(check: Sequence[str]) -> bool:
    """Return whether a program can be run."""
    return shutil.which(check[0]) is not None and not subprocess.run(check, capture_output=True, check=False).returncode  # noqa: S603


def needs(*check: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not installed(check), reason=f"not possible here: {shlex.join(check)}")


def run(*arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run the command, which must not show the token."""
    ran = apart("run", *arguments, env={"PYTHONPATH": str(ROOT), **(env or {})}, cwd=cwd)
    assert TOKEN not in ran.err
    return ran


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(["curl", "-sS", PLANS], id="curl"),
        pytest.param(["curl", "-sS", PLANS.replace("https:", "http:")], id="curl without TLS"),
        pytest.param(["curl", "-sS", PLANS.replace("https:", "http:").replace(".de", ".DE:80")], id="curl with a port"),
        pytest.param([sys.executable, "-c", URLLIB], id="urllib"),
        pytest.param([sys.executable, "-c", STRICT], id="as Python 3.13 verifies"),
        pytest.param([sys.executable, "-c", HTTPX], id="httpx"),
        pytest.param([str(programs_of(".venv-2016") / "python"), "-c", REQUESTS], id="requests"),
        pytest.param(
            ["perl", "-MHTTP::Tiny", "-e", TINY], id="HTTP::Tiny", marks=needs("perl", "-MIO::Socket::SSL", "-e1")
        ),
        pytest.param(
            ["perl", "-MLWP::UserAgent", "-e", LWP], id="LWP", marks=needs("perl", "-MLWP::Protocol::https", "-e1")
        ),
        pytest.param(["wget", "-qO-", PLANS], id="Wget", marks=needs("wget", "--version")),
        pytest.param(["php", "-r", PHP], id="PHP", marks=needs("php", "-r", "curl_init();")),
        pytest.param(["ruby", "-rnet/http", "-e", RUBY], id="Ruby", marks=needs("ruby", "-rnet/http", "-e", "")),
    ],
)
def test_programs_with_the_host_built_in_reach_the_emulator(program: list[str]) -> None:
    ran = run("--", *program, env={"no_proxy": "*", "NO_PROXY": "api.jiffybox.de"})
    assert "CloudLevel 1" in ran.out
    assert (ran.code, ran.err) == (0, ONE_REQUEST)


def test_the_client_of_2016_works_with_its_built_in_host() -> None:
    script = str(ROOT / "tests" / "support" / "client_2016.py")
    ran = run("--speed", "1000", "--", str(programs_of(".venv-2016") / "python"), script)
    seen = json.loads(ran.out)
    assert (seen["listed"], seen["deleted"], seen["left"]) == (["db", "web"], True, ["db"])
    assert ran.code == 0
    assert "\n  POST v1.0/jiffyBoxes 200\n" in ran.err
    assert "\n  DELETE v1.0/jiffyBoxes/10001 200\n" in ran.err


def test_this_sdk_uses_the_proxy_too() -> None:
    command = [sys.executable, "-m", "jiffybox_sdk", "plans", "-o", "ids"]
    ran = run("--", *command, env={"JIFFYBOX_API_URL": "http://127.0.0.1:1"})
    assert (ran.code, ran.lines[0], ran.err) == (0, "44", ONE_REQUEST)


def test_the_account_comes_from_a_seed(tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text('{"boxes": [{"name": "old", "planid": 44, "distribution": "centos_7_64bit"}]}')
    ran = run("--seed", "seed.json", "curl", "-sS", PLANS.replace("plans", "jiffyBoxes"), cwd=tmp_path)
    assert '"name":"old"' in ran.out


def test_the_clock_can_be_advanced_through_the_proxy() -> None:
    advance = """curl -sS -H 'Content-Type: application/json' -d '{"advance": 60}' http://api.jiffybox.de/__emulator__/clock"""
    ran = run("--clock", "manual", "--", "sh", "-c", advance)
    assert json.loads(ran.out)["policy"] == "manual"


def test_with_a_token_only_that_one_is_accepted() -> None:
    token = "a-token-of-ones-own"
    ran = run(
        "--token",
        token,
        "--",
        "sh",
        "-c",
        f"curl -sS {PLANS} ${{0}}/$JIFFYBOX_API_KEY/v1.0/plans",
        "https://api.jiffybox.de",
    )
    assert token not in ran.err + ran.out
    rejected, accepted = ran.out.split("}", 1)
    assert ("ungueltig" in rejected, "CloudLevel 1" in accepted) == (True, True)
    assert re.findall(r"^  (.*)", ran.err, re.MULTILINE) == [
        "GET - 200 Der von Ihnen uebergebene API-Token ist ungueltig.",
        "GET v1.0/plans 200",
    ]


def test_a_token_in_the_wrong_place_is_not_shown() -> None:
    paths = [f"v1.0/{TOKEN}/plans", f"{TOKEN}/v1.0/jiffyBoxes/{TOKEN}", f"/{TOKEN}/v9.9/{TOKEN}", TOKEN]
    others = [f"https://{TOKEN}@example.invalid", f"http://example.invalid/{TOKEN}", f"ftp://example.invalid/{TOKEN}"]
    urls = [*(f"http://api.jiffybox.de/{path}" for path in paths), *others]
    ran = apart("run", "-v", "--", "curl", "-s", *urls, env={})
    assert ran.err.count("jiffyBoxes/********** 200") == 2  # in the log and in the list
    assert TOKEN not in ran.err


def test_other_hosts_are_refused_and_reported_once() -> None:
    urls = [
        "https://example.invalid/a",
        "https://example.invalid/b",
        "http://example.invalid/",
        "http://user:pw@other.invalid:8/",
    ]
    ran = run("--", "curl", "-sS", *urls)
    assert ran.out.splitlines() == ["only api.jiffybox.de is emulated, and no other host can be reached"] * 2
    assert re.findall(r"^jiffybox: (.*)", ran.err, re.MULTILINE) == [
        "refused to connect to 'example.invalid:443': only api.jiffybox.de is emulated",
        "refused to connect to 'example.invalid': only api.jiffybox.de is emulated",
        "refused to connect to 'other.invalid:8': only api.jiffybox.de is emulated",
        "no request to api.jiffybox.de: the program may need options for the proxy and for the certificate",
    ]


def test_a_program_that_does_not_trust_the_certificate_is_explained() -> None:
    ran = run("--", "sh", "-c", f"unset CURL_CA_BUNDLE SSL_CERT_FILE; curl -s {PLANS}")
    assert ran.code == 60
    assert ran.err.startswith("jiffybox: the TLS handshake failed (TLSV1_ALERT_UNKNOWN_CA): the program may have to be")


def test_only_the_last_hundred_requests_are_listed() -> None:
    ran = run("--", "curl", "-sS", f"https://api.jiffybox.de/{TOKEN}/v1.0/jiffyBoxes/[1-150]", "-o", os.devnull)
    head, *lines = ran.err.splitlines()
    assert head == "jiffybox: 150 requests to api.jiffybox.de, of which these are the last 100:"
    assert [line.split()[1] for line in lines] == [f"v1.0/jiffyBoxes/{number}" for number in range(51, 151)]


def test_quiet_omits_the_list() -> None:
    ran = run("--quiet", "--", "curl", "-sS", PLANS, "-o", os.devnull)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (["true"], 0),
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -9 $$"], 137),
        (["sh", "-c", "kill -TERM $$"], 143),
    ],
)
def test_the_exit_code_is_that_of_the_program(program: list[str], code: int) -> None:
    assert run("--", *program).code == code


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--", "./nowhere"], 127, "jiffybox: can't run './nowhere': No such file or directory"),
        (["--", "./data"], 126, "jiffybox: can't run './data': Permission denied"),
        ([], 2, "Missing argument 'COMMAND [ARGS]...'"),
        (["--clock", "auto", "true"], 2, "Use real with --speed"),
        (["--seed", "nowhere.json", "true"], 2, "can't read seed 'nowhere.json': No such file"),
        (["--port", "80", "true"], 2, "No such option"),
    ],
)
def test_what_cannot_be_run_is_reported_in_one_line(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "data").touch()
    ran = run(*arguments, cwd=tmp_path)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (code, "", 1)
    assert message in ran.err


def test_options_after_the_program_are_its_own() -> None:
    ran = run("--quiet", "sh", "-c", 'echo "$@"', "sh", "--quiet", "-v", "--", "x")
    assert ran.out == "--quiet -v -- x\n"


def test_a_missing_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['trustme'] = None; from jiffybox_sdk._cli import main; sys.exit(main(['run', 'true']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    assert done.returncode == 2
    assert done.stderr == "jiffybox: `jiffybox run` needs trustme: pip install 'jiffybox-sdk[run]'\n"


WAITING = """
import signal, sys
signal.signal(signal.{signal}, lambda *_: sys.exit(print("cleaned up", flush=True) or 7))
print("waiting", flush=True)
while True:
    signal.pause()
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_the_program_gets_signals_and_no_file_is_left(tmp_path: Path, name: str) -> None:
    folders = {name: str(tmp_path / name) for name in ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    for folder in [*folders.values(), "cwd"]:
        (tmp_path / folder).mkdir()
    command = [sys.executable, "-m", "jiffybox_sdk", "run", "--", sys.executable, "-c", WAITING.format(signal=name)]
    process = subprocess.Popen(  # noqa: S603 (our own command line)
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**clean_environment(), **folders, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path / "cwd",
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.readline() == b"waiting\n"
    assert [path.parent.name for path in tmp_path.glob("*/*")] == ["TMPDIR"]
    number = signal.Signals[name]
    os.killpg(process.pid, number) if name == "SIGINT" else process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, b"Traceback" in err) == (7, False)
    assert list(tmp_path.glob("*/*")) == []


def test_ctrl_c_at_a_terminal_ends_the_program_first() -> None:
    with Terminal({"PYTHONPATH": str(ROOT)}, columns=120) as terminal:
        terminal.start("run", "--", sys.executable, "-c", WAITING.format(signal="SIGINT"))
        terminal.until("waiting\n")
        terminal.press(CTRL_C)
        assert terminal.end() == 7
        assert re.search(r"cleaned up\njiffybox: no request", terminal.shown)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_the_program_starts_is_not_lost(number: signal.Signals) -> None:
    program = Program(["tail", "-f", os.devnull])
    with program.signals():
        os.kill(os.getpid(), number)
        assert program.run(dict(os.environ)) == 128 + number


SNIPPETS = re.findall(
    r"^ +(jiffybox run (?:.*\n)+?)(?=\n|\Z| +jiffybox run )", (ROOT / "docs/pages/run.md").read_text(), re.MULTILINE
)
OLD = {
    "old.pl": f"system 'curl', '-s', '{PLANS}';",
    "old.py": URLLIB,
    "account.json": "{}",
    "Old.java": 'class Old { public static void main(String[] a) throws Exception { System.out.write(new java.net.URL("'
    f'{PLANS}").openStream().readAllBytes()); System.out.flush(); }} }}',
}


@pytest.mark.parametrize(
    "snippet",
    [
        pytest.param(snippet, marks=needs("javac", "-version"))
        if "java" in snippet
        else snippet  # else Java runs no source
        for snippet in SNIPPETS
    ],
)
def test_the_snippets_of_the_page_work(tmp_path: Path, snippet: str) -> None:
    for name, content in OLD.items():
        (tmp_path / name).write_text(content)
    command = f'jiffybox() {{ "{sys.executable}" -m jiffybox_sdk "$@"; }}\n{snippet}'
    env = {**clean_environment(), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=tmp_path, env=env, check=False)  # noqa: S603, S607
    assert "CloudLevel 1" in done.stdout
    assert done.stderr.endswith(ONE_REQUEST)


def test_the_page_has_snippets() -> None:
    assert len(SNIPPETS) == 3

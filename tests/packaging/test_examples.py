"""The example programs: run, and swept."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from examples import checker, deploy, fleet, naive_deploy, service
from jiffybox_sdk import Emulator, JiffyBox, JiffyTimeoutException, JiffyTokenException
from jiffybox_sdk.emulator import TOKEN, SeedDocument
from jiffybox_sdk.emulator._server.app import running

EXAMPLES = Path(deploy.__file__).parent

WORKER = {"planid": 44, "distribution": "debian_stretch_64bit", "metadata": {"role": "worker"}}
FLEET: SeedDocument = {
    "boxes": [
        {**WORKER, "name": "worker 1"},
        *({**WORKER, "name": f"worker {number}"} for number in (3, 4)),
        {**WORKER, "name": "worker 5", "running": False},
        {"name": "web", "planid": 44, "distribution": "debian_stretch_64bit"},
    ]
}
SERVICE: SeedDocument = {
    "boxes": [{**WORKER, "name": "worker 1", "running": False}, {**WORKER, "name": "worker 3"}],
}


def environment(url: str | None) -> dict[str, str]:
    """Return the environment of a program, with or without an account."""
    account = {"JIFFYBOX_API_KEY": TOKEN, "JIFFYBOX_API_URL": url} if url else {}
    return {**{name: value for name, value in os.environ.items() if not name.startswith("JIFFYBOX_")}, **account}


def run(example: str, *arguments: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run an example by itself."""
    return subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, f"examples/{example}.py", *arguments],
        cwd=EXAMPLES.parent,
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )


def metadata(emulator: Emulator) -> dict[str, Mapping[str, object]]:
    return {box.name: box.metadata or {} for box in emulator.client().boxes()}


def roles(emulator: Emulator) -> dict[str, object]:
    return {name: names.get("role") for name, names in metadata(emulator).items()}


@pytest.mark.parametrize("program", [deploy.deploy, naive_deploy.deploy], ids=["deploy", "naive_deploy"])
def test_a_deployment_creates_both_servers(program: Callable[[JiffyBox], None]) -> None:
    emulator = Emulator()
    program(emulator.client())
    assert roles(emulator) == {"web": "web", "db": "db"}


def test_a_lost_response_gives_a_server_the_wrong_role() -> None:
    [shortest, *_] = Emulator().sweep(naive_deploy.deploy).failures
    assert str(shortest).splitlines() == [
        "wrong success:",
        "",
        '    emulator.add_fault("create_box", skip=1, moment="after", drop=True)',
        "",
        "create_box, call 2 of 12: the call was executed, and its response was lost",
        """box 'web': metadata is {"role": "db"}, not {"role": "web"}""",
        """box 'db': metadata is {}, not {"role": "db"}""",
    ]


def test_ensure_box_passes_pairs_of_faults() -> None:  # all of them in `make stress`
    result = Emulator().sweep(deploy.deploy, depth=2, most=500, repeatable=True)
    assert result.failures == (), str(result)
    assert len(result.histories) == 10 * len(result.calls) + 500


@pytest.mark.parametrize(
    ("program", "seed"), [(fleet.resize, FLEET), (service.heal_all, SERVICE)], ids=["fleet", "service"]
)  # an empty account is swept below, by the command
def test_fleet_and_service_correct_an_account_under_each_fault(
    program: Callable[..., object], seed: SeedDocument
) -> None:
    result = Emulator(seed=seed).sweep(program, repeatable=True)
    assert result.failures == (), str(result)
    assert len(result.histories) == 10 * len(result.calls)


@pytest.mark.parametrize("example", [deploy, naive_deploy, fleet, service], ids=lambda module: module.__name__)
def test_the_command_in_its_docstring_works(example: ModuleType) -> None:
    [line] = [line.strip() for line in (example.__doc__ or "").splitlines() if "jiffybox sweep" in line]
    command = line.removeprefix("jiffybox ").replace("--depth 2", "--depth 2 --most 20").split()
    ran = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "jiffybox_sdk", *command],
        cwd=EXAMPLES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == (1 if example is naive_deploy else 0), ran.stderr


def test_a_fleet_is_created_and_its_costs_are_printed() -> None:
    ran = run("fleet", "2")
    assert (ran.returncode, ran.stderr) == (0, "")
    first, second, total = ran.stdout.splitlines()
    assert first.startswith("worker 1: READY at ")
    assert second.endswith(", 12.99 EUR a month")
    assert total == "all boxes of the account: 25.98 EUR a month"


def test_a_fleet_gets_its_size_and_leaves_other_boxes_alone() -> None:
    emulator = Emulator(seed=FLEET)
    assert [box.name for box in fleet.resize(emulator.client(), 3)] == ["worker 1", "worker 2", "worker 3"]
    worker = {"role": "worker", "release": fleet.RELEASE}
    assert metadata(emulator) == {**{f"worker {number}": worker for number in (1, 2, 3)}, "web": {}}
    assert fleet.resize(emulator.client(), 0) == []
    assert metadata(emulator) == {"web": {}}


def test_a_fleet_loses_no_worker_while_others_do_not_arrive() -> None:
    emulator = Emulator("never", seed=FLEET)
    with pytest.raises(ExceptionGroup, match="the wait failed for 1 of 2 boxes") as raised:
        fleet.resize(emulator.client(), 2)
    assert [type(error) for error in raised.value.exceptions] == [JiffyTimeoutException]
    assert metadata(emulator).keys() == {"web", *(f"worker {number}" for number in range(1, 6))}
    assert metadata(emulator)["worker 1"]["release"] == fleet.RELEASE


@pytest.mark.parametrize("clock", ["never", "auto"], ids=["missing workers", "a rejected call"])
def test_a_fleet_that_fails_exits_with_1_and_the_reasons(
    clock: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator = Emulator("never") if clock == "never" else Emulator()
    if clock == "auto":
        emulator.add_fault("create_box", messages=["Guthaben aufgebraucht"])
    monkeypatch.setattr(fleet, "connect", emulator.client)
    monkeypatch.setattr(sys, "argv", ["fleet.py", "2"])
    assert fleet.main() == 1
    out, err = capsys.readouterr()
    assert out == ""
    expected = "timed out after 600 s" if clock == "never" else "the service rejected POST jiffyBoxes"
    assert [line.startswith(f"error: {expected}") for line in err.splitlines()] == [True] * (
        2 if clock == "never" else 1
    )


@contextmanager
def served(ids: Path, url: str | None = None) -> Generator[Callable[[str], list[str]]]:
    """Run the service until the block ends, and provide a function that waits for a line of each worker."""
    with subprocess.Popen(  # noqa: S603 (our own command line)
        [sys.executable, "examples/service.py", str(ids)],
        cwd=EXAMPLES.parent,
        env=environment(url),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr

        def lines_with(words: str) -> list[str]:
            found: dict[str, str] = {}
            assert process.stderr
            for line in process.stderr:
                if words in line:
                    found[line[: len("worker 1")]] = line.strip()
                if len(found) == len(service.WORKERS):
                    return sorted(found.values())
            raise AssertionError(f"the service ended, with {found}")

        try:
            yield lines_with
            process.send_signal(signal.SIGTERM)
            assert process.stderr.read().splitlines()[-1] == "stopping"
            assert process.wait() == 0
        finally:
            process.kill()


def test_the_service_runs_by_itself_until_a_signal_arrives(tmp_path: Path) -> None:
    with served(tmp_path / "ids.json") as lines_with:
        assert len(lines_with("is healthy at 198.18.")) == 3


def test_another_process_goes_on_with_the_waits_of_the_service(tmp_path: Path) -> None:
    ids, emulator = tmp_path / "ids.json", Emulator("manual")
    with running(emulator) as url:
        with served(ids, url) as lines_with:
            lines_with("is box")
        known: dict[str, int] = json.loads(ids.read_text("utf-8"))
        assert known == {box.name: box.id for box in emulator.client().boxes()}
        emulator.run_until_idle()
        emulator.clear_journal()
        with served(ids, url) as lines_with:
            lines_with("is healthy")
    assert {entry.call for entry in emulator.journal()} == {"get_box"}


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_service_replaces_a_box_that_is_gone() -> None:
    emulator = Emulator()
    async with emulator.async_client() as client:
        ids = {"worker 1": 7}
        box = await service.heal(client, "worker 1", ids)
        assert (box.name, box.status, ids) == ("worker 1", "READY", {"worker 1": box.id})


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_service_waits_as_long_as_the_service_asks_for() -> None:
    emulator = Emulator()
    emulator.add_fault("list_boxes", status=429, retry_after="3600")
    began = emulator.clock.now()
    async with emulator.async_client() as client:
        assert (await service.heal(client, "worker 1", {})).ready
    assert emulator.clock.now() - began >= 3600


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_service_ends_if_its_token_is_invalid() -> None:
    async with Emulator(token="another").async_client(transport=Emulator().transport()) as client:
        with pytest.raises(ExceptionGroup) as raised:
            await service.heal_all(client)
    assert raised.value.split(JiffyTokenException)[1] is None


def test_the_checker_prints_errors_first_and_exits_with_1() -> None:
    ran = run("checker", "examples/archive")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert [line.partition(": expected")[0].partition(": found")[0] for line in ran.stdout.splitlines()] == [
        "examples/archive/boxes.json:33: error: /result/10002/plan/ramInMB: missing-field",
        "examples/archive/plans.jsonl:4: error: the payload: not-json",
        "examples/archive/boxes.json:13: warning: /result/10001/running: coerced",
        "examples/archive/browser.har:10 /log/entries/1: warning: /result/dayid: unknown-state",
        "examples/archive/plans.jsonl:2: warning: /ramInMB: coerced",
        "examples/archive/plans.jsonl:3: warning: /zone: unknown-field",
        "examples/archive/schedule.txt: warning: /result/dayid: coerced",
        "errors: 2, warnings: 5, notes: 0",
    ]


@pytest.mark.parametrize(
    ("name", "content", "exit_code", "last"),
    [
        ("a.json", '{"dayid": 0, "timeid": 1}', 0, "errors: 0, warnings: 0, notes: 0"),
        ("a.txt", 'HTTP/1.1 200 OK\n\n{"dayid": 0, "timeid": 1}', 0, "errors: 0, warnings: 0, notes: 0"),
        ("a.txt", "nothing", 1, "errors: 1, warnings: 0, notes: 0"),
        ("a.pdf", "", 0, "errors: 0, warnings: 0, notes: 1"),
    ],
)
def test_the_checker_checks_any_folder(
    name: str,
    content: str,
    exit_code: int,
    last: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    monkeypatch.setattr(sys, "argv", ["checker.py", str(tmp_path)])
    assert checker.main() == exit_code
    assert capsys.readouterr().out.splitlines()[-1] == last
    monkeypatch.setattr(sys, "argv", ["checker.py", str(tmp_path / name)])
    with pytest.raises(SystemExit, match="2"):
        checker.main()

"""The state file of an emulator: kept from one to the next, whole at any moment, and never spoilt when it is broken."""

import errno
import gc
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, JiffyArgumentException, JiffyDetachedException, JiffyOutcomeUnknownException
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import ServiceRequest, ServiceResponse, StateNotKept
from jiffybox_sdk.emulator._clock import EPOCH
from jiffybox_sdk.emulator._transport import EmulatorTransport
from tests.support.accounts import RUNNING, SEED, fill, view
from tests.support.calls import SAMPLES
from tests.support.scripted import TOKEN
from tests.support.states import bring

VERSION_1 = Path(__file__).parents[1] / "support" / "data" / "state-1.json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def opened(file: Path) -> Emulator:
    return Emulator("manual", token=TOKEN, state=file)


def create(emulator: Emulator, name: str = "web") -> None:
    emulator.client().create_box(name, 44, distribution="centos_7_64bit")


def names(emulator: Emulator) -> list[str]:
    return [box.name for box in emulator.client().boxes()]


def files(file: Path) -> set[str]:
    """What lies beside a file, but for its lock."""
    return {path.name for path in file.parent.iterdir()} - {f"{file.name}.lock"}


def test_each_call_that_changes_something_is_kept_before_it_is_answered(file: Path) -> None:
    seen: set[str | None] = set()
    for number, (_, status, make_call) in enumerate(SAMPLES.values()):
        path = file.with_name(f"{number}.json")
        with Emulator("manual", state=path) as emulator:

            def handle(request: ServiceRequest, emulator: Emulator = emulator, path: Path = path) -> ServiceResponse:
                response = emulator.handle(request)
                if request.verb != "GET":
                    assert path.read_bytes() == emulator.snapshot().state
                    seen.add(emulator.journal()[-1].call)
                return response

            async def sleep(_seconds: float) -> None:
                raise AssertionError("for async clients only")

            transport = EmulatorTransport(handle, emulator.clock.sleep, sleep)
            with emulator.client(transport=transport) as client:
                box = bring(client, emulator, status)
                emulator.add_floating_ip(box)
                make_call(client, box)
    assert seen == {call.name for call in CALLS if call.verb != "GET"}


CHANGES: dict[str, Callable[[Emulator], object]] = {
    "a floating ip": lambda emulator: emulator.add_floating_ip(RUNNING),
    "time": lambda emulator: emulator.advance(7),
    "all time that is needed": Emulator.run_until_idle,
    "a reset": lambda emulator: emulator.reset({"boxes": []}),
    "a restore": lambda emulator: emulator.restore(Emulator().snapshot()),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_without_a_call_is_kept_too(file: Path, what: str) -> None:
    with Emulator("manual", seed=SEED, state=file) as emulator:
        before = emulator.snapshot()
        CHANGES[what](emulator)
        assert emulator.snapshot() != before
        assert file.read_bytes() == emulator.snapshot().state


def test_an_account_goes_on_where_it_was_left(file: Path) -> None:
    with Emulator("manual", token=TOKEN, seed=SEED, state=file) as emulator:
        fill(emulator)
        before = view(emulator)
    with opened(file) as again:
        assert view(again) == before
        again.run_until_idle()
        after = view(again)
        create(again)
        assert again.client().boxes()[-1].id == 10_012
    with opened(file) as third:
        assert names(third)[-1] == "web"
        assert after != view(third)


def test_the_seed_is_for_the_first_time_only(file: Path) -> None:
    seed = {"boxes": [{"name": "seed", "planid": 44, "distribution": "centos_7_64bit"}]}
    with Emulator(seed=seed, state=file) as emulator:
        create(emulator)
    with Emulator(seed=file.with_name("there is none"), state=file) as emulator:
        assert names(emulator) == ["seed", "web"]


def test_closing_keeps_the_time_and_more_than_once_is_no_mistake(file: Path) -> None:
    emulator = Emulator(state=file)
    create(emulator)
    emulator.client().boxes()[0].wait_for_status()
    now = emulator.clock.now()
    emulator.close()
    emulator.close()
    with pytest.raises(JiffyDetachedException, match="the emulator is closed"):
        create(emulator, "not kept")
    with Emulator(state=file) as again:
        assert again.clock.now() == now
        assert names(again) == ["web"]


def test_reading_writes_nothing(file: Path) -> None:
    with Emulator(state=file) as emulator:
        emulator.client().boxes()
        assert files(file) == set()
        create(emulator)
        before = file.stat()
        emulator.client().boxes()
        assert file.stat() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_only_the_owner_can_read_the_file(file: Path) -> None:
    before = os.umask(0)
    try:
        with Emulator(state=file) as emulator:
            create(emulator)
            assert [stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()] == [0o600, 0o600]
    finally:
        os.umask(before)


def test_a_second_emulator_is_refused_until_the_first_is_closed(file: Path) -> None:
    with Emulator(state=file) as emulator:
        create(emulator)
        for given in (file, str(file)):
            with pytest.raises(JiffyArgumentException, match=r"state.json' is refused: another emulator uses it"):
                Emulator(state=given)
        create(emulator, "db")
    with Emulator(state=file) as again:
        assert names(again) == ["web", "db"]


def test_an_emulator_that_could_not_be_made_or_was_forgotten_lets_go_of_the_file(file: Path) -> None:
    with pytest.raises(JiffyArgumentException, match="no such field"):
        Emulator(seed={"x": 1}, state=file)
    file.write_text("{", "utf-8")
    for _ in range(2):
        with pytest.raises(JiffyArgumentException, match="it is no JSON"):
            Emulator(state=file)
    file.unlink()
    emulator = Emulator(state=file)
    create(emulator)
    del emulator
    gc.collect()
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


KILLED = """
import sys
from jiffybox_sdk import Emulator
emulator = Emulator(state=sys.argv[1])
emulator.client().create_box("web", 44, distribution="centos_7_64bit")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL elsewhere")
def test_a_process_that_is_killed_lets_go_of_the_file_and_what_it_answered_is_kept(file: Path) -> None:
    with subprocess.Popen(  # noqa: S603 (this Python, and a program of our own)
        [sys.executable, "-c", KILLED, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        with pytest.raises(JiffyArgumentException, match="another emulator uses it"):
            Emulator(state=file)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with Emulator(state=file) as emulator:
        assert names(emulator) == ["web"]
    assert files(file) == {"state.json"}


def test_what_a_killed_writer_left_behind_is_cleared_away(file: Path) -> None:
    left = file.with_name(".state.json.new")
    left.write_bytes(b'{"version": 1, "no')
    with Emulator(state=file) as emulator:
        assert names(emulator) == []
        create(emulator)
    assert files(file) == {"state.json"}


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("broken", ["os.fsync", "os.open", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_the_old_state_and_nothing_else(
    file: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(state=file) as emulator:
        create(emulator)
        kept = file.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(broken, no_space)
            with pytest.raises(JiffyOutcomeUnknownException, match=r"json' can't be written: No space left on device"):
                create(emulator, "db")
            with pytest.raises(StateNotKept, match=r"json' can't be written: No space left on device"):
                emulator.advance(1)
        assert file.read_bytes() == kept
        assert files(file) == {"state.json"}
        create(emulator, "mail")
    with Emulator(state=file) as again:
        assert names(again) == ["web", "db", "mail"]


def test_an_emulator_that_can_not_be_kept_when_it_is_closed_lets_go_of_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(state=file)
    create(emulator)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        with pytest.raises(StateNotKept, match="can't be written"):
            emulator.close()
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


def test_what_ends_a_with_block_is_not_replaced_by_a_file_that_can_not_be_written(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(ZeroDivisionError), Emulator(state=file):
        raise ZeroDivisionError
    assert "can't be written" in caplog.text


def test_two_names_of_one_file_are_one(file: Path) -> None:
    link = file.with_name("link.json")
    link.symlink_to(file)
    with Emulator(state=link) as emulator:
        create(emulator)
        with pytest.raises(JiffyArgumentException, match="another emulator uses it"):
            Emulator(state=file)
    assert link.is_symlink()
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


def test_what_reading_shows_is_kept_too(file: Path) -> None:
    with Emulator("manual", state=file) as emulator:
        create(emulator)
        emulator.clock.advance(60)
        assert emulator.client().boxes()[0].ready
        assert b'"status":"READY","running_since":17' in file.read_bytes()


def test_a_file_that_can_not_be_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JiffyArgumentException, match="is refused: No such file or directory"):
        Emulator(state=tmp_path / "nowhere" / "state.json")
    with pytest.raises(JiffyArgumentException, match="is refused: Is a directory"):
        Emulator(state=tmp_path)
    with pytest.raises(JiffyArgumentException, match="that is no path"):
        Emulator(state="a\0b")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fcntl")
def test_where_the_system_has_no_such_locks_the_file_is_kept_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with Emulator(state=file) as emulator:
        create(emulator)
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


def test_a_file_of_version_1_is_read_for_ever(file: Path) -> None:
    content = VERSION_1.read_bytes()
    file.write_bytes(content)
    with opened(file) as emulator:
        assert emulator.clock.now() == EPOCH + 2.25
        client = emulator.client()
        boxes = {box.name: box for box in client.boxes()}
        assert {box.status for box in boxes.values()} == {
            *("READY", "UPDATING", "CREATING", "FREEZING", "FROZEN", "THAWING", "CHANGING PLAN", "DELETING")
        }
        running = boxes["running"]
        assert (running.metadata or {})["big"] == 10**30
        assert (running.manualBackupRunning, boxes["copied"].isBeingCopied) == (True, True)
        assert (running.backups().day, running.backups().of_type("daily").created.timestamp()) == (1, 1_690_000_001)
        assert [ip.floating for ip in running.list_ips()] == [False, False, False, True]
        assert [group.status for group in client.contact_groups()][2:] == ["STATUS_DELETING", "STATUS_CREATING"]
        assert [check.name for check in client.checks()] == ["page", "off", "copy"]
        emulator.run_until_idle()
        assert {box.status for box in client.boxes()} == {"READY", "FROZEN"}
        assert "deleting" not in [box.name for box in client.boxes()]
        assert [check.status for check in client.checks()] == ["STATUS_READY", "STATUS_READY"]
        create(emulator)
        assert client.boxes()[-1].id == 10_012
    with opened(file) as again:
        assert names(again)[-1] == "web"


def test_the_file_of_version_1_is_what_is_written_now(file: Path) -> None:
    with Emulator("manual", token=TOKEN, seed=SEED, state=file) as emulator:
        fill(emulator)
    assert json.loads(file.read_bytes()) == json.loads(VERSION_1.read_bytes()), "a new form needs a new version"

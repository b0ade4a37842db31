"""The state file of an emulator: durable, locked, and intact after failures."""

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
from jiffybox_sdk.emulator import ServiceRequest, ServiceResponse, StateNotSaved
from jiffybox_sdk.emulator._clock import EPOCH
from jiffybox_sdk.emulator._transport import EmulatorTransport
from tests.support.accounts import RUNNING, SEED, VERSION_1, fill, view
from tests.support.calls import SAMPLES
from tests.support.scripted import TOKEN
from tests.support.states import box_in_state


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
    """Return the files in the same folder, except the lock."""
    return {path.name for path in file.parent.iterdir()} - {f"{file.name}.lock"}


def test_each_change_is_saved_before_its_answer(file: Path) -> None:
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
                box = box_in_state(client, emulator, status)
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


@pytest.mark.parametrize("case", CHANGES)
def test_changes_without_a_call_are_saved(file: Path, case: str) -> None:
    with Emulator("manual", seed=SEED, state=file) as emulator:
        before = emulator.snapshot()
        CHANGES[case](emulator)
        assert emulator.snapshot() != before
        assert file.read_bytes() == emulator.snapshot().state


def test_the_next_emulator_continues_the_account(file: Path) -> None:
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


def test_the_seed_is_ignored_if_the_file_exists(file: Path) -> None:
    seed = {"boxes": [{"name": "seed", "planid": 44, "distribution": "centos_7_64bit"}]}
    with Emulator(seed=seed, state=file) as emulator:
        create(emulator)
    with Emulator(seed=file.with_name("there is none"), state=file) as emulator:
        assert names(emulator) == ["seed", "web"]


def test_closing_saves_the_time_and_is_safe_to_repeat(file: Path) -> None:
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


def test_closing_without_saving_the_time(file: Path) -> None:
    with Emulator(state=file) as emulator:
        create(emulator)
    saved = file.read_bytes()
    reader = Emulator(state=file)
    reader.clock.sleep(1)
    assert names(reader) == ["web"]
    reader.close(save_time=False)
    assert file.read_bytes() == saved
    other = Emulator(state=file)
    other.clock.sleep(60)
    assert other.client().boxes()[0].ready
    other.close(save_time=False)
    with Emulator(state=file) as again:
        assert again.clock.now() == EPOCH + 60


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


def test_the_file_is_locked_until_the_emulator_is_closed(file: Path) -> None:
    with Emulator(state=file) as emulator:
        create(emulator)
        for given in (file, str(file)):
            with pytest.raises(JiffyArgumentException, match=r"state file .*state.json' is in use by another emulator"):
                Emulator(state=given)
        create(emulator, "db")
    with Emulator(state=file) as again:
        assert names(again) == ["web", "db"]


def test_failed_and_collected_emulators_unlock_the_file(file: Path) -> None:
    with pytest.raises(JiffyArgumentException, match="no such field"):
        Emulator(seed={"x": 1}, state=file)
    file.write_text("{", "utf-8")
    for _ in range(2):
        with pytest.raises(JiffyArgumentException, match="not JSON"):
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
def test_killing_the_process_unlocks_the_file_without_loss(file: Path) -> None:
    with subprocess.Popen(  # noqa: S603 (this Python, and a program of our own)
        [sys.executable, "-c", KILLED, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        with pytest.raises(JiffyArgumentException, match="in use by another emulator"):
            Emulator(state=file)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with Emulator(state=file) as emulator:
        assert names(emulator) == ["web"]
    assert files(file) == {"state.json"}


def test_the_leftover_of_a_killed_writer_is_removed(file: Path) -> None:
    left = file.with_name(".state.json.new")
    left.write_bytes(b'{"version": 1, "no')
    with Emulator(state=file) as emulator:
        assert names(emulator) == []
        create(emulator)
    assert files(file) == {"state.json"}


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("broken", ["os.fsync", "os.open", "pathlib.Path.replace"])
def test_a_failed_write_keeps_the_old_state(file: Path, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(state=file) as emulator:
        create(emulator)
        kept = file.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(broken, no_space)
            with pytest.raises(
                JiffyOutcomeUnknownException, match=r"can't write state file .*json': No space left on device"
            ):
                create(emulator, "db")
            with pytest.raises(StateNotSaved, match=r"can't write state file .*json': No space left on device"):
                emulator.advance(1)
        assert file.read_bytes() == kept
        assert files(file) == {"state.json"}
        create(emulator, "mail")
    with Emulator(state=file) as again:
        assert names(again) == ["web", "db", "mail"]


def test_the_file_is_unlocked_even_if_closing_fails(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(state=file)
    create(emulator)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        with pytest.raises(StateNotSaved, match="can't write"):
            emulator.close()
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


def test_a_failed_write_does_not_replace_the_exception_of_a_block(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(ZeroDivisionError), Emulator(state=file):
        raise ZeroDivisionError
    assert "can't write" in caplog.text


def test_a_link_has_the_lock_of_its_target(file: Path) -> None:
    link = file.with_name("link.json")
    link.symlink_to(file)
    with Emulator(state=link) as emulator:
        create(emulator)
        with pytest.raises(JiffyArgumentException, match="in use by another emulator"):
            Emulator(state=file)
    assert link.is_symlink()
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


def test_work_completed_by_a_read_is_saved(file: Path) -> None:
    with Emulator("manual", state=file) as emulator:
        create(emulator)
        emulator.clock.advance(60)
        assert emulator.client().boxes()[0].ready
        assert b'"status":"READY","running_since":17' in file.read_bytes()


def test_impossible_paths_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(JiffyArgumentException, match=r"can't use state file .*: No such file or directory"):
        Emulator(state=tmp_path / "nowhere" / "state.json")
    with pytest.raises(JiffyArgumentException, match=r"can't read state file .*: Is a directory"):
        Emulator(state=tmp_path)
    with pytest.raises(JiffyArgumentException, match="not a valid path"):
        Emulator(state="a\0b")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fcntl")
def test_the_file_works_on_systems_without_locks(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with Emulator(state=file) as emulator:
        create(emulator)
    with Emulator(state=file) as again:
        assert names(again) == ["web"]


def test_files_of_version_1_stay_readable(file: Path) -> None:
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


def test_the_current_format_is_version_1(file: Path) -> None:
    with Emulator("manual", token=TOKEN, seed=SEED, state=file) as emulator:
        fill(emulator)
    assert json.loads(file.read_bytes()) == json.loads(VERSION_1.read_bytes()), "a new form needs a new version"

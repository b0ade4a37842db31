"""The state file of an emulator: durable, and intact after failures."""
# pyright: reportPrivateUsage=false

import contextlib
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from jiffybox_sdk import (
    Emulator,
    JiffyArgumentException,
    JiffyDetachedException,
    JiffyOutcomeUnknownException,
    emulator as emulator_package,
)
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import ServiceRequest, ServiceResponse, Snapshot, StateNotSaved
from jiffybox_sdk.emulator._clock import EPOCH
from jiffybox_sdk.emulator._state import store
from jiffybox_sdk.emulator._transport import EmulatorTransport
from tests.support.accounts import RUNNING, SEED, VERSION_1, fill, view
from tests.support.calls import SAMPLES
from tests.support.scripted import TOKEN
from tests.support.state_files import create, files, names, opened, rows, saved
from tests.support.states import box_in_state

FILES = (Path(emulator_package.__file__).parent, Path(contextlib.__file__))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def test_each_change_is_saved_before_its_answer(file: Path) -> None:
    seen: set[str | None] = set()
    for number, (_, status, make_call) in enumerate(SAMPLES.values()):
        path = file.with_name(f"{number}.db")
        with Emulator("manual", state=path) as emulator:

            def handle(request: ServiceRequest, emulator: Emulator = emulator, path: Path = path) -> ServiceResponse:
                response = emulator.handle(request)
                if request.verb != "GET":
                    assert saved(path) == emulator.snapshot()
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


def wait(emulator: Emulator) -> None:
    emulator.clock.set_time(EPOCH + 9)
    emulator.save()


CHANGES: dict[str, Callable[[Emulator], object]] = {
    "a floating ip": lambda emulator: emulator.add_floating_ip(RUNNING),
    "time": lambda emulator: emulator.advance(7),
    "all time that is needed": Emulator.run_until_idle,
    "a reset": lambda emulator: emulator.reset({"boxes": []}),
    "a restore": lambda emulator: emulator.restore(Emulator().snapshot()),
    "time that clients have waited": wait,
}


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("case", CHANGES)
def test_changes_without_a_call_are_saved(file: Path, case: str, exists: bool) -> None:  # noqa: FBT001 (a case)
    with Emulator("manual", seed=SEED, state=file) as emulator:
        if exists:
            create(emulator)
        before = emulator.snapshot()
        CHANGES[case](emulator)
        assert emulator.snapshot() != before
        assert saved(file) == emulator.snapshot()


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


@pytest.mark.parametrize("case", [*CHANGES, "a snapshot"])
def test_a_closed_emulator_is_not_used(file: Path, case: str) -> None:
    with Emulator("manual", seed=SEED, state=file) as emulator:
        create(emulator)
    before = saved(file)
    with pytest.raises(JiffyDetachedException, match="the emulator is closed"):
        CHANGES.get(case, Emulator.snapshot)(emulator)
    assert saved(file) == before


def test_reading_writes_nothing(file: Path) -> None:
    with Emulator(state=file) as emulator:
        emulator.client().boxes()
        assert files(file) == set()
        create(emulator)
        before = rows(file)
        emulator.client().boxes()
        assert rows(file) == before


def test_only_what_changes_is_written(file: Path) -> None:
    with Emulator("manual", seed=SEED, state=file) as emulator:
        create(emulator)
        before = rows(file)
        emulator.client().box(RUNNING).update_metadata({"role": "db"})
        changed = {row[:2] for row in {*rows(file)} - {*before} if len(row) == 4}
        assert changed == {("boxes", RUNNING)}


def steps_of_a_creation(emulator: Emulator) -> int:
    """Create a box. Return the number of SQLite's steps, in hundreds."""
    assert emulator._service.store
    connection = emulator._service.store._connection
    assert connection
    steps: list[None] = []
    connection.set_progress_handler(lambda: steps.append(None), 100)
    create(emulator)
    connection.set_progress_handler(None, 0)
    return len(steps)


def test_old_objects_do_not_slow_changes_down(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_REMEMBERED", 1)
    boxes = [{"name": f"box {number}", "planid": 44, "distribution": "centos_7_64bit"} for number in range(300)]
    counts: list[int] = []
    for size in (0, 300):
        with Emulator("manual", seed={"boxes": boxes[:size]}, state=file.with_name(f"{size}.db")) as emulator:
            for _ in range(3):
                emulator.save()
            counts.append(steps_of_a_creation(emulator))
    assert counts[1] <= 1.5 * counts[0]


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_only_the_owner_can_read_the_file(file: Path) -> None:
    before = os.umask(0)
    try:
        with Emulator(state=file) as emulator:
            create(emulator)
            assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}
    finally:
        os.umask(before)


@contextmanager
def no_space(emulator: Emulator) -> Generator[None]:
    """Let the file grow no more."""
    assert emulator._service.store
    connection = emulator._service.store._connection
    assert connection
    [limit] = connection.execute("PRAGMA max_page_count").fetchone()
    connection.execute("PRAGMA max_page_count = 1")  # less than there are means as many
    yield
    connection.execute(f"PRAGMA max_page_count = {limit}")


def test_a_change_that_can_not_be_saved_is_no_change(file: Path) -> None:
    big = {"text": "x" * 4000}
    with Emulator("manual", state=file) as emulator:
        create(emulator)
        client = emulator.client()

        def fill_up() -> Snapshot:
            """Create boxes as long as there is space. Return the state after the last one."""
            for number in range(20):
                before = emulator.snapshot()
                with suppress(JiffyOutcomeUnknownException):
                    client.create_box(f"db {number}", 44, distribution="centos_7_64bit", metadata=big)
                    continue
                return before
            pytest.fail("there is still space")

        with no_space(emulator):
            before = fill_up()
            with pytest.raises(
                JiffyOutcomeUnknownException, match=r"can't use state file .*db': database or disk is full"
            ):
                client.create_box("db", 44, distribution="centos_7_64bit", metadata=big)
            boxes = [
                {"name": f"{number}", "planid": 44, "distribution": "centos_7_64bit", "metadata": big}
                for number in range(20)
            ]
            with pytest.raises(StateNotSaved, match=r"can't use state file .*db': database or disk is full"):
                emulator.reset({"boxes": boxes})
        assert names(emulator)[0] == "web"
        assert emulator.snapshot() == before == saved(file)
        count = len(names(emulator))
        create(emulator, "mail")
        assert saved(file) == emulator.snapshot()
    with Emulator(state=file) as again:
        assert names(again)[count:] == ["mail"]
        assert [box.id for box in again.client().boxes()] == [*range(10_001, 10_002 + count)]


def test_a_file_that_was_removed_is_an_error(file: Path) -> None:
    emulator = Emulator("manual", state=file)
    create(emulator)
    for path in file.parent.iterdir():
        path.unlink()
    with pytest.raises(JiffyOutcomeUnknownException, match=r"can't use state file .*db': it was removed or replaced"):
        create(emulator, "db")
    with pytest.raises(StateNotSaved, match="it was removed or replaced"):
        emulator.close()
    assert files(file) == set()


def test_a_file_that_is_damaged_meanwhile_is_an_error(file: Path) -> None:
    with Emulator("manual", state=file) as emulator:
        create(emulator)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("UPDATE objects SET json = '{', revision = 9")
            other.execute("UPDATE account SET revision = 9")
        with pytest.raises(StateNotSaved, match=r"invalid state file .*: not JSON"):
            emulator.advance(1)
        assert emulator._service.store
        emulator._service.store.close()


def test_a_file_that_is_locked_for_long_is_an_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOCK_TIMEOUT", 0)
    with Emulator("manual", state=file) as emulator:
        create(emulator)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert names(emulator) == ["web"]
            with pytest.raises(StateNotSaved, match="another process has locked it for 0 seconds"):
                emulator.advance(1)
        emulator.advance(1)


def test_a_failed_write_does_not_replace_the_exception_of_a_block(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "_LOCK_TIMEOUT", 0)
    with Emulator(state=file) as emulator:
        create(emulator)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ZeroDivisionError), Emulator(state=file):
            raise ZeroDivisionError
    assert "another process has locked it" in caplog.text


def test_a_link_is_followed(file: Path) -> None:
    link = file.with_name("link.db")
    link.symlink_to(file)
    with Emulator(state=link) as emulator:
        create(emulator)
    assert link.is_symlink()
    with Emulator(state=file) as again:
        assert names(again) == ["web"]
    assert files(file) == {"state.db", "link.db"}


def test_work_completed_by_a_read_is_saved(file: Path) -> None:
    with Emulator("manual", state=file) as emulator:
        create(emulator)
        emulator.clock.advance(60)
        assert emulator.client().boxes()[0].ready
        assert saved(file) == emulator.snapshot()


def test_impossible_paths_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(JiffyArgumentException, match=r"can't use state file .*: No such file or directory"):
        Emulator(state=tmp_path / "nowhere" / "state.db")
    (tmp_path / "file").touch()
    with pytest.raises(JiffyArgumentException, match=r"can't use state file .*: Not a directory"):
        Emulator(state=tmp_path / "file" / "state.db")
    with pytest.raises(JiffyArgumentException, match=r"can't use state file .*: not a regular file"):
        Emulator(state=tmp_path)
    with pytest.raises(JiffyArgumentException, match=r"can't use state file .*: not a regular file"):
        Emulator(state=os.devnull)
    with pytest.raises(JiffyArgumentException, match="not a valid path"):
        Emulator(state="a\0b")
    with (tmp_path / "large").open("wb") as large:
        large.truncate(2**30 + 1)
    with pytest.raises(JiffyArgumentException, match="larger than 1073741824 bytes"):
        Emulator(state=tmp_path / "large")


def test_the_format_is_version_1(file: Path) -> None:
    with Emulator("manual", token=TOKEN, seed=SEED, state=file) as emulator:
        fill(emulator)
        state = json.loads(emulator.snapshot().state)
    assert state == json.loads(VERSION_1.read_bytes()), "a new form needs a new version"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    kept = [(row[0], str(row[1]), json.loads(str(row[3]))) for row in rows(file)[1:]]
    objects = [(name, key, value) for name, part in state["account"].items() for key, value in part.items()]
    assert sorted(kept, key=str) == sorted(objects, key=str)


@pytest.mark.parametrize("kept", [True, False], ids=["file", "memory"])
def test_the_time_can_be_set(file: Path, kept: bool) -> None:  # noqa: FBT001 (a case)
    with Emulator("manual", state=file if kept else None) as emulator:
        emulator.set_time(2e9)
        create(emulator)
        emulator.advance(10)
        emulator.set_time(1e9)
        [box] = emulator.client().boxes()
        assert (box.status, box.created.timestamp()) == ("CREATING", 1e9)
        assert not kept or saved(file) == emulator.snapshot()
        emulator.advance(29)
        assert not emulator.client().boxes()[0].ready
        emulator.advance(1)
        assert emulator.client().boxes()[0].ready
        for invalid in (-1, 1e12, True):
            with pytest.raises(JiffyArgumentException, match=r"invalid time .*: expected 0 to 253402300799 seconds"):
                emulator.set_time(invalid)

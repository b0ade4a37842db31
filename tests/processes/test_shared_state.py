"""State files that several emulators and processes use, and that are intact after interrupts and kills."""
# pyright: reportPrivateUsage=false

import contextlib
import gc
import itertools
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from jiffybox_sdk import (
    Emulator,
    JiffyMessageException,
    emulator as emulator_package,
)
from jiffybox_sdk.emulator import ServiceRequest
from jiffybox_sdk.emulator._state import store
from tests.support.forks import needs_fork
from tests.support.lines import at_call
from tests.support.scripted import TOKEN
from tests.support.state_files import create, files, names, opened, rows, saved

FILES = (Path(emulator_package.__file__).parent, Path(contextlib.__file__))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def test_several_emulators_share_an_account(file: Path) -> None:
    with Emulator("manual", state=file) as one, Emulator("manual", state=file) as two:
        create(one, "a")
        assert names(two) == ["a"]
        create(two, "b")
        one.advance(60)
        assert [box.status for box in two.client().boxes()] == ["READY", "READY"]
        assert one.snapshot() == two.snapshot() == saved(file)
        with pytest.raises(JiffyMessageException):
            create(one, "b")
        for box in two.client().boxes():
            box.stop()
            one.advance(60)
            box.delete()
        two.advance(60)
        assert names(one) == []
        create(one, "c")
        assert [box.id for box in two.client().boxes()] == [10_003]
        two.reset({"boxes": [{"name": "new", "planid": 44, "distribution": "centos_7_64bit"}]})
        assert names(one) == ["new"]
        assert one.snapshot() == two.snapshot()


def test_snapshots_and_times_contain_what_others_have_changed(file: Path) -> None:
    with Emulator("manual", state=file) as one, Emulator("manual", state=file) as two:
        create(one)
        assert two.snapshot() == one.snapshot()
        one.advance(60)
        one.client().boxes()[0].stop()
        two.run_until_idle()
        assert [box.status for box in one.client().boxes()] == ["READY"]


def test_who_has_missed_much_reads_everything(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_REMEMBERED", 3)
    with Emulator("instant", state=file) as one, Emulator("instant", state=file) as two:
        create(one, "a")
        assert names(two) == ["a"]
        box = one.client().box(10_001)
        box.stop()
        box.delete()
        for number in range(6):
            create(one, f"box {number}")
        assert not [row for row in rows(file) if row[1] == 10_001]  # not even that it was removed
        assert names(two) == names(one) == [f"box {number}" for number in range(6)]
        assert two.snapshot() == one.snapshot()


MANY = """
import sys
from jiffybox_sdk import Emulator
emulator = Emulator(state=sys.argv[1])
client = emulator.client()
for number in range(50):
    box = client.create_box(f"{sys.argv[2]} {number}", 44, distribution="centos_7_64bit")
    print(box.id)
"""


def test_four_processes_create_200_boxes(file: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", MANY, str(file), str(number)], stdout=subprocess.PIPE, text=True)  # noqa: S603
        for number in range(4)
    ]
    ids: list[int] = []
    for process in processes:
        output, _ = process.communicate(timeout=100)
        assert process.returncode == 0
        ids += map(int, output.split())
    assert sorted(ids) == list(range(10_001, 10_201))
    with Emulator(state=file) as emulator:
        boxes = emulator.client().boxes()
        assert sorted(box.id for box in boxes) == sorted(ids)
        assert {box.name for box in boxes} == {f"{name} {number}" for name in range(4) for number in range(50)}


KILLED = """
import sys
from jiffybox_sdk import Emulator
emulator = Emulator(state=sys.argv[1])
emulator.client().create_box("web", 44, distribution="centos_7_64bit")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL elsewhere")
def test_killing_the_process_loses_nothing(file: Path) -> None:
    with subprocess.Popen(  # noqa: S603 (this Python, and a program of our own)
        [sys.executable, "-c", KILLED, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with Emulator(state=file) as emulator:
        assert names(emulator) == ["web"]
    assert files(file) == {"state.db"}


ORPHANED = """
import os, subprocess, sys
from jiffybox_sdk import Emulator
file, killed = sys.argv[1:]
emulator = Emulator(state=file)
emulator.client().create_box("db", 44, distribution="centos_7_64bit")
ready, go = os.pipe()
child = os.fork()
if not child:
    os.close(go)
    os.read(ready, 1)
    sys.exit()
emulator.client().create_box("mail", 44, distribution="centos_7_64bit")
emulator.close()
with subprocess.Popen([sys.executable, "-c", killed, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
    process.stdout.readline()
    process.kill()
os.close(go)
os.waitpid(child, 0)
print(*(box.name for box in Emulator(state=file).client().boxes()))
"""


@needs_fork
def test_a_child_that_outlives_its_parents_emulator_loses_nothing(file: Path) -> None:
    command = [sys.executable, "-c", ORPHANED, str(file), KILLED]
    result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (as above)
    assert result.stdout == "db mail web\n"


def test_a_collected_emulator_closes_the_file(file: Path) -> None:
    emulator = Emulator(state=file)
    create(emulator)
    del emulator
    gc.collect()
    assert files(file) == {"state.db"}


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("kept", [True, False], ids=["file", "memory"])
def test_an_interrupt_at_any_call_leaves_all_or_nothing(tmp_path: Path, kept: bool) -> None:  # noqa: FBT001 (a case)
    body = b'{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}'
    request = ServiceRequest("POST", f"/{TOKEN}/v1.0/jiffyBoxes", body)
    outcomes: list[int] = []
    for number in itertools.count(1):
        file = tmp_path / f"{number}.db"
        with Emulator("manual", token=TOKEN, state=file if kept else None) as emulator:
            create(emulator, "first")
            emulator.clock.advance(60)  # work is due
            with suppress(KeyboardInterrupt), at_call(number, interrupt, FILES) as reached:
                emulator.handle(request)
            if not reached:
                break
            boxes = emulator.client().boxes()
            assert [box.name for box in boxes] in (["first"], ["first", "web"]), reached
            assert [box.id for box in boxes] == [*range(10_001, 10_001 + len(boxes))], reached
            assert boxes[0].ready, reached
            assert not kept or emulator.snapshot() == saved(file), reached
            create(emulator, "next")
            assert len(emulator.client().box(10_002).ips.public) == 1
            outcomes.append(len(boxes))
    assert len(outcomes) > 100
    assert {*outcomes} == {1, 2}


def test_an_interrupted_reader_misses_nothing_afterwards(tmp_path: Path) -> None:
    number = 0
    for number in itertools.count(1):
        file = tmp_path / f"{number}.db"
        with opened(file) as one, opened(file) as two:
            create(one, "a")
            assert names(two) == ["a"]
            one.advance(60)  # this changes the box
            create(one, "b")
            with suppress(KeyboardInterrupt), at_call(number, interrupt, FILES) as reached:
                two.client().boxes()
            if not reached:
                break
            two.client().boxes()
            account = two._service.account
            content = account.content()
            assert two.snapshot() == saved(file), reached
            assert {box.id: account.box_named(box.name) for box in content.boxes.values()} == content.boxes, reached
            assert {ip.id: ip for box in content.boxes for ip in account.ips_of(box)} == content.ips, reached
            two.run_until_idle()
            assert not account.due, reached
    assert number > 100


def test_errors_of_the_code_that_a_transaction_interrupts_are_its_own(file: Path) -> None:
    with Emulator("manual", state=file) as emulator:
        create(emulator)

        def change() -> None:
            with emulator._service.changing():
                emulator._service.account.add_group("a", [])
                raise TimeoutError

        with pytest.raises(TimeoutError):
            change()
        assert emulator.snapshot() == saved(file)
        assert len(emulator.client().contact_groups()) == 1


def test_copies_and_comparisons_contain_what_others_have_changed(file: Path) -> None:
    with Emulator("manual", state=file) as one, Emulator("manual", state=file) as two:
        create(one, "web")
        assert names(two.copy()) == ["web"]
        create(one, "db")
        assert two.differences(two.copy()) == []
        create(one, "mail")
        assert two.differences(one) == []
        assert two.differences(two) == []

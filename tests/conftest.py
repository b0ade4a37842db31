"""Fixtures of all tests."""

from collections.abc import Generator
from pathlib import Path

import pytest

from jiffybox_sdk import Box, Emulator, JiffyBox
from jiffybox_sdk.clock import SystemClock
from jiffybox_sdk.emulator._clock import slept
from jiffybox_sdk.emulator._server.app import running
from tests.support.accounts import SEED
from tests.support.scripted import TOKEN, VirtualClock, emulated
from tests.support.shell import Shell


@pytest.fixture(autouse=True)
def _virtual_time_begins_at_zero() -> None:
    """What a thread slept in one test is no part of its time in the next one, where it could make sums be rounded."""
    slept.set(0.0)


@pytest.fixture
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has clients without a clock of their own repeat and wait without taking real time."""
    clock = VirtualClock()
    for name in ("monotonic", "time", "sleep"):
        monkeypatch.setattr(SystemClock, name, staticmethod(getattr(clock, name)))


@pytest.fixture
def emulator() -> Emulator:
    """An emulated service with an empty account, in virtual time."""
    return Emulator()


@pytest.fixture
def client(emulator: Emulator) -> Generator[JiffyBox]:
    """A client of the emulated service."""
    with emulator.client() as client:
        yield client


@pytest.fixture
def box(client: JiffyBox) -> Box:
    """A box that is ready and runs."""
    created = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": "web"})
    return created.wait_for_status("READY")


@pytest.fixture(scope="module")
def served() -> Generator[tuple[Emulator, str]]:
    """An emulated service on a socket, under the clock `manual`, and its address. It serves several tests."""
    emulator = Emulator("manual")
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The command `jiffybox`, in this process."""
    return Shell(tmp_path, capsys, monkeypatch)


@pytest.fixture
def files(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, which the command is called in."""
    folder = shell.folder / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def account() -> Emulator:
    """An account with some of everything, where nothing is done by itself."""
    return Emulator("manual", token=TOKEN, seed=SEED)


@pytest.fixture
def url(account: Emulator) -> Generator[str]:
    """The address of that account, on a real socket."""
    with emulated(account) as url:
        yield url


@pytest.fixture
def at_work(shell: Shell, url: str) -> Shell:
    """The command `jiffybox`, which has that account from the environment."""
    return shell.at(url)

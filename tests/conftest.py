"""Fixtures of all tests."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from jiffybox_sdk import Box, Emulator, JiffyBox
from jiffybox_sdk._client.retry_loop import JITTER
from jiffybox_sdk.clock import SystemClock
from jiffybox_sdk.emulator._clock import slept
from jiffybox_sdk.emulator._server.app import running
from tests.support.accounts import SEED
from tests.support.scripted import TOKEN, VirtualClock, emulated
from tests.support.shell import Shell

Emulator.self_check = True


@pytest.fixture(scope="session", autouse=True)
def _default_sigint() -> Generator[None]:
    """Python's default handler for Ctrl-C, and so the system's default in subprocesses.

    A shell starts background jobs with SIGINT ignored, which processes inherit from each other.
    """
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, inherited)


@pytest.fixture(autouse=True)
def _virtual_time_from_zero() -> None:
    """Reset the virtual time of this thread: seconds slept in earlier tests could cause rounding errors."""
    slept.set(0.0)


@pytest.fixture
def virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients without a clock of their own retry and wait in virtual time."""
    clock = VirtualClock()
    for name in ("monotonic", "time", "sleep"):
        monkeypatch.setattr(SystemClock, name, staticmethod(getattr(clock, name)))


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-offs that always take the longest possible time."""

    def upper_bound(_: float, upper: float) -> float:
        return upper

    monkeypatch.setattr(JITTER.get(), "uniform", upper_bound)


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without proxies."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
            monkeypatch.delenv(name)


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with an empty account, in virtual time."""
    return Emulator()


@pytest.fixture
def client(emulator: Emulator) -> Generator[JiffyBox]:
    """A client of the emulator."""
    with emulator.client() as client:
        yield client


@pytest.fixture
def box(client: JiffyBox) -> Box:
    """A box that is ready and running."""
    created = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": "web"})
    return created.wait_for_status("READY")


@pytest.fixture(scope="module")
def served() -> Generator[tuple[Emulator, str]]:
    """An emulator with the clock `manual` on a socket, and its URL. Shared by the tests of a module."""
    emulator = Emulator("manual")
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The `jiffybox` command, run in this process."""
    return Shell(tmp_path, capsys, monkeypatch)


@pytest.fixture
def files(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, and the command's working directory."""
    folder = shell.folder / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def account() -> Emulator:
    """An account with objects of every kind, whose clock is moved by hand."""
    return Emulator("manual", token=TOKEN, seed=SEED)


@pytest.fixture
def url(account: Emulator) -> Generator[str]:
    """The URL of that account, on a real socket."""
    with emulated(account) as url:
        yield url


@pytest.fixture
def at_work(shell: Shell, url: str) -> Shell:
    """The `jiffybox` command, with that account in its environment."""
    return shell.at(url)

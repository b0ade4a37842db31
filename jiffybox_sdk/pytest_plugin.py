"""Fixtures for tests of code that uses the SDK. pytest finds them by itself once the package is installed.

    def test_it_survives_a_lost_answer(jiffybox: JiffyBoxFixture) -> None:
        jiffybox.emulator.add_fault("create_box", drop=True, moment="after")
        with pytest.raises(JiffyOutcomeUnknownException):
            jiffybox.client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit")
        assert [box.name for box in jiffybox.client.boxes()] == ["web"]

- `jiffybox`: a fresh emulator, and a client that is wired to it; in process, in virtual time.
- `async_jiffybox`: the same with an async client.
- `jiffybox_server`: an emulator on a real socket of this machine, reset for each test; needs the extra `server`.

A marker says what they begin with:

    @pytest.mark.jiffybox(clock="manual", seed={"boxes": [...]}, faults=[{"call": "get_box", "status": 502}])

Time is virtual under the clock `auto`, if the marker says nothing: it moves when the client of the fixture waits. A
client of your own, or one in another process, does not move it: for those, choose the clock `instant`, or `real` with a
`speed`. A latency is virtual in process, and real on a socket.

A test that passes fails all the same when a fault that was laid down for it never struck, or when the emulator was
about to break a schema.
"""

from collections.abc import Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.emulator import ClockPolicy, Emulator, Fault, SeedDocument

# Nothing of the SDK is imported before a test asks for it, so that all others don't pay for it.


_PASSED = pytest.StashKey[bool]()


@dataclass(frozen=True, slots=True)
class JiffyBoxFixture:
    """An emulator and a client of it.

    Attributes:
        emulator: The emulator.
        client: The client. It is closed after the test.
    """

    emulator: "Emulator"
    client: "JiffyBox"


@dataclass(frozen=True, slots=True)
class AsyncJiffyBoxFixture:
    """An emulator and an async client of it.

    Attributes:
        emulator: The emulator.
        client: The client, for asyncio and trio. It is closed after the test.
    """

    emulator: "Emulator"
    client: "AsyncJiffyBox"


@dataclass(frozen=True, slots=True)
class JiffyBoxServerFixture:
    """An emulator on a socket, for code in other processes or with a client of its own: see above about its time.

    Attributes:
        emulator: The emulator; it lives in this process.
        client: A client that talks to it over the socket.
        url: Its address.
        token: The token that it takes.
    """

    emulator: "Emulator"
    client: "JiffyBox"
    url: str
    token: str


@dataclass(frozen=True, slots=True)
class _Options:
    """What the marker says."""

    clock: "ClockPolicy" = "auto"
    speed: float = 1.0
    seed: "SeedDocument | None" = None
    faults: "Sequence[Fault | Mapping[str, object]]" = ()


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line(
        "markers",
        "jiffybox(clock='auto', speed=1, seed=None, faults=()): what the emulator of the fixtures jiffybox,"
        " async_jiffybox and jiffybox_server begins with",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Takes note of whether a test has passed."""
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def jiffybox(request: pytest.FixtureRequest) -> Generator[JiffyBoxFixture]:
    """A fresh emulated service in process, in virtual time, and a client of it."""
    emulator = _emulator(request)
    with emulator.client() as client:
        yield JiffyBoxFixture(emulator, client)
    _check(emulator, request)


@pytest.fixture
def async_jiffybox(request: pytest.FixtureRequest) -> Generator[AsyncJiffyBoxFixture]:
    """A fresh emulated service in process, in virtual time, and an async client of it."""
    emulator = _emulator(request)
    client = emulator.async_client()
    yield AsyncJiffyBoxFixture(emulator, client)
    _finish(client.close())
    _check(emulator, request)


@pytest.fixture(scope="session")
def _jiffybox_server() -> "Generator[tuple[Emulator, str]]":
    from jiffybox_sdk.emulator import Emulator  # noqa: PLC0415

    try:
        from jiffybox_sdk.emulator._server.app import running  # noqa: PLC0415
    except ModuleNotFoundError as error:
        pytest.fail(
            f"the fixture jiffybox_server needs {error.name}: pip install 'jiffybox-sdk[server]'", pytrace=False
        )

    emulator = Emulator()
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture
def jiffybox_server(
    request: pytest.FixtureRequest, _jiffybox_server: "tuple[Emulator, str]"
) -> Generator[JiffyBoxServerFixture]:
    """The emulated service on a socket of this machine, reset for each test. Its time is virtual."""
    from jiffybox_sdk.api.client import JiffyBox  # noqa: PLC0415
    from jiffybox_sdk.emulator import TOKEN  # noqa: PLC0415

    emulator, url = _jiffybox_server
    options = _options(request)
    emulator.reset(options.seed, clock=options.clock, speed=options.speed)
    _lay_down(emulator, options)
    with JiffyBox(TOKEN, url, clock=emulator.clock) as client:
        yield JiffyBoxServerFixture(emulator, client, url, TOKEN)
    _check(emulator, request)


def _options(request: pytest.FixtureRequest) -> _Options:
    known = {field.name for field in fields(_Options)}
    given: dict[str, Any] = {}
    for mark in request.node.iter_markers("jiffybox"):  # the nearest one first, which goes before the others
        if mark.args or mark.kwargs.keys() - known:
            pytest.fail(f"the marker jiffybox takes {', '.join(sorted(known))}, by name", pytrace=False)
        given = {**mark.kwargs, **given}
    return _Options(**given)


def _emulator(request: pytest.FixtureRequest) -> "Emulator":
    from jiffybox_sdk.emulator import Emulator  # noqa: PLC0415

    options = _options(request)
    emulator = Emulator(options.clock, speed=options.speed, seed=options.seed)
    _lay_down(emulator, options)
    return emulator


def _lay_down(emulator: "Emulator", options: _Options) -> None:
    from jiffybox_sdk.emulator._faults import as_fault  # noqa: PLC0415

    for fault in options.faults:
        emulator.lay_down(as_fault(fault))


def _check(emulator: "Emulator", request: pytest.FixtureRequest) -> None:
    if not request.node.stash.get(_PASSED, False):
        return  # it says enough by itself
    if emulator.defects:
        pytest.fail(f"the emulator was about to break a schema: {emulator.defects[0]}", pytrace=False)
    if faults := emulator.never_struck():
        pytest.fail(f"a fault never struck: {'; '.join(map(str, faults))}", pytrace=False)


def _finish(work: Coroutine[None, None, None]) -> None:
    """Runs to its end what waits for nothing: in process there are no connections to close."""
    try:
        work.send(None)
    except StopIteration:
        return
    pytest.fail("closing the client had to wait for something", pytrace=False)

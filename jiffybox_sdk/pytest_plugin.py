"""Fixtures for testing code that uses the SDK. pytest finds them once the package is installed.

    def test_it_survives_a_lost_answer(jiffybox: JiffyBoxFixture) -> None:
        jiffybox.emulator.add_fault("create_box", drop=True, moment="after")
        with pytest.raises(JiffyOutcomeUnknownException):
            jiffybox.client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit")
        assert [box.name for box in jiffybox.client.boxes()] == ["web"]

- `jiffybox`: a new emulator and a client for it, in the same process.
- `async_jiffybox`: the same with an async client.
- `jiffybox_server`: an emulator on a local socket, reset before each test. Requires the extra `server`.
- `jiffybox_factory`: makes further emulators with clients, for tests of several accounts.
- `jiffybox_module`, `jiffybox_session`: an emulator and a client that the tests of a module or of the whole run share.
  With pytest-xdist, each process has its own.

A marker configures the emulator:

    @pytest.mark.jiffybox(clock="manual", seed={"boxes": [...]}, faults=[{"call": "get_box", "status": 502}])

`lenient=True` ignores unknown parameters, which are rejected by default.

`sweep=True` runs the test once without faults, and then once with each fault that each of its calls could meet, as
`Emulator.sweep` does, and `sweep={"depth": 2}` passes its options. In each run, `jiffybox` or `async_jiffybox` is new;
other fixtures are not. A report has the output of the first failure only.

`vary=20` runs the test once for each of twenty variations of the emulator (see `Emulator`), whose numbers are shown in
the names of the tests and in reports of failures. A test that passes all of them depends only on documented and
recorded behaviour of the service.

`jiffybox_factory` takes the same options, except `sweep` and `vary`. `jiffybox_module` is configured by the marker in
`pytestmark`, and `jiffybox_session` by calling its emulator.

The default clock is `auto`: virtual time that advances when the fixture's client waits. It does not advance for your
own clients or for those in other processes, which need the clock `instant`, or `real` with a `speed`. Latency is
virtual in the same process and real on a socket.

An otherwise passing test fails if a fault of its emulator was never triggered, or if a response violated the schemas.
This is checked once for emulators that tests share.

The async client works in tests of pytest-asyncio, of anyio and of trio.

Tools that record HTTP traffic, such as vcrpy, write the token into their files, because it is part of each URL. The
emulator's default token is public. Let the tool replace others, for example with `before_record_request` of vcrpy.
"""

import inspect
import logging
from collections.abc import Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.emulator import ClockPolicy, Emulator, Fault, SeedDocument

# The SDK is imported in the fixtures, so that the plugin adds no overhead to other tests.

_PASSED = pytest.StashKey[bool]()


@dataclass(frozen=True, slots=True)
class JiffyBoxFixture:
    """An emulator and a client for it.

    Attributes:
        emulator: The emulator.
        client: The client, which is closed after the test.
    """

    emulator: "Emulator"
    client: "JiffyBox"


@dataclass(frozen=True, slots=True)
class AsyncJiffyBoxFixture:
    """An emulator and an async client for it.

    Attributes:
        emulator: The emulator.
        client: The client, for asyncio and trio. It is closed after the test.
    """

    emulator: "Emulator"
    client: "AsyncJiffyBox"


@dataclass(frozen=True, slots=True)
class JiffyBoxServerFixture:
    """An emulator on a socket, for code in other processes or with its own clients.

    Attributes:
        emulator: The emulator, which runs in a thread of this process.
        client: A client, connected through the socket.
        url: The `api_url` for other clients.
        token: The token for other clients.
    """

    emulator: "Emulator"
    client: "JiffyBox"
    url: str
    token: str


class JiffyBoxFactory(Protocol):
    """Makes emulators with clients."""

    def __call__(
        self,
        *,
        clock: "ClockPolicy" = ...,
        speed: float = ...,
        seed: "SeedDocument | None" = ...,
        faults: "Sequence[Fault | Mapping[str, object]]" = ...,
        lenient: bool = ...,
    ) -> JiffyBoxFixture:
        """Return a new emulator and a client, which is closed after the test.

        Args:
            clock: The clock policy.
            speed: For the clock `real`: seconds at the service per real second.
            seed: The account's initial content.
            faults: The faults to inject.
            lenient: Whether to ignore unknown parameters.

        The defaults are the options of the marker.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Options:
    """The arguments of the marker."""

    clock: "ClockPolicy" = "auto"
    speed: float = 1.0
    seed: "SeedDocument | None" = None
    faults: "Sequence[Fault | Mapping[str, object]]" = ()
    lenient: bool = False
    sweep: "bool | Mapping[str, Any]" = False
    vary: int | None = None  # in the marker, the number of variations; otherwise, the number of one of them


_VARIED = frozenset({"jiffybox", "async_jiffybox", "jiffybox_server", "jiffybox_factory", "jiffybox_module"})
_MOST_VARIATIONS = 1000


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "jiffybox(clock='auto', speed=1, seed=None, faults=(), lenient=False, sweep=False, vary=None): options for the "
        "emulator of the fixtures jiffybox, async_jiffybox, jiffybox_server, jiffybox_factory and jiffybox_module",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Replace the run of tests that are to be swept by a sweep."""
    for item in items:
        given = [mark.kwargs["sweep"] for mark in item.iter_markers("jiffybox") if "sweep" in mark.kwargs]
        if isinstance(item, pytest.Function) and given and given[0] not in (False, None):  # of the closest marker
            # Not by a hook that runs the test, because plugins for async tests have such hooks, too.
            item.runtest = partial(_sweep, item)  # type: ignore[method-assign]


def _sweep(item: pytest.Function) -> None:
    from jiffybox_sdk.emulator._sweep import Runner, sweep  # noqa: PLC0415
    from jiffybox_sdk.exceptions import JiffyArgumentException  # noqa: PLC0415

    options, test = _options(item), item.obj
    is_async = inspect.iscoroutinefunction(test)
    name = "async_jiffybox" if is_async else "jiffybox"
    fixture = item.funcargs.get(name)
    if not isinstance(fixture, JiffyBoxFixture | AsyncJiffyBoxFixture):
        pytest.fail(f"{'an async' if is_async else 'a'} test with sweep needs the fixture {name}", pytrace=False)
    if options.faults or options.clock != "auto":
        pytest.fail("sweep can't be combined with faults or another clock: it injects faults itself", pytrace=False)
    arguments = {name: item.funcargs[name] for name in inspect.signature(test).parameters}
    given: Mapping[str, Any] | bool = {} if options.sweep is True else options.sweep
    if not isinstance(given, Mapping) or given.keys() - {"depth", "most", "choice", "repeatable"}:
        pytest.fail("invalid sweep: expected True or options of Emulator.sweep, such as {'depth': 2}", pytrace=False)

    def program(emulator: "Emulator") -> None:
        _forget_output(item)
        with emulator.client() as client:
            test(**{**arguments, name: JiffyBoxFixture(emulator, client)})

    async def async_program(emulator: "Emulator") -> None:
        _forget_output(item)
        async with emulator.async_client() as client:
            await test(**{**arguments, name: AsyncJiffyBoxFixture(emulator, client)})

    runner = Runner(async_program if is_async else program, fixture.emulator)
    try:
        result = sweep(runner, **given)
        for history in result.failures[:1]:
            runner.run(history)  # once more, since pytest shows the output of the last run
    except JiffyArgumentException as error:
        pytest.fail(str(error).replace("program", "test"), pytrace=False)
    item.user_properties.append(("jiffybox sweep", str(result).splitlines()[-1]))
    if result.failures:
        pytest.fail(str(result), pytrace=False)


def _forget_output(item: pytest.Function) -> None:
    """Forget what the last run of a test has logged and printed."""
    for handler in list[Any](logging.getLogger().handlers):
        if hasattr(handler, "records"):  # one of pytest's
            handler.clear()
    capture: Any = item.config.pluginmanager.getplugin("capturemanager")
    if capture:
        capture.read_global_capture()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each variation that its marker asks for."""
    mark = next((mark for mark in metafunc.definition.iter_markers("jiffybox") if "vary" in mark.kwargs), None)
    count: int | None = mark.kwargs["vary"] if mark else None
    if count is None:
        return
    problem = ""
    if type(count) is not int or not 1 <= count <= _MOST_VARIATIONS:
        problem = f"invalid vary {count!r}: expected the number of variations, from 1 to {_MOST_VARIATIONS}, such as 20"
    elif "jiffybox_session" in metafunc.fixturenames:
        problem = "jiffybox_session can't vary, because all tests share it: use jiffybox or jiffybox_module"
    elif (
        not _VARIED.intersection(metafunc.fixturenames)
        and "request" not in inspect.signature(metafunc.function).parameters
    ):
        if mark not in metafunc.definition.own_markers:
            return  # the marker is that of a class or a module with other tests
        problem = f"vary needs one of the fixtures {', '.join(sorted(_VARIED))}: make others with Emulator(vary=7)"
    if problem:
        pytest.fail(f"invalid marker jiffybox of {metafunc.definition.nodeid}: {problem}", pytrace=False)
    name = "jiffybox_module" if "jiffybox_module" in metafunc.fixturenames else "_jiffybox_variation"
    if name not in metafunc.fixturenames:
        metafunc.fixturenames.append(name)
    metafunc.parametrize(
        name,
        range(count),
        ids=[f"vary-{number}" for number in range(count)],
        indirect=True,
        scope="module" if name == "jiffybox_module" else "function",
    )


@pytest.fixture
def _jiffybox_variation(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def _variation(node: pytest.Item | pytest.Collector) -> int | None:
    """Return the number of the variation that a test runs with, if there is one."""
    parameters: Mapping[str, int] = getattr(getattr(node, "callspec", None), "params", {})
    return parameters.get("_jiffybox_variation", parameters.get("jiffybox_module"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was tried in sweeps that have passed."""
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    sweeps = [(report.nodeid, dict(report.user_properties).get("jiffybox sweep")) for report in passed]
    if lines := [f"{test}: {text}" for test, text in sweeps if text]:
        terminalreporter.section("sweeps")
        terminalreporter.write_line("\n".join(lines))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Record whether a test has passed, and show the variation of one that has failed."""
    report = yield
    if report.failed and (number := _variation(item)) is not None:
        report.sections.append(
            ("jiffybox", f"The test fails with this variation of the emulator: Emulator(vary={number})")
        )
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def jiffybox(request: pytest.FixtureRequest) -> Generator[JiffyBoxFixture]:
    """Provide a new in-process emulator running in virtual time, with a client for it."""
    emulator = _emulator(_options(request.node))
    with emulator.client() as client:
        yield JiffyBoxFixture(emulator, client)
    _check(emulator, request)


@pytest.fixture
def jiffybox_factory(request: pytest.FixtureRequest) -> Generator[JiffyBoxFactory]:
    """Provide a function that makes in-process emulators running in virtual time, with clients for them."""
    made: list[JiffyBoxFixture] = []
    options = _options(request.node)

    def make(**given: Any) -> JiffyBoxFixture:  # the parameters of `JiffyBoxFactory`
        emulator = _emulator(replace(options, **given))
        made.append(JiffyBoxFixture(emulator, emulator.client()))
        return made[-1]

    yield make
    for each in made:
        each.client.close()
    for each in made:
        _check(each.emulator, request)


def _shared(request: pytest.FixtureRequest) -> Generator[JiffyBoxFixture]:
    failed_before = request.session.testsfailed
    emulator = _emulator(replace(_options(request.node), vary=getattr(request, "param", None)))
    with emulator.client() as client:
        yield JiffyBoxFixture(emulator, client)
    if request.session.testsfailed == failed_before:
        _check_emulator(emulator)


@pytest.fixture(scope="module")
def jiffybox_module(request: pytest.FixtureRequest) -> Generator[JiffyBoxFixture]:
    """Provide an in-process emulator running in virtual time and a client, which the tests of a module share."""
    yield from _shared(request)


@pytest.fixture(scope="session")
def jiffybox_session(request: pytest.FixtureRequest) -> Generator[JiffyBoxFixture]:
    """Provide an in-process emulator running in virtual time and a client, which all tests share."""
    yield from _shared(request)


@pytest.fixture
def async_jiffybox(request: pytest.FixtureRequest) -> Generator[AsyncJiffyBoxFixture]:
    """Provide a new in-process emulator running in virtual time, with an async client for it."""
    emulator = _emulator(_options(request.node))
    client = emulator.async_client()
    yield AsyncJiffyBoxFixture(emulator, client)
    _run(client.close())
    _check(emulator, request)


@contextmanager
def _served(vary: int | None = None) -> "Generator[tuple[Emulator, str]]":
    from jiffybox_sdk.emulator import Emulator  # noqa: PLC0415

    try:
        from jiffybox_sdk.emulator._server.app import running  # noqa: PLC0415
    except ModuleNotFoundError as error:
        pytest.fail(
            f"the fixture jiffybox_server requires {error.name}: pip install 'jiffybox-sdk[server]'", pytrace=False
        )

    emulator = Emulator(vary=vary)
    with running(emulator) as url:
        yield emulator, url


@pytest.fixture(scope="session")
def _jiffybox_server() -> "Generator[tuple[Emulator, str]]":
    with _served() as served:
        yield served


@pytest.fixture
def jiffybox_server(request: pytest.FixtureRequest) -> Generator[JiffyBoxServerFixture]:
    """Provide an emulator on a local socket, running in virtual time and reset before each test."""
    from jiffybox_sdk.api.client import JiffyBox  # noqa: PLC0415
    from jiffybox_sdk.emulator import TOKEN  # noqa: PLC0415

    options = _options(request.node)
    shared = options.vary is None
    with nullcontext(request.getfixturevalue("_jiffybox_server")) if shared else _served(options.vary) as served:
        emulator, url = served
        _configure(emulator, options)
        with JiffyBox(TOKEN, url, clock=emulator.clock) as client:
            yield JiffyBoxServerFixture(emulator, client, url, TOKEN)
        _check(emulator, request)


def _options(node: pytest.Item | pytest.Collector) -> _Options:
    known = {field.name for field in fields(_Options)}
    given: dict[str, Any] = {}
    for mark in node.iter_markers("jiffybox"):  # starting with the closest one, which takes precedence
        if mark.args or mark.kwargs.keys() - known:
            pytest.fail(f"invalid marker jiffybox: expected keywords {', '.join(sorted(known))}", pytrace=False)
        given = {**mark.kwargs, **given}
    number = _variation(node)
    if given.get("vary") is not None and number is None and isinstance(node, pytest.Item):
        pytest.fail("invalid marker jiffybox: pytest can't vary this kind of test, only functions", pytrace=False)
    given["vary"] = number
    return _Options(**given)


def _emulator(options: _Options) -> "Emulator":
    from jiffybox_sdk.emulator import Emulator  # noqa: PLC0415

    emulator = Emulator(vary=options.vary)
    emulator.self_check = True  # so that emulator failures are not blamed on the tested code
    _configure(emulator, options)
    return emulator


def _configure(emulator: "Emulator", options: _Options) -> None:
    from jiffybox_sdk.emulator._faults import as_fault  # noqa: PLC0415

    emulator.reset(options.seed, clock=options.clock, speed=options.speed)
    emulator.lenient = options.lenient
    for fault in options.faults:
        emulator.inject(as_fault(fault))


def _check(emulator: "Emulator", request: pytest.FixtureRequest) -> None:
    if request.node.stash.get(_PASSED, False):
        _check_emulator(emulator)


def _check_emulator(emulator: "Emulator") -> None:
    if emulator.defects:
        pytest.fail(f"a response of the emulator violated the schemas: {emulator.defects[0]}", pytrace=False)
    if faults := emulator.never_triggered():
        pytest.fail(f"a fault was never triggered: {'; '.join(map(str, faults))}", pytrace=False)


def _run(coroutine: Coroutine[None, None, None]) -> None:
    """Run a coroutine that never suspends, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    pytest.fail("closing the client required an event loop", pytrace=False)

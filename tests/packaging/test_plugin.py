"""The pytest plugin: its fixtures, its checks, and its imports."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, JiffyBox
from jiffybox_sdk.pytest_plugin import (
    AsyncJiffyBoxFixture,
    JiffyBoxFactory,
    JiffyBoxFixture,
    JiffyBoxServerFixture,
)
from tests.support.asynchronous import backends, run

SEED = {"boxes": [{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}]}


def test_the_fixture_is_a_new_account_in_virtual_time(jiffybox: JiffyBoxFixture) -> None:
    assert jiffybox.client.boxes() == []
    box = jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    assert box.wait_for_status().ready
    assert [entry.call for entry in jiffybox.emulator.journal()][:2] == ["list_boxes", "create_box"]


@backends
def test_the_async_fixture_is_a_new_account_in_virtual_time(async_jiffybox: AsyncJiffyBoxFixture, backend: str) -> None:
    async def main() -> None:
        assert await async_jiffybox.client.boxes() == []
        box = await async_jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
        assert (await box.wait_for_status()).ready

    run(main, backend)


@pytest.mark.parametrize("time", [1, 2])
def test_the_server_is_reset_for_each_test(jiffybox_server: JiffyBoxServerFixture, time: int) -> None:
    assert jiffybox_server.client.boxes() == []
    box = jiffybox_server.client.create_box(f"web {time}", 44, distribution="centos_7_64bit")
    assert box.wait_for_status().id == 10001
    assert jiffybox_server.url.startswith("http://127.0.0.1:")
    assert jiffybox_server.token not in repr(jiffybox_server.client)


@pytest.mark.jiffybox(clock="real", speed=1000)
def test_other_clients_of_the_server_wait_in_real_time(jiffybox_server: JiffyBoxServerFixture) -> None:
    with JiffyBox(jiffybox_server.token, jiffybox_server.url) as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        assert box.wait_for_status(poll_interval=0.01).ready


@pytest.mark.jiffybox(seed=SEED, clock="instant")
class TestMarked:
    def test_the_marker_configures_the_account(self, jiffybox: JiffyBoxFixture) -> None:
        assert [box.name for box in jiffybox.client.boxes()] == ["web"]
        assert jiffybox.emulator.clock.policy == "instant"

    @pytest.mark.jiffybox(clock="manual", faults=[{"call": "list_boxes", "status": 502}])
    def test_the_closest_marker_takes_precedence(self, jiffybox_server: JiffyBoxServerFixture) -> None:
        assert jiffybox_server.emulator.clock.policy == "manual"
        assert [box.name for box in jiffybox_server.client.boxes()] == ["web"]
        assert [entry.status for entry in jiffybox_server.emulator.journal()] == [502, 200]

    @pytest.mark.jiffybox(lenient=True)
    @pytest.mark.parametrize("fixture", ["jiffybox", "async_jiffybox", "jiffybox_server"])
    def test_the_marker_makes_the_emulator_lenient(self, request: pytest.FixtureRequest, fixture: str) -> None:
        assert request.getfixturevalue(fixture).emulator.lenient

    def test_emulators_are_strict_without_the_marker(self, jiffybox_server: JiffyBoxServerFixture) -> None:
        assert not jiffybox_server.emulator.lenient


@pytest.mark.jiffybox(clock="manual", seed=SEED)
def test_the_factory_makes_separate_accounts(jiffybox_factory: JiffyBoxFactory) -> None:
    one, other = jiffybox_factory(), jiffybox_factory(clock="instant", seed=None)
    assert (one.emulator.clock.policy, [box.name for box in one.client.boxes()]) == ("manual", ["web"])
    assert (other.emulator.clock.policy, other.client.boxes()) == ("instant", [])


FAILING = """
import pytest
from jiffybox_sdk.emulator import EmulatorDefect
from jiffybox_sdk.emulator._handlers import boxes

@pytest.mark.parametrize("fixture", ["jiffybox", "async_jiffybox", "jiffybox_server"])
def test_fault(fixture, request):
    request.getfixturevalue(fixture).emulator.add_fault("get_plan", drop=True)

@pytest.mark.parametrize("fixture", ["jiffybox", "jiffybox_server"])
def test_defect(fixture, request, monkeypatch):
    emulated = request.getfixturevalue(fixture)
    monkeypatch.setattr(boxes, "list_all", lambda _: {"1": {}})
    with pytest.raises(Exception):
        emulated.client.boxes()

@pytest.mark.jiffybox(colour="red")
def test_marker(jiffybox):
    pass

def test_skip(jiffybox):
    jiffybox.emulator.add_fault("get_plan", drop=True)
    pytest.skip("skipped tests are not checked")

def test_failure(jiffybox):
    jiffybox.emulator.add_fault("get_plan", drop=True)
    assert jiffybox.client.boxes() == [1]

def test_good(jiffybox):
    jiffybox.emulator.add_fault("list_plans", status=502)
    assert jiffybox.client.plans()
"""


def pytest_run(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_unused_faults_and_schema_violations_fail_a_test(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING, "utf-8")
    message = pytest_run(tmp_path).stdout
    assert "1 failed, 6 passed, 1 skipped, 6 errors" in message
    assert message.count("a fault was never triggered: get_plan: ") >= 3
    assert message.count("a response of the emulator violated the schemas: list_boxes: ") >= 2
    assert "expected keywords clock, faults, lenient, seed, speed, sweep, vary" in message
    assert "test_good" not in message


SHARED = """
import pytest

pytestmark = pytest.mark.jiffybox(clock="manual", seed={"boxes": [
    {"name": "web", "planid": 44, "distribution": "centos_7_64bit"}]})

@pytest.mark.parametrize("count", [1, 2])
def test_shared(jiffybox_module, jiffybox_session, count):
    assert len(jiffybox_module.client.boxes()) == count
    jiffybox_module.client.create_box(f"box {count}", 44, distribution="centos_7_64bit")
    assert jiffybox_session.emulator.clock.policy == "auto"
    jiffybox_session.client.create_contact_group(f"group {__name__} {count}", ["admin@example.org"])

def test_session(jiffybox_session):
    names = [group.name for group in jiffybox_session.client.contact_groups()]
    assert [name for name in names if __name__ in name] == [f"group {__name__} 1", f"group {__name__} 2"]
    assert len(names) == (5 if __name__ == "test_2" else 3)
"""


def test_a_module_and_the_whole_run_can_share_an_account(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"test_{number}.py").write_text(SHARED, "utf-8")
    assert "6 passed" in pytest_run(tmp_path, "-p", "no:xdist").stdout


@pytest.mark.parametrize(("last", "summary"), [("pass", "3 passed, 3 errors"), ("assert False", "3 failed in")])
def test_shared_and_further_accounts_are_checked_in_the_end(tmp_path: Path, last: str, summary: str) -> None:
    for name in ("jiffybox_module", "jiffybox_session", "jiffybox_factory"):
        account = f"{name}()" if name == "jiffybox_factory" else name
        program = f"def test({name}):\n    {account}.emulator.add_fault('get_plan', drop=True)\n    {last}\n"
        (tmp_path / f"test_{name}.py").write_text(program, "utf-8")
    assert summary in pytest_run(tmp_path).stdout


VARIED = """
import pytest
import unittest

PLAN = {"planid": 44, "distribution": "centos_7_64bit"}
BOXES = {"boxes": [{"name": "web", **PLAN}]}

def names(client):
    return [box.name for box in client.boxes()]

@pytest.mark.jiffybox(vary=3, seed=BOXES)
@pytest.mark.parametrize("fixture", ["jiffybox", "async_jiffybox", "jiffybox_server"])
def test_dynamic(request, fixture):
    emulated = request.getfixturevalue(fixture)
    assert f"[vary-{emulated.emulator.vary}-" in request.node.name
    assert fixture.startswith("async") or names(emulated.client) == ["web"]

@pytest.mark.jiffybox(vary=3)
class TestClass:
    def test_factory(self, jiffybox_factory, jiffybox_server):
        assert jiffybox_factory().emulator.vary == jiffybox_factory(seed=BOXES).emulator.vary
        assert jiffybox_server.emulator.vary == jiffybox_factory().emulator.vary

    @pytest.mark.jiffybox(vary=None)
    def test_once(self, jiffybox):
        assert jiffybox.emulator.vary is None

    def test_without_an_emulator(self):
        pass

@pytest.mark.jiffybox(vary=2, sweep=True)
def test_swept(jiffybox, request):
    assert f"[vary-{jiffybox.emulator.vary}]" in request.node.name
    assert len(jiffybox.client.plans()) == 12

def test_server(jiffybox_server):
    assert jiffybox_server.emulator.vary is None

@pytest.mark.jiffybox(vary=20)
def test_ids(jiffybox):
    assert jiffybox.client.create_box("web", 44, distribution="centos_7_64bit").id < 10500
"""

SHARED_VARIED = """
import pytest

pytestmark = pytest.mark.jiffybox(vary=2)

def test_first(jiffybox_module, jiffybox):
    assert jiffybox.emulator.vary == jiffybox_module.emulator.vary
    jiffybox_module.client.create_box("web", 44, distribution="centos_7_64bit")

def test_second(jiffybox_module):
    assert len(jiffybox_module.client.boxes()) == 1
"""


def test_a_marked_test_runs_once_for_each_variation(tmp_path: Path) -> None:
    (tmp_path / "test_varied.py").write_text(VARIED, "utf-8")
    (tmp_path / "test_shared.py").write_text(SHARED_VARIED, "utf-8")
    emulated = [Emulator(vary=number) for number in range(20)]
    failing = [
        emulator.vary
        for emulator in emulated
        if emulator.client().create_box("web", 44, distribution="centos_7_64bit").id >= 10500
    ]
    assert 0 < len(failing) < 20
    message = pytest_run(tmp_path, "-p", "no:xdist", "-p", "no:randomly").stdout
    assert f"{len(failing)} failed, {9 + 3 + 1 + 1 + 2 + 1 + 20 + 4 - len(failing)} passed" in message, message
    for number in failing:
        assert f"test_ids[vary-{number}]" in message
        assert f"The test fails with this variation of the emulator: Emulator(vary={number})" in message
    assert message.count("The test fails with this variation") == len(failing)


def test_the_example_in_the_documentation_passes(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "pages" / "emulator.md"
    [program] = re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (tmp_path / "test_example.py").write_text(program, "utf-8")
    message = pytest_run(tmp_path, "-vv").stdout
    assert "20 passed" in message
    assert "test_a_box_gets_its_metadata[vary-7] PASSED" in message


@pytest.mark.parametrize(
    ("mark", "argument", "problem"),
    [
        *(
            (f"vary={count}", "jiffybox", f"invalid vary {count}: expected the number of variations, from 1 to 1000")
            for count in ("0", "-1", "1001", "True", "'20'", "2.0", "[7]")
        ),
        ("vary=2", "jiffybox_session", "jiffybox_session can't vary, because all tests share it"),
        ("vary=2", "tmp_path", "vary needs one of the fixtures async_jiffybox, jiffybox, "),
    ],
)
def test_an_invalid_variation_is_explained(tmp_path: Path, mark: str, argument: str, problem: str) -> None:
    program = f"import pytest\n@pytest.mark.jiffybox({mark})\ndef test({argument}):\n    pass\n"
    (tmp_path / "test_invalid.py").write_text(program, "utf-8")
    message = pytest_run(tmp_path).stdout
    assert f"invalid marker jiffybox of test_invalid.py::test: {problem}" in message
    assert "Traceback" not in message
    assert "1 error" in message


def test_a_method_of_a_unittest_class_cannot_vary(tmp_path: Path) -> None:
    (tmp_path / "test_old.py").write_text(
        "import unittest, pytest\n"
        "@pytest.mark.jiffybox(vary=2)\n@pytest.mark.usefixtures('jiffybox')\n"
        "class Old(unittest.TestCase):\n    def test(self):\n        pass\n",
        "utf-8",
    )
    message = pytest_run(tmp_path).stdout
    assert "invalid marker jiffybox: pytest can't vary this kind of test, only functions" in message


ASYNCIO = ("-o", "asyncio_default_fixture_loop_scope=function")
"""An option without which pytest-asyncio warns."""

ASYNC = """
import pytest

@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.{marker}
async def test_it_waits(async_jiffybox, count):
    box = await async_jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    assert (await box.wait_for_status()).id == 10001
    assert len((await async_jiffybox.client.wait_for_all([box])).boxes) == 1
"""


def test_it_works_side_by_side_with_xdist_pytest_asyncio_and_anyio(tmp_path: Path) -> None:
    for marker in ("asyncio", "anyio"):
        (tmp_path / f"test_{marker}.py").write_text(ASYNC.format(marker=marker), "utf-8")
    (tmp_path / "test_shared.py").write_text(SHARED, "utf-8")
    done = pytest_run(tmp_path, "-n", "2", "--dist", "loadfile", "-W", "error", *ASYNCIO)
    assert "9 passed" in done.stdout, done.stdout  # those of anyio on asyncio and on trio
    assert "warning" not in done.stdout


def test_the_plugin_imports_nothing_until_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import json, sys\n"
        "def pytest_unconfigure():\n"
        "    print(json.dumps([name for name in sys.modules if name.split('.')[0] in\n"
        "        ('jiffybox_sdk', 'pydantic', 'httpx', 'tenacity', 'starlette', 'uvicorn')]))\n",
        "utf-8",
    )
    (tmp_path / "test_nothing.py").write_text("def test_nothing():\n    pass\n", "utf-8")
    # Other plugins may import anything.
    alone = pytest_run(tmp_path, "-p", "jiffybox_sdk.pytest_plugin", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert sorted(json.loads(alone.stdout.splitlines()[-1])) == [
        "jiffybox_sdk",
        "jiffybox_sdk._lazy",
        "jiffybox_sdk._version",
        "jiffybox_sdk.pytest_plugin",
    ]

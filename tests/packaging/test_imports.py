"""Imports: the modules they load, the public names, and the attributes of the records of 2016."""

import ast
import importlib
import importlib.util
import inspect
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import jiffybox_sdk
from jiffybox_sdk import BackupType, Box, Distribution, JiffyBox, Plan, aio, api, exceptions
from tests.support.loopback import Service
from tests.support.scripted import envelope, example, http, server

PACKAGE = Path(jiffybox_sdk.__file__).parent

USE_A_PAYLOAD = """
from jiffybox_sdk import Box, Distribution, JiffyAttributeException, JiffyBox, Plan, schemas, validate
raw = schemas.load("box")["examples"][0]
assert validate(raw, "box") == Box(raw)
try:
    validate({}, Plan)
except JiffyAttributeException:
    pass
"""
CALL_THE_COMMAND = """
import contextlib, io
from jiffybox_sdk import _cli
with contextlib.redirect_stdout(io.StringIO()):
    assert _cli.main([{}]) == 0
"""
BOX_12345 = envelope({**example("box"), "id": 12345}).content
HEAVY = {"pydantic", "httpx", "tenacity", "jiffybox_sdk.emulator"}


def run(*arguments: str) -> str:
    """Run Python in a new process and return its output."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=PACKAGE.parent).stdout  # noqa: S603


@pytest.mark.parametrize(
    ("program", "loaded"),
    [
        ("import jiffybox_sdk; dir(jiffybox_sdk)", set[str]()),
        ("import jiffybox_sdk.api; dir(jiffybox_sdk.api)", set[str]()),
        ("import jiffybox_sdk.exceptions", set[str]()),
        ("from jiffybox_sdk import JiffyException, JiffyTimeoutException", set[str]()),
        ("from jiffybox_sdk import *", {"pydantic", "jiffybox_sdk.emulator"}),
        (USE_A_PAYLOAD, {"pydantic"}),
        (CALL_THE_COMMAND.format("'--help'"), set[str]()),
        (CALL_THE_COMMAND.format("'--api-key', '0123456789abcdef', '--dry-run', 'plans'"), {"pydantic"}),
    ],
)
def test_imports_load_only_the_modules_they_need(program: str, loaded: set[str]) -> None:
    printed = run("-W", "error", "-c", f"{program}\nimport sys; print(*({HEAVY} & sys.modules.keys()))")
    assert set(printed.split()) == loaded


IMPORT = "from jiffybox_sdk import JiffyBox, Box"
MAKE_A_CLIENT = f"{IMPORT}; client = JiffyBox('0123456789abcdef', URL)"
IMPORT_ASYNC = "from jiffybox_sdk import AsyncJiffyBox, AsyncBox"
MAKE_AN_ASYNC_CLIENT = f"{IMPORT_ASYNC}; client = AsyncJiffyBox('0123456789abcdef', URL)"
CALL_ASYNC = """
import asyncio
async def main():
    async with client:
        await client.box(12345)
asyncio.run(main())
"""
EMULATE = """
from jiffybox_sdk import Emulator
Emulator().client().create_box("web", 44, distribution="debian_stretch_64bit")
"""
SERVE = """
import urllib.request
from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
with running(Emulator()) as url:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/__emulator__/health")
"""

UNUSED = (
    "tenacity jsonschema starlette uvicorn jiffybox_sdk.pytest_plugin jiffybox_sdk._cli jiffybox_sdk.validation "
    "jiffybox_sdk._client.polling jiffybox_sdk._records.module_doc "
    "jiffybox_sdk.models._kinds jiffybox_sdk.models._check_types"
)
"""What no first call needs."""

HTTPX = "httpx click rich"
"""What is needed only by transports for httpx, and what httpx loads if it is installed."""

NETWORK = (
    "httpcore h11 trio ssl socket anyio asyncio email jiffybox_sdk._client.transport.pool "
    "jiffybox_sdk._client.transport.async_pool"
)
"""What only calls need."""

CLIENT = "logging jiffybox_sdk._client.transport jiffybox_sdk._client.response jiffybox_sdk.drift"
"""What only clients need."""

PANEL = "jiffybox_sdk.emulator._server.panel jiffybox_sdk.emulator._server.pages offapi"
"""What only the control panel needs."""

REQUESTS = "jiffybox_sdk.models._request jiffybox_sdk.models.requests.create_box"
"""What only calls that create a box need."""

SYNC_ONLY = "jiffybox_sdk.api jiffybox_sdk._client.transport.sync"
ASYNC_ONLY = "jiffybox_sdk.aio jiffybox_sdk._client.transport.async_pool jiffybox_sdk._client.transport.asynchronous"
SEEDS = "jiffybox_sdk.emulator._seeds jiffybox_sdk.models.requests.change_box"


SLOW = "httpx httpcore tenacity anyio asyncio http email rich jiffybox_sdk.api.client jiffybox_sdk.validation"
COMMANDS = "jiffybox_sdk._cli.commands jiffybox_sdk._cli.validate jiffybox_sdk._cli.session"


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        ("'--help'", f"{SLOW} {COMMANDS} pydantic"),
        ("'--version'", f"{SLOW} {COMMANDS} pydantic"),
        ("'box', 'create', '--help'", f"{SLOW} jiffybox_sdk._cli.commands.ip"),
        ("'schema', 'list'", SLOW),
        ("'--local', 'plans'", "httpx httpcore tenacity anyio asyncio http email rich jiffybox_sdk.validation tomllib"),
    ],
)
def test_the_command_loads_nothing_before_it_is_needed(arguments: str, absent: str, tmp_path: Path) -> None:
    program = f"import os; os.environ['XDG_STATE_HOME'] = {str(tmp_path)!r}{CALL_THE_COMMAND.format(arguments)}"
    loaded = run("-c", f"{program}\nimport sys\nprint(*sys.modules)").split()
    assert [name for name in absent.split() if name in loaded] == []


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        (IMPORT, [UNUSED, HTTPX, NETWORK, CLIENT, REQUESTS, ASYNC_ONLY, "jiffybox_sdk.emulator"]),
        (IMPORT_ASYNC, [UNUSED, HTTPX, NETWORK, CLIENT, REQUESTS, SYNC_ONLY, "jiffybox_sdk.emulator"]),
        (MAKE_A_CLIENT, [UNUSED, HTTPX, NETWORK, REQUESTS, ASYNC_ONLY, "jiffybox_sdk.emulator"]),
        (f"{MAKE_A_CLIENT}; client.close()", [UNUSED, HTTPX, NETWORK]),
        (MAKE_AN_ASYNC_CLIENT, [UNUSED, HTTPX, NETWORK, REQUESTS, SYNC_ONLY, "jiffybox_sdk.emulator"]),
        (f"{MAKE_A_CLIENT}; client.box(12345)", [UNUSED, HTTPX, REQUESTS, ASYNC_ONLY, "asyncio jiffybox_sdk.emulator"]),
        (f"{MAKE_AN_ASYNC_CLIENT}\n{CALL_ASYNC}", [UNUSED, HTTPX, REQUESTS, SYNC_ONLY, "jiffybox_sdk.emulator"]),
        (EMULATE, [UNUSED, ASYNC_ONLY, SEEDS, "asyncio"]),
        (SERVE, [PANEL]),
    ],
)
def test_nothing_is_loaded_before_it_is_needed(program: str, absent: list[str]) -> None:
    with server(Service(http(BOX_12345))) as url:
        printed = run("-c", f"URL = {url!r}\n{program}\nimport sys\nprint(*sys.modules)")
    loaded = {name for name in printed.split() if not name.startswith("_")}
    expected = " ".join(absent).split()
    assert [name for name in expected if name in loaded] == []


@pytest.mark.parametrize("group", [UNUSED, NETWORK, CLIENT, PANEL, REQUESTS, SYNC_ONLY, ASYNC_ONLY, SEEDS])
def test_each_module_that_is_loaded_late_exists(group: str) -> None:
    names = [name for name in group.split() if importlib.util.find_spec(name) is None]
    assert [name for name in names if name.startswith("jiffybox_sdk")] == []


def test_pydantic_has_the_loader_of_plugins_that_the_command_replaces() -> None:
    loader = importlib.import_module("pydantic.plugin._loader")
    assert tuple(loader.get_plugins()) == ()


@pytest.mark.parametrize("package", [jiffybox_sdk, api, aio])
def test_dir_lists_the_public_names_and_each_can_be_imported(package: object) -> None:
    assert inspect.ismodule(package)
    names: list[str] = package.__all__
    assert names == sorted(names)
    assert {*names} <= {*dir(package)}
    assert not any(name.startswith("_") for name in dir(package))
    for name in names:
        assert getattr(package, name) is BackupType or getattr(package, name).__name__ == name


@pytest.mark.parametrize("package", [jiffybox_sdk, api, aio])
def test_type_checkers_and_the_interpreter_agree_on_public_names(package: object) -> None:
    assert inspect.ismodule(package)
    seen = {
        alias.name: imported.module
        for block in ast.parse(inspect.getsource(package)).body
        if isinstance(block, ast.If)
        for imported in block.body
        if isinstance(imported, ast.ImportFrom)
        for alias in imported.names
    }
    modules = {name for name, home in seen.items() if home == package.__name__}
    homes = {name: home for name, home in seen.items() if name not in modules}
    assert homes == {name: home for home, names in package._NAMES.items() for name in names.split()}
    assert sorted(homes) == package.__all__
    assert modules == {*dir(package)} - {*homes}
    for name, home in homes.items():
        assert getattr(importlib.import_module(str(home)), name) is getattr(package, name)


@pytest.mark.parametrize("package", ["jiffybox_sdk", "jiffybox_sdk.api", "jiffybox_sdk.aio"])
def test_an_unknown_name_raises_attribute_error(package: str) -> None:
    module = importlib.import_module(package)
    assert not hasattr(module, "Server")
    with pytest.raises(AttributeError, match=rf"module '{package}' has no attribute 'Server'"):
        getattr(module, "Server")  # noqa: B009 (type checkers would reject an attribute)


def test_the_api_package_has_the_same_classes() -> None:
    assert (api.JiffyBox, api.Box, api.Distribution, api.Plan) == (JiffyBox, Box, Distribution, Plan)
    public = {name for name in jiffybox_sdk.__all__ if name.endswith("Exception")}
    assert public == {name for name in vars(exceptions) if name.endswith("Exception")}
    assert {"JiffyException", "JiffyMessageException", "JiffyAttributeException"} <= public


FIELDS: dict[type[Box | Distribution | Plan], str] = {
    Box: "activeProfile created host id ips isBeingCopied manualBackupRunning metadata name plan recoverymodeActive"
    " running runningSince status private_ips public_ips ready",
    Distribution: "defaultKernel id minDiskSizeMB name rootdiskMode",
    Plan: "cpus diskSizeInMB id name priceCap pricePerHour pricePerHourFrozen ramInMB",
}


@pytest.mark.parametrize("record", FIELDS, ids=lambda record: record.__name__)
def test_records_have_the_attributes_of_2016(record: type[Box | Distribution | Plan]) -> None:
    instance = record(example(record.__name__.lower(), -1), None, "7")
    for name in FIELDS[record].split():
        assert hasattr(instance, name)
    assert {*record.model_fields} <= {*FIELDS[record].split()}


def test_attributes_have_the_types_of_2016() -> None:
    box = Box(example("box", 1))
    assert isinstance(box.created, datetime)
    assert isinstance(box.runningSince, datetime)
    assert isinstance(box.plan, Plan)
    assert box.activeProfile is not None
    assert TypeAdapter(dict[str, object]).validate_python(box.activeProfile.disks).keys() == {"xvda", "xvdb"}

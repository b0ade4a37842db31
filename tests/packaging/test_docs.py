"""The documentation: the reference is complete, and the table of calls is correct."""

import ast
import inspect
import re
import zlib
from pathlib import Path
from types import ModuleType

import pytest

import jiffybox_sdk
from jiffybox_sdk import Emulator, operations, validation
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk._common.operation import Call
from jiffybox_sdk.api import backups, box, checks, client, contact_groups, doc, ips
from jiffybox_sdk.emulator import ServiceRequest
from tests.support.calls import SAMPLES
from tests.support.scripted import TOKEN

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "pages" / "calls.md").read_text("utf-8")

each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
each_module = pytest.mark.parametrize("module", [backups, box, checks, client, contact_groups, doc, ips])


def pattern(path: str) -> str:
    """Return a path with `*` for each argument."""
    return re.sub(r"<[^>]*>|\{[^}]*\}", "*", path)


def test_names_and_paths_of_calls_are_unique() -> None:
    assert len(CALLS) == len({call.name for call in CALLS}) == len({(call.verb, call.path) for call in CALLS})


@each_call
def test_each_call_has_a_row_with_its_methods_and_retries(call: Call) -> None:
    path = call.path.replace("{", "<").replace("}", ">")
    [row] = [line for line in TABLE.splitlines() if line.startswith(f"| `{call.verb} {path}` |")]
    _, methods, returns, retried = row.strip("| ").split(" | ")
    assert re.fullmatch(r"(\[`\w+\.\w+`\]\(reference/[\w-]+\.md#jiffybox_sdk\.\w+\.\w+\)(, |$))+", methods)
    assert re.fullmatch(r"`[\w\[\], ]+`", returns)
    assert retried == ("yes" if call.on(*["1"] * call.path.count("{")).repeatable else "no")


@each_call
def test_each_call_is_answered_by_the_emulator(call: Call) -> None:
    emulator = Emulator(token=TOKEN)
    path = call.on(*["1"] * call.path.count("{")).path
    # A call without a handler raises EmulatorDefect.
    response = emulator.handle(ServiceRequest(call.verb, f"/{TOKEN}/v1.0/{path}", b"{}"))
    assert b"wird nicht unterstuetzt" not in response.body


@each_call
def test_each_call_is_tested(call: Call) -> None:
    assert call.name in {name for name, _, _ in SAMPLES.values()}


def sent_by(name: str) -> Call:
    """Return the call that a function of `operations` makes."""
    code = inspect.getsource(getattr(operations, name))
    [name] = re.findall(r"endpoints\.([A-Z_]+)\.on\(", code)
    [call] = [call for call in CALLS if call.name.upper() == name]
    return call


@each_module
def test_docstrings_name_the_call_that_their_method_makes(module: ModuleType) -> None:
    methods = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    count = 0
    for method in methods:
        documented = re.findall(r"`(GET|POST|PUT|DELETE) ([^`]+)`", ast.get_docstring(method) or "")
        for operation in re.findall(r"operations\.(\w+)\(", ast.unparse(method)):
            call = sent_by(operation)
            assert (call.verb, pattern(call.path)) in [(verb, pattern(path)) for verb, path in documented], method.name
            count += 1
    assert count or module is ips


@pytest.fixture(scope="module")
def inventory(site: Path) -> set[str]:
    """All names in the reference."""
    *_, packed = (site / "objects.inv").read_bytes().split(b"\n", 4)
    return {line.split(" ")[0] for line in zlib.decompress(packed).decode().splitlines()}


def test_every_public_name_is_in_the_reference(inventory: set[str]) -> None:
    assert {f"jiffybox_sdk.{name}" for name in jiffybox_sdk.__all__} - inventory == set()
    assert {f"jiffybox_sdk.validation.{name}" for name in validation.__all__} - inventory == set()


def test_the_schemas_module_is_in_the_reference(inventory: set[str]) -> None:
    names = {"VERSION", "names", "path", "load", "bundle", "openapi"}
    assert {f"jiffybox_sdk.schemas.{name}" for name in names} - inventory == set()


def test_every_method_in_the_table_is_in_the_reference(inventory: set[str]) -> None:
    named = set(re.findall(r"#(jiffybox_sdk\.[\w.]+)\)", TABLE))
    assert len(named) > len(CALLS)
    assert named - inventory == set()


def test_fields_of_records_and_members_of_enums_are_in_the_reference(inventory: set[str]) -> None:
    names = ("Box.activeProfile", "AsyncBox.plan", "Check.contactGroups", "HttpCheck.domainname", "Weekday.SUNDAY")
    assert {f"jiffybox_sdk.{name}" for name in names} - inventory == set()

"""The documentation: it can be built, names everything that is public, and its table of calls tells the truth."""

import ast
import inspect
import re
import subprocess
import sys
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
from tests.contract.test_missing_fields import ASKED
from tests.support.scripted import TOKEN

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "pages" / "calls.md").read_text("utf-8")

each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
each_module = pytest.mark.parametrize("module", [backups, box, checks, client, contact_groups, doc, ips])


def pattern(path: str) -> str:
    """A path with the same mark for every argument."""
    return re.sub(r"<[^>]*>|\{[^}]*\}", "*", path)


def run(*command: str) -> str:
    """What a module prints; an exit code other than 0 fails the test."""
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_there_are_as_many_calls_as_the_service_has() -> None:
    assert len(CALLS) == len({call.name for call in CALLS}) == len({(call.verb, call.path) for call in CALLS}) == 35


def test_the_table_of_calls_is_what_is_made_of_the_operations() -> None:
    assert run("scripts/calls_table.py", "--check") == ""


@each_call
def test_each_call_has_a_row_with_a_method_and_says_whether_it_is_repeated(call: Call) -> None:
    path = call.path.replace("{", "<").replace("}", ">")
    [row] = [line for line in TABLE.splitlines() if line.startswith(f"| `{call.verb} {path}` |")]
    _, methods, returns, repeated = row.strip("| ").split(" | ")
    assert re.fullmatch(r"(\[`\w+\.\w+`\]\(reference/[\w-]+\.md#jiffybox_sdk\.\w+\.\w+\)(, |$))+", methods)
    assert re.fullmatch(r"`[\w\[\], ]+`", returns)
    assert repeated == ("yes" if call.on(*["1"] * call.path.count("{")).repeatable else "no")


@each_call
def test_each_call_is_answered_by_the_emulator(call: Call) -> None:
    emulator = Emulator(token=TOKEN)
    path = call.on(*["1"] * call.path.count("{")).path
    # What has no handler would be a defect of the emulator, which is raised.
    response = emulator.handle(ServiceRequest(call.verb, f"/{TOKEN}/v1.0/{path}", b"{}"))
    assert b"wird nicht unterstuetzt" not in response.body


@each_call
def test_each_call_is_made_by_a_test(call: Call) -> None:
    assert call.name in {name for name, _, _ in ASKED.values()}


def sent_by(name: str) -> Call:
    """The call that a function of `operations` makes."""
    code = inspect.getsource(getattr(operations, name))
    [found] = re.findall(r"endpoints\.([A-Z_]+)\.on\(", code)
    [call] = [call for call in CALLS if call.name.upper() == found]
    return call


@each_module
def test_what_a_docstring_says_is_sent_is_what_is_sent(module: ModuleType) -> None:
    methods = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    seen = 0
    for method in methods:
        told = re.findall(r"`(GET|POST|PUT|DELETE) ([^`]+)`", ast.get_docstring(method) or "")
        for operation in re.findall(r"operations\.(\w+)\(", ast.unparse(method)):
            call = sent_by(operation)
            assert (call.verb, pattern(call.path)) in [(verb, pattern(path)) for verb, path in told], method.name
            seen += 1
    assert seen or module is ips


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All names that the built reference explains."""
    site = tmp_path_factory.mktemp("site")
    printed = run("-m", "mkdocs", "build", "--quiet", "--strict", "-f", "docs/mkdocs.yml", "-d", str(site))
    assert printed == ""  # a warning would end a strict build as well
    *_, packed = (site / "objects.inv").read_bytes().split(b"\n", 4)
    return {line.split(" ")[0] for line in zlib.decompress(packed).decode().splitlines()}


def test_every_public_name_is_in_the_reference(inventory: set[str]) -> None:
    assert {f"jiffybox_sdk.{name}" for name in jiffybox_sdk.__all__} - inventory == set()
    assert {f"jiffybox_sdk.validation.{name}" for name in validation.__all__} - inventory == set()


def test_all_that_gives_schemas_is_in_the_reference(inventory: set[str]) -> None:
    names = {"VERSION", "names", "path", "load", "bundle", "openapi"}
    assert {f"jiffybox_sdk.schemas.{name}" for name in names} - inventory == set()


def test_every_method_that_the_table_names_is_in_the_reference(inventory: set[str]) -> None:
    named = set(re.findall(r"#(jiffybox_sdk\.[\w.]+)\)", TABLE))
    assert len(named) > len(CALLS)
    assert named - inventory == set()


def test_the_fields_of_records_and_the_members_of_enums_are_in_the_reference(inventory: set[str]) -> None:
    names = ("Box.activeProfile", "AsyncBox.plan", "Check.contactGroups", "HttpCheck.domainname", "Weekday.SUNDAY")
    assert {f"jiffybox_sdk.{name}" for name in names} - inventory == set()

"""The schemas and the OpenAPI document in validators, linters and code generators of others, and in frozen programs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, schemas
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator._server.app import running
from tests.support.environments import programs_of
from tests.support.schema_tools import items
from tests.support.scripted import TOKEN

ROOT = Path(__file__).parents[2]
OURS = Path(__file__).parent / "generators"
GENERATORS = programs_of(".venv-generators")
NPM = ROOT / ".npm"
PAGE = (ROOT / "docs" / "pages" / "schemas.md").read_text("utf-8")

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")


def run(*command: str | Path, cwd: Path, path: str = "") -> str:
    """Return the output of a command, which must succeed."""
    env = {
        **os.environ,
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        "REDOCLY_TELEMETRY": "off",
        "PATH": os.pathsep.join([str(GENERATORS), str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    done = subprocess.run(  # noqa: S603 (our own command lines)
        command, cwd=cwd, env={**env, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def generators() -> Path:
    """The folder of the tools in Python."""
    assert (GENERATORS.parent / ".tools").exists(), "run: make .venv-generators/.tools"
    return GENERATORS


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A folder where programs find the tools for Node.js."""
    assert (NPM / ".tools").exists(), "run: make .npm/.tools"
    (tmp_path / "node_modules").symlink_to(NPM / "node_modules")
    return tmp_path


def write(file: Path, document: object) -> Path:
    file.write_text(json.dumps(document), "utf-8")
    return file


def saved_box(folder: Path) -> Path:
    return write(folder / "box.json", items(schemas.load("box")["examples"])[0])


def code(language: str) -> list[str]:
    """Return the examples of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


TYPED = """
from typing import Any, assert_type

from jiffy_box_api_client import Client
from jiffy_box_api_client.api.jiffy_boxes import get_box, list_boxes
from jiffy_box_api_client.models import Box, BoxEnvelope, BoxesEnvelope, BoxesEnvelopeResult, BoxStatus, ErrorEnvelope
from jiffy_box_api_client.models import Plan

client = Client(base_url="")
boxes = list_boxes.sync("", client=client)
assert_type(boxes, Any | BoxesEnvelope | ErrorEnvelope | None)
if isinstance(boxes, BoxesEnvelope):
    assert_type(boxes.result, BoxesEnvelopeResult)
    assert_type(boxes.result["1"], Box)
box = get_box.sync("", 1, client=client)
assert_type(box, Any | BoxEnvelope | ErrorEnvelope | None)
if isinstance(box, BoxEnvelope):
    assert_type(box.result, Box)
    assert_type(box.result.plan, Plan)
"""

PROGRAM = """
import sys

from jiffy_box_api_client import Client
from jiffy_box_api_client.api.doc import get_module
from jiffy_box_api_client.api.jiffy_boxes import change_box, create_box, get_box
from jiffy_box_api_client.api.monitoring import create_check
from jiffy_box_api_client.models import ChangeBox, CreateBox, DnsCheck, Metadata

token = sys.argv[2]
with Client(base_url=sys.argv[1]) as client:
    role = Metadata.from_dict({"role": "web", "tags": ["a"]})
    body = CreateBox("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata=role)
    box = create_box.sync(token, client=client, body=body).result
    change_box.sync(token, box.id, client=client, body=ChangeBox(metadata=Metadata.from_dict({"tags": None})))
    answer = get_box.sync(token, box.id, client=client)
    box = answer.result
    print(type(answer).__name__, type(box).__name__, box.plan.name, box.metadata.to_dict())
    answer = get_box.sync(token, 99, client=client)
    print(type(answer).__name__, answer.result, answer.messages[0].type_)
    print(type(get_module.sync(token, "JiffyBoxes", client=client)).__name__)
    body = DnsCheck("dns", box.ips.public[0], 53, "dns", "A", "example.org", "198.51.100.7", check_interval=60)
    check = create_check.sync(token, client=client, body=body).result
    print(check.check_type, check.zone, check.check_interval)
"""


@pytest.mark.parametrize("plain", [False, True], ids=["all", "plain"])
def test_openapi_python_client_types_all_responses(generators: Path, tmp_path: Path, *, plain: bool) -> None:
    document = write(tmp_path / "openapi.json", schemas.openapi(plain=plain))
    made = tmp_path / "client"
    generate = ("openapi-python-client", "generate", "--fail-on-warning")
    run(*generate, "--path", document, "--output-path", made, cwd=tmp_path)
    modules = [*made.glob("jiffy_box_api_client/api/*/[a-z]*.py")]
    assert len(modules) == len(CALLS)
    for module in modules:
        assert re.search(
            r"\) -> Any \| (\w+Envelope \| ErrorEnvelope|ErrorEnvelope \| \w+Envelope) \| None:",
            module.read_text("utf-8"),
        )
    (tmp_path / "typed.py").write_text(TYPED, "utf-8")
    run(sys.executable, "-m", "mypy", "--config-file=", "typed.py", cwd=tmp_path, path=str(made))
    if not plain:
        return
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    with running(Emulator("instant", token=TOKEN)) as url:
        printed = run(generators / "python", "program.py", url, TOKEN, cwd=tmp_path, path=str(made)).splitlines()
    assert printed == [
        "BoxEnvelope Box CloudLevel 1 {'role': 'web'}",
        "ErrorEnvelope False error",
        "ModuleEnvelope",
        "dns example.org 60",
    ]


@needs_npm
@pytest.mark.parametrize("plain", [False, True], ids=["all", "plain"])
def test_types_of_openapi_typescript_take_metadata_and_type_responses(node: Path, *, plain: bool) -> None:
    write(node / "openapi.json", schemas.openapi(plain=plain))
    shutil.copy(OURS / "program.ts", node)
    tools = NPM / "node_modules" / ".bin"
    run(tools / "openapi-typescript", "openapi.json", "--output", "jiffybox.d.ts", cwd=node)
    run(tools / "tsc", "--strict", "--noEmit", "--lib", "es2022,dom", "program.ts", cwd=node)


@needs_npm
@pytest.mark.parametrize("plain", [False, True], ids=["all", "plain"])
def test_redocly_finds_no_error(node: Path, *, plain: bool) -> None:
    document = write(node / "openapi.json", schemas.openapi(plain=plain))
    found = run(NPM / "node_modules" / ".bin" / "redocly", "lint", document, "--format=json", cwd=node)
    assert json.loads(found)["totals"]["errors"] == 0


@needs_npm
@pytest.mark.parametrize("plain", [False, True], ids=["all", "plain"])
def test_ajv_takes_each_bundle_in_strict_mode(node: Path, *, plain: bool) -> None:
    folder = node / "bundles"
    folder.mkdir()
    for number, name in enumerate([*schemas.names(), None]):
        write(folder / f"{number}.json", schemas.bundle(name, plain=plain))
    shutil.copy(OURS / "ajv.mjs", node)
    [vocabulary] = re.findall(r"ajv\.addVocabulary\(\[(.*?)\]\)", PAGE)
    own = () if plain else re.findall(r'"(.*?)"', vocabulary)
    assert run("node", "ajv.mjs", "bundles", *own, cwd=node) == f"{len(schemas.names()) + 1}\n"


@needs_npm
def test_the_example_for_ajv_works(node: Path) -> None:
    [program] = code("js")
    box = saved_box(node)
    write(node / "box.schema.json", schemas.bundle("box", plain=True))
    (node / "example.mjs").write_text(program, "utf-8")
    assert run("node", "example.mjs", cwd=node) == "valid\n"
    write(box, {})
    assert "must have required property 'id'" in run("node", "example.mjs", cwd=node)


def test_the_examples_in_python_work(tmp_path: Path) -> None:
    box = saved_box(tmp_path)
    programs = code("python")
    outputs = {"": 0, "True\n": 0}
    for program in programs:
        outputs[run(sys.executable, "-c", program, cwd=tmp_path, path=str(ROOT))] += 1
    assert outputs == {"": 2, "True\n": 1}
    write(box, {"id": "x"})
    for program in programs:
        printed = run(sys.executable, "-c", program, cwd=tmp_path, path=str(ROOT))
        assert printed == "False\n" or ("required" in printed and "'x' is not of type" in printed.replace('"', "'"))


@pytest.mark.usefixtures("generators")
def test_check_jsonschema_takes_a_bundle(tmp_path: Path) -> None:
    [command] = [line for block in code("shell") for line in block.splitlines() if line.startswith("check-jsonschema")]
    saved_box(tmp_path)
    write(tmp_path / "box.schema.json", schemas.bundle("box", plain=True))
    assert "ok" in run(*command.split(), cwd=tmp_path)


@pytest.mark.parametrize("source", ["schemas", "jiffybox_sdk/openapi.json"])
def test_datamodel_codegen_makes_typed_models(source: str, tmp_path: Path) -> None:
    target = tmp_path / ("models" if source == "schemas" else "models.py")
    run(sys.executable, "-m", "datamodel_code_generator", "--input", ROOT / source, "--output", target, cwd=tmp_path)
    home = "models.box" if source == "schemas" else "models"
    example = json.dumps(schemas.load("box")["examples"])
    program = f"""
from {home} import Box
[*boxes] = [Box.model_validate(box) for box in {json.loads(example)!r}]
print(boxes[0].name, boxes[0].plan.name, type(boxes[0].plan).__name__)
"""
    assert run(sys.executable, "-W", "error", "-c", program, cwd=tmp_path) == "web CloudLevel 1 Plan\n"


@pytest.mark.usefixtures("generators")
def test_a_frozen_program_has_the_schemas(tmp_path: Path) -> None:
    """PyInstaller is told the folder of the package as if it were installed."""
    [command] = [line for block in code("shell") for line in block.splitlines() if line.startswith("pyinstaller")]
    shutil.copytree(
        ROOT / "jiffybox_sdk", tmp_path / "code" / "jiffybox_sdk", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "schemas", tmp_path / "code" / "jiffybox_sdk" / "_schemas")
    (tmp_path / "program.py").write_text(
        "from jiffybox_sdk import schemas, validate\n"
        "box = validate(schemas.load('box')['examples'][0], 'box')\n"
        "print(len(schemas.names()), box.name, schemas.openapi()['openapi'], len(schemas.bundle()['$defs']))\n",
        "utf-8",
    )
    run(*command.split(), "--log-level=ERROR", cwd=tmp_path, path=str(tmp_path / "code"))
    count = len(schemas.names())
    assert run(tmp_path / "dist" / "program" / "program", cwd=tmp_path) == f"{count} web 3.1.0 {count}\n"

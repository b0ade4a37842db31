"""The contents of the wheel, and the installed wheel in an environment without the project."""

import os
import re
import subprocess
import sys
import tomllib
import venv
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from zipfile import ZipFile

import httpx
import pydantic
import pytest
import tenacity
from packaging.requirements import Requirement

import jiffybox_sdk
from jiffybox_sdk import schemas
from scripts.metadata_hook import published, urls

ROOT = Path(jiffybox_sdk.__file__).parents[1]

PROGRAM = """
import jiffybox_sdk
from jiffybox_sdk import Emulator, schemas, validate
print(jiffybox_sdk.__file__)
print(*schemas.names())
print(validate(schemas.load("box")["examples"][0], "box").name)
print(schemas.openapi()["openapi"])
print(len(schemas.bundle()["$defs"]), *schemas.bundle("ip")["$defs"], schemas.path("box").parent.name)
with Emulator().client() as client:
    box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit").wait_for_status()
    box.stop().wait_for_status().delete()
    box.wait_until_deleted()
    print(box.status, client.boxes())
"""


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(  # noqa: S603 (our own command lines)
        command, cwd=cwd, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the installed hatchling. Nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    run(*pip, "--disable-pip-version-check", f"--wheel-dir={folder}", str(ROOT), cwd=folder)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, bytes]:
    """The files in the wheel."""
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata(contents: dict[str, bytes]) -> Message:
    (name,) = (name for name in contents if name.endswith(".dist-info/METADATA"))
    return BytesParser().parsebytes(contents[name])


def test_it_contains_the_package_and_nothing_else(wheel: Path, contents: dict[str, bytes]) -> None:
    version = jiffybox_sdk.__version__
    assert wheel.name == f"jiffybox_sdk-{version}-py3-none-any.whl"
    assert {name.partition("/")[0] for name in contents} == {"jiffybox_sdk", f"jiffybox_sdk-{version}.dist-info"}
    package = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "jiffybox_sdk").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = {
        name: data for name, data in contents.items() if name.startswith("jiffybox_sdk/") and "_schemas/" not in name
    }
    assert shipped == package
    assert {"jiffybox_sdk/py.typed", "jiffybox_sdk/openapi.json"} <= shipped.keys()


def test_it_contains_the_schemas_unchanged(contents: dict[str, bytes]) -> None:
    expected = {
        f"jiffybox_sdk/_schemas/{path.relative_to(ROOT / 'schemas').as_posix()}": path.read_bytes()
        for path in (ROOT / "schemas").rglob("*.json")
    }
    assert expected
    assert {name: data for name, data in contents.items() if "_schemas/" in name} == expected


def test_its_metadata_match_the_project(contents: dict[str, bytes]) -> None:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project, repository = document["project"], document["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"]
    built = metadata(contents)
    assert (built["Name"], built["Version"]) == ("jiffybox-sdk", jiffybox_sdk.__version__)
    assert built["Requires-Python"] == project["requires-python"]
    needed = [requirement for requirement in built.get_all("Requires-Dist", []) if ";" not in requirement]
    assert {*map(Requirement, needed)} == {*map(Requirement, project["dependencies"])}
    assert built["License-Expression"] == "MIT"
    (license_file,) = (name for name in contents if name.endswith("/licenses/LICENSE"))
    assert contents[license_file] == (ROOT / "LICENSE").read_bytes()
    assert built.get_payload() == published((ROOT / "README.md").read_text("utf-8"), repository)
    assert dict(url.split(", ") for url in built.get_all("Project-URL", [])) == urls(repository)


def dependencies() -> str:
    """The path of the dependencies, without the package."""
    return os.pathsep.join({str(Path(str(module.__file__)).parents[1]) for module in (pydantic, httpx, tenacity)})


IN_ARCHIVE = """
import sys
from jiffybox_sdk import JiffyException, schemas, validate
print(schemas.__file__)
print(*schemas.names())
print(validate(schemas.load("box")["examples"][0], "box").name, schemas.openapi()["openapi"])
print(len(schemas.bundle()["$defs"]), *schemas.bundle("ip")["$defs"])
try:
    schemas.path("box")
except JiffyException as error:
    print(error)
"""


def test_schemas_are_read_from_a_zip_archive(wheel: Path, tmp_path: Path) -> None:
    start = f"import sys; sys.path[:0] = {[str(wheel), *dependencies().split(os.pathsep)]}"
    printed = run(sys.executable, "-I", "-S", "-W", "error", "-c", f"{start}\n{IN_ARCHIVE}", cwd=tmp_path).splitlines()
    box = f"{wheel}/jiffybox_sdk/_schemas/box.json"
    assert printed == [
        f"{wheel}/jiffybox_sdk/schemas.py",
        " ".join(schemas.names()),
        "web 3.1.0",
        f"{len(schemas.names())} Delegation IpType",
        f"schema 'box' has no path, because it is in the archive {box}: use load or bundle",
    ]


@pytest.mark.parametrize("call", ["names()", "load('box')", "path('box')", "bundle()", "openapi()"])
@pytest.mark.parametrize("place", [".", "code.zip"])
def test_an_installation_without_data_names_the_remedy(wheel: Path, tmp_path: Path, call: str, place: str) -> None:
    """As a frozen program whose data were not collected. A folder that is called `schemas` belongs to others."""
    (tmp_path / "schemas").mkdir()
    with ZipFile(wheel) as source, ZipFile(tmp_path / "code.zip", "w") as code:
        for name in source.namelist():
            if name.endswith(".py"):
                code.writestr(name, source.read(name))
        code.extractall(tmp_path)
    program = f"""
import sys; sys.path[:0] = {[str(tmp_path / place), *dependencies().split(os.pathsep)]}
from jiffybox_sdk import JiffyException, schemas
try:
    schemas.{call}
except JiffyException as error:
    print(error)
"""
    missing = tmp_path / place / "jiffybox_sdk" / ("openapi.json" if call == "openapi()" else "_schemas")
    assert run(sys.executable, "-I", "-S", "-W", "error", "-c", program, cwd=tmp_path) == (
        f"{missing} is missing: reinstall jiffybox-sdk. For a program frozen with PyInstaller, use --collect-data"
        " jiffybox_sdk\n"
    )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as installed from the wheel, in an environment with its dependencies and pytest only."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False)
    python = str(folder / "venv" / "bin" / "python")
    pip = [sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet", "--no-index", "--no-deps"]
    run(*pip, "--disable-pip-version-check", str(wheel), cwd=folder)
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(dependencies().replace(os.pathsep, "\n"), "utf-8")
    return packages / "jiffybox_sdk"


@pytest.fixture
def python(installed: Path) -> str:
    """The interpreter of that environment."""
    return str(installed.parents[3] / "bin" / "python")


def test_it_works_without_the_project(installed: Path, python: str, tmp_path: Path) -> None:
    printed = run(python, "-W", "error", "-c", PROGRAM, cwd=tmp_path).splitlines()
    names = sorted(
        path.relative_to(ROOT / "schemas").with_suffix("").as_posix() for path in ROOT.glob("schemas/**/*.json")
    )
    assert printed == [
        str(installed / "__init__.py"),
        " ".join(names),
        "web",
        "3.1.0",
        f"{len(names)} Delegation IpType _schemas",
        "READY []",
    ]
    assert "demo" in run(python, "-m", "jiffybox_sdk", "--help", cwd=tmp_path)


def test_the_pytest_example_of_the_readme_passes(installed: Path, python: str, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    [example] = [
        code for code in re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE) if "def test_" in code
    ]
    (tmp_path / "test_example.py").write_text(example, "utf-8")
    printed = run(
        python, "-W", "error", "-m", "pytest", "-v", "-p", "no:cacheprovider", "-p", "no:asyncio", cwd=tmp_path
    )
    assert f"{example.count('def test_')} passed in " in printed
    location = "import jiffybox_sdk.pytest_plugin as plugin; print(plugin.__file__)"
    assert run(python, "-c", location, cwd=tmp_path).strip() == str(installed / "pytest_plugin.py")


def test_the_command_is_installed(python: str, tmp_path: Path) -> None:
    assert "emulator" in run(str(Path(python).with_name("jiffybox")), "--help", cwd=tmp_path)

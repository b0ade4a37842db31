"""Build the archives of a release and try them: `make release-check`.

Both archives are built twice, the second time from the unpacked source archive, and must be identical. Twine checks
them, and the README is rendered as on an index. The tests in the source archive are collected, and some are run.

Then the wheel is installed into a new environment of each Python: alone, to validate a payload, and with the extra
`cli` and pytest, to run the demo, to validate a file, and to test with the plugin. What was checked is left in `dist/`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

from jiffybox_sdk import __version__
from scripts.changelog import newest_release
from scripts.find_python import find

ROOT = Path(__file__).parents[1]
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
TESTS = ("tests/packaging/test_metadata.py", "tests/packaging/test_wheel.py", "tests/packaging/test_examples.py")
"""Tests that read files outside the package, run in the unpacked source archive."""

NEEDS_TOOLS = "test_the_workflow_of_hosted_checks_is_valid"

VALIDATE = """
import jiffybox_sdk
from jiffybox_sdk import schemas, validate
box = schemas.load("box")["examples"][0]
assert validate(box, "box").name == box["name"]
try:
    validate({**box, "id": None}, "box")
except jiffybox_sdk.JiffyException as error:
    print(jiffybox_sdk.__file__, jiffybox_sdk.__version__, error, sep="\\n")
"""

PLUGIN = """
import pytest
from jiffybox_sdk import JiffyOutcomeUnknownException

def test_a_lost_answer(jiffybox):
    jiffybox.emulator.add_fault("create_box", moment="after", drop=True)
    with pytest.raises(JiffyOutcomeUnknownException):
        jiffybox.client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit")
"""

RENDER = """
import sys
from html.parser import HTMLParser
from readme_renderer import markdown

class Links(HTMLParser):
    ids, targets = set(), {}

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.add(f"#{value}")
            elif name in ("href", "src") and not value.startswith("https://"):
                self.targets[value] = self.get_starttag_text()

rendered = markdown.render(sys.stdin.read())
if rendered is None:
    sys.exit("the README can't be rendered")
links = Links()
links.feed(rendered)
if broken := [text for target, text in links.targets.items() if target not in links.ids]:
    sys.exit(f"broken on an index: {broken}")
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--tools", type=Path, required=True, help="the Python of an environment with twine and readme-renderer"
    )
    parser.add_argument("pythons", nargs="+", metavar="VERSION", help="a version of Python, such as 3.13")
    options = parser.parse_args()
    tools = str(options.tools.absolute())
    release = newest_release()
    assert (release.name, release.date is not None) == (__version__, True), "CHANGELOG.md: the version has no date"
    with tempfile.TemporaryDirectory() as created:
        folder = Path(created)
        archives = build(ROOT, folder / "first")
        source = unpacked(archives["sdist"], folder / "unpacked")
        again = build(source, folder / "second")
        for name, archive in archives.items():
            assert archive.read_bytes() == again[name].read_bytes(), f"{archive.name} is not reproducible"
            print(f"{archive.name}: {archive.stat().st_size:,} bytes, identical when built again")
        run(tools, "-m", "twine", "check", "--strict", *map(str, archives.values()), cwd=folder)
        run(tools, "-c", RENDER, cwd=folder, given=description(archives["wheel"]))
        print("description: renders, and has no broken link")
        run(sys.executable, "-m", "pytest", "--quiet", "--collect-only", cwd=source)
        run(sys.executable, "-m", "pytest", "--quiet", "-k", f"not {NEEDS_TOOLS}", *TESTS, cwd=source)
        print("source archive: has what its tests need")
        for platform in ("win32", "darwin"):  # where it was not run, the types show at least that all names exist
            types = ("mypy", f"--platform={platform}", "--no-warn-unreachable", "--cache-dir", str(folder / platform))
            run(sys.executable, "-m", *types, "jiffybox_sdk", cwd=ROOT)
        print("types: right on Windows and macOS as well")
        missing = [version for version in options.pythons if not try_on(version, archives["wheel"], folder / version)]
        (ROOT / "dist").mkdir(exist_ok=True)
        for archive in archives.values():
            shutil.copy(archive, ROOT / "dist")
    if missing:
        print(f"not found: Python {', '.join(missing)}")
    return int(len(missing) == len(options.pythons))


def build(source: Path, folder: Path) -> Mapping[str, Path]:
    """Build both archives of a source tree."""
    date = newest_release().date
    assert date is not None
    run(sys.executable, "-m", "hatchling", "build", "--directory", str(folder), cwd=source, epoch=int(date.timestamp()))
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}


def unpacked(sdist: Path, folder: Path) -> Path:
    """Unpack a source archive, and return its top folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


def description(wheel: Path) -> str:
    """Return the description in the metadata of a wheel."""
    with ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(metadata).decode().partition("\n\n")[2]


def try_on(version: str, wheel: Path, folder: Path) -> bool:
    """Try a wheel on a Python. Return whether there is one."""
    interpreter = find(version)
    if interpreter is None:
        return False
    run(interpreter, "-m", "venv", str(folder / "env"), cwd=folder.parent)
    programs = folder / "env" / PROGRAMS
    python = str(programs / "python")
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", str(wheel), cwd=folder)
    printed = run(python, "-W", "error", "-c", VALIDATE, cwd=folder)
    assert str(folder) in printed, printed
    assert f"\n{__version__}\n" in printed, printed
    run(*pip, "install", f"{wheel}[cli]", "pytest", cwd=folder)
    run(*pip, "check", cwd=folder)
    assert "DELETING" in run(str(programs / "jiffybox"), "demo", cwd=folder)
    (folder / "boxes.json").write_text(json.dumps({"messages": [], "result": {}}), "utf-8")
    run(str(programs / "jiffybox"), "validate", "--as", "boxes", "boxes.json", cwd=folder)
    (folder / "test_plugin.py").write_text(PLUGIN, "utf-8")
    run(python, "-W", "error", "-m", "pytest", "-p", "no:cacheprovider", cwd=folder)
    print(f"Python {version}: validation, demo and plugin work from the wheel")
    return True


def run(*command: str, cwd: Path, given: str | None = None, epoch: int | None = None) -> str:
    """Run a command, which must succeed. Return its output."""
    environment = {**os.environ, **({} if epoch is None else {"SOURCE_DATE_EPOCH": str(epoch)})}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])} failed:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

"""The files of the docs' page on which snippets run: Pyodide, and wheels of the SDK and of what it needs.

``make docs`` downloads them to ``.browser/``. Without npm, the page says that it has no Python.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOWNLOADED = ROOT / ".browser"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


@cache
def files() -> dict[str, bytes]:
    """Return the files by name, or none if they were not downloaded."""
    if not (DOWNLOADED / ".files").exists():
        return {}
    package = DOWNLOADED / "node_modules" / "pyodide"
    found = {name: (package / name).read_bytes() for name in PYODIDE}
    # Without packages, there is nothing that Pyodide could load from elsewhere.
    lock = json.loads((package / "pyodide-lock.json").read_bytes())
    found["pyodide-lock.json"] = json.dumps({"info": lock["info"], "packages": {}}).encode()
    wheels = sorted((DOWNLOADED / "wheels").iterdir())
    return found | {path.name: path.read_bytes() for path in [*wheels, _our_wheel()]}


def _our_wheel() -> Path:
    folder = DOWNLOADED / "ours"
    shutil.rmtree(folder, ignore_errors=True)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.iterdir()
    return wheel


def table() -> str:
    """Return a note on what is loaded, or the reason why the page has no Python."""
    return "\n".join(_rows())


def _rows() -> Iterator[str]:
    if not files():
        yield "These docs were built without the files for this page. Build them with npm installed."
        return
    size = sum(map(len, files().values()))
    digest = sha256(b"".join(files().values())).hexdigest()[:16]
    wheels = [name for name in files() if name.endswith(".whl")]
    python = sum(len(content) for name, content in files().items() if name not in wheels)
    yield f'<div id="files" data-digest="{digest}" data-size="{size}" data-files="{" ".join(files())}" markdown>\n'
    yield f'??? note "{_mb(size)} in {len(files())} files"\n'
    yield "    | what | size |\n    | --- | --- |"
    version = json.loads(files()["pyodide-lock.json"])["info"]["python"]
    yield f"    | Python {version} ([Pyodide](https://pyodide.org/)) | {_mb(python)} |"
    for name in sorted(wheels, key=lambda name: -len(files()[name])):
        project, version, *_ = name.split("-")
        yield f"    | {project.replace('_', '-')} {version} | {_mb(len(files()[name]))} |"
    yield "\n</div>"


def _mb(size: int) -> str:
    return f"{size / 1e6:.2f} MB" if size < 1e6 else f"{size / 1e6:.1f} MB"


def copy(folder: Path) -> None:
    """Write the files to a folder of the site."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)

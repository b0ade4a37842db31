"""Print the path of a Python interpreter of a given version: `python scripts/find_python.py 3.13`.

Looks for `python3.13` on PATH first, then among the versions that pyenv installed. Each candidate is started once:
pyenv has a shim for every installed version, but a shim only runs the versions that are selected.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPORT = "import sys; print(*sys.version_info[:2], sep='.', end=' '); print(sys.executable)"


def candidates(version: str) -> Iterator[Path]:
    """Yield where an interpreter of the version may be, the best place first."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if found := shutil.which(f"python{version}", path=folder):
            yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    releases = {
        tuple(map(int, release.name.split("."))): release
        for release in pyenv.glob(f"versions/{version}.*")
        if re.fullmatch(r"[0-9.]+", release.name)
    }
    for number in sorted(releases, reverse=True):
        yield releases[number] / "bin" / "python"


def find(version: str) -> str | None:
    """Return the path of the first candidate that starts and has the version."""
    for candidate in candidates(version):
        try:
            started = subprocess.run([candidate, "-c", REPORT], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if started.returncode == 0 and started.stdout.startswith(f"{version} "):
            return started.stdout.split(" ", 1)[1].strip()
    return None


def main(version: str) -> int:
    """Print the path, or how to get such an interpreter."""
    path = find(version)
    if path is None:
        print(
            f"Python {version} not found: install it, for example with `pyenv install {version}`,"
            f" or put `python{version}` on PATH",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

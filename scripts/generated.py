"""What all generators end with: write files, or check whether they are fresh."""

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


def update(contents: Mapping[Path, str]) -> int:
    """Write generated files. With `--check`, report those that are stale instead. Return the exit code.

    Args:
        contents: The contents of the files by their paths.
    """
    stale = [path for path, text in contents.items() if not path.exists() or path.read_text("utf-8") != text]
    check = "--check" in sys.argv[1:]
    for path in stale:
        if check:
            print(f"stale: {path.relative_to(ROOT).as_posix()} (run: make generate)")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(contents[path], "utf-8")
    return int(check and bool(stale))

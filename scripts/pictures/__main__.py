"""Draw the pictures that follow from the code and from recorded results. With `--check`, report which are stale."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.generated import update
from scripts.pictures.bars import bars
from scripts.pictures.call import call
from scripts.pictures.judge import judge
from scripts.pictures.layers import layers
from scripts.pictures.retries import retries
from scripts.pictures.states import states

FOLDER = Path(__file__).parents[2] / "docs" / "pages" / "pictures"
PICTURES: Mapping[str, Callable[[], str]] = {
    "call": call,
    "judge": judge,
    "layers": layers,
    "performance": bars,
    "retries": retries,
    "states": states,
}


def main() -> int:
    return update({FOLDER / f"{name}.svg": draw() for name, draw in PICTURES.items()})


if __name__ == "__main__":
    sys.exit(main())

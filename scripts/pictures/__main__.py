"""Draw the pictures that follow from the code and from recorded results, and write the table of the states of a box.

With `--check`, report which are stale.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.generated import update
from scripts.pictures.bars import bars
from scripts.pictures.call import call
from scripts.pictures.judge import judge
from scripts.pictures.layers import layers
from scripts.pictures.retries import retries
from scripts.pictures.states import states, table

FOLDER = Path(__file__).parents[2] / "docs" / "pages" / "pictures"
PICTURES: Mapping[str, Callable[[], str]] = {
    "call": call,
    "judge": judge,
    "layers": layers,
    "performance": bars,
    "retries": retries,
    "states": states,
}


BOXES = FOLDER.parent / "boxes.md"
_TABLE = re.compile(r"(?<=<!-- states -->\n\n).*?(?=\n\n<!-- end of states -->)", re.DOTALL)


def main() -> int:
    page = _TABLE.sub(lambda _: table(), BOXES.read_text("utf-8"))
    return update({BOXES: page} | {FOLDER / f"{name}.svg": draw() for name, draw in PICTURES.items()})


if __name__ == "__main__":
    sys.exit(main())

"""Makes ``docs/pages/session.svg``, the picture of a session at a terminal: ``make picture``.

The session is a real one, see ``tests/session.py``. The picture loads nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pyte.screens import Char

from tests.support.session import COLUMNS, record

PICTURE = Path(__file__).parents[1] / "docs" / "pages" / "session.svg"

WORDS = "jiffybox at a terminal: a box is created, listed, stopped and deleted"

FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
SIZE, WIDTH, HEIGHT = 14, 8.4, 19
"""Of the font, and of a cell."""

MARGIN, BAR, GAP = 18, 40, 9
"""Around the text, of the bar above it, and before each command."""

# A window of its own, so that it can be read on light and on dark pages.
GROUND, EDGE, TEXT, STRONG, QUIET = "#0d1117", "#3d444d", "#c9d1d9", "#ffffff", "#8b949e"
COLOURS = {"default": TEXT, "green": "#56d364", "brown": "#e3b341", "blue": "#79c0ff", "red": "#ff7b72"}
BUTTONS = ("#ff5f57", "#febc2e", "#28c840")


def main() -> None:
    session = record(last=r"DELETING 0:00:03")
    lines = [_trimmed(line) for line in session.picture]
    PICTURE.write_text("\n".join([*drawn(lines), ""]), "utf-8")


def drawn(lines: Sequence[Sequence[Char]]) -> Iterator[str]:
    """Yields the picture of lines, in the lines of its file."""
    tops = [BAR + HEIGHT * y + GAP * sum(map(_is_command, lines[1 : y + 1])) for y in range(len(lines))]
    width, height = round(2 * MARGIN + WIDTH * COLUMNS), tops[-1] + HEIGHT + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' xml:space="preserve" role="img" font-family="{FONT}" font-size="{SIZE}">'
    )
    yield f"<title>{escape(WORDS)}</title>"
    yield (f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{GROUND}" stroke="{EDGE}"/>')
    for number, colour in enumerate(BUTTONS):
        yield f'<circle cx="{MARGIN + 6 + 20 * number}" cy="20" r="6" fill="{colour}"/>'
    for top, line in zip(tops, lines, strict=True):
        yield f"<g>{''.join(_texts(line, top + SIZE))}</g>"
    yield "</svg>"


def _texts(line: Sequence[Char], base: int) -> Iterator[str]:
    """Yields the parts of a line that look alike; each is held to the width of its cells, whatever the font."""
    x = 0
    for look, cells in groupby(enumerate(line), lambda found: _look(line, *found)):
        text = "".join(cell.data for _, cell in cells)
        yield (
            f'<text x="{MARGIN + WIDTH * x:.1f}" y="{base}" textLength="{WIDTH * len(text):.1f}"'
            f' lengthAdjust="spacingAndGlyphs"{look}>{escape(text)}</text>'
        )
        x += len(text)


def _look(line: Sequence[Char], x: int, cell: Char) -> str:
    """Returns the attributes of a cell."""
    strong = cell.bold
    colour = COLOURS[cell.fg]
    if _is_command(line):
        strong, colour = x > 0, QUIET if x == 0 else STRONG
    elif strong:
        colour = STRONG
    return f" fill={quoteattr(colour)}" + (' font-weight="600"' if strong else "")


def _is_command(line: Iterable[Char]) -> bool:
    return "".join(cell.data for cell in line).startswith("$ ")


def _trimmed(line: Sequence[Char]) -> Sequence[Char]:
    """Returns a line without the spaces at its end."""
    return line[: len("".join(cell.data for cell in line).rstrip())]


if __name__ == "__main__":
    main()

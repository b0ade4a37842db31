"""Generate ``docs/pages/session.svg``, a picture of a terminal session: ``make pictures``.

The session of ``tests/support/session.py`` is recorded. The picture has no external resources.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pyte.screens import Char

from tests.support.session import COLUMNS, record

PICTURE = Path(__file__).parents[1] / "docs" / "pages" / "session.svg"

TITLE = "jiffybox at a terminal: a box is created, listed, stopped and deleted"

FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
SIZE, WIDTH, HEIGHT = 14, 8.4, 19
"""The size of the font, and of a cell."""

MARGIN, BAR, GAP = 18, 40, 9
"""The margin around the text, the height of the title bar, and the space before each command."""

# An opaque window is readable on light and dark pages.
BACKGROUND, BORDER, TEXT, STRONG, DIM = "#0d1117", "#3d444d", "#c9d1d9", "#ffffff", "#8b949e"
COLOURS = {"default": TEXT, "green": "#56d364", "brown": "#e3b341", "blue": "#79c0ff", "red": "#ff7b72"}
BUTTONS = ("#ff5f57", "#febc2e", "#28c840")


def main() -> None:
    session = record(last=r"DELETING 0:00:03")
    lines = [_trim(line) for line in session.picture]
    PICTURE.write_text("\n".join([*draw(lines), ""]), "utf-8")


def draw(lines: Sequence[Sequence[Char]]) -> Iterator[str]:
    """Yield the lines of the SVG file."""
    tops = [BAR + HEIGHT * y + GAP * sum(map(_is_command, lines[1 : y + 1])) for y in range(len(lines))]
    width, height = round(2 * MARGIN + WIDTH * COLUMNS), tops[-1] + HEIGHT + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' xml:space="preserve" role="img" font-family="{FONT}" font-size="{SIZE}">'
    )
    yield f"<title>{escape(TITLE)}</title>"
    border = f'rx="8" fill="{BACKGROUND}" stroke="{BORDER}"'
    yield f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" {border}/>'
    for number, colour in enumerate(BUTTONS):
        yield f'<circle cx="{MARGIN + 6 + 20 * number}" cy="20" r="6" fill="{colour}"/>'
    for top, line in zip(tops, lines, strict=True):
        yield f"<g>{''.join(_texts(line, top + SIZE))}</g>"
    yield "</svg>"


def _texts(line: Sequence[Char], baseline: int) -> Iterator[str]:
    """Yield runs of equal style, stretched to the width of their cells so that the font makes no difference."""
    x = 0
    for style, cells in groupby(enumerate(line), lambda item: _style(line, *item)):
        text = "".join(cell.data for _, cell in cells)
        yield (
            f'<text x="{MARGIN + WIDTH * x:.1f}" y="{baseline}" textLength="{WIDTH * len(text):.1f}"'
            f' lengthAdjust="spacingAndGlyphs"{style}>{escape(text)}</text>'
        )
        x += len(text)


def _style(line: Sequence[Char], x: int, cell: Char) -> str:
    """Return the SVG attributes of a cell."""
    strong = cell.bold
    colour = COLOURS[cell.fg]
    if _is_command(line):
        strong, colour = x > 0, DIM if x == 0 else STRONG
    elif strong:
        colour = STRONG
    return f" fill={quoteattr(colour)}" + (' font-weight="600"' if strong else "")


def _is_command(line: Iterable[Char]) -> bool:
    return "".join(cell.data for cell in line).startswith("$ ")


def _trim(line: Sequence[Char]) -> Sequence[Char]:
    """Return a line without trailing spaces."""
    return line[: len("".join(cell.data for cell in line).rstrip())]


if __name__ == "__main__":
    main()

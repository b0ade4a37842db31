"""Generate ``docs/pages/session.svg``, a picture of a terminal session: ``make pictures``.

The session of ``tests/support/session.py`` is recorded. The picture has no external resources.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from pyte.screens import Char

from tests.support.session import COLUMNS, record

PICTURE = Path(__file__).parents[1] / "docs" / "pages" / "session.svg"

TITLE = "jiffybox at a terminal: boxes are created, listed, stopped and deleted"

FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
SIZE, WIDTH, HEIGHT = 14, 8.4, 19
"""The size of the font, and of a cell."""

MARGIN, BAR, GAP = 18, 40, 9
"""The margin around the text, the height of the title bar, and the space before each command."""

COLOURS = {  # on light pages, and on dark ones
    "card": ("#ffffff", "#0d1117"),
    "text": ("#24292f", "#c9d1d9"),
    "strong": ("#010409", "#ffffff"),
    "dim": ("#57606a", "#8b949e"),
    "green": ("#116329", "#56d364"),
    "brown": ("#7d4e00", "#e3b341"),
    "blue": ("#0550ae", "#79c0ff"),
    "red": ("#a40e26", "#ff7b72"),
}
BORDER = ("#d0d7de", "#3d444d")
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
        f' role="img" font-family="{FONT}" font-size="{SIZE}">'
    )
    yield f"<title>{escape(TITLE)}</title>"
    yield f"<style>{_rules(0)} @media (prefers-color-scheme: dark) {{ {_rules(1)} }}</style>"
    yield f'<rect class="card" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>'
    for number, colour in enumerate(BUTTONS):
        yield f'<circle cx="{MARGIN + 6 + 20 * number}" cy="20" r="6" fill="{colour}"/>'
    for top, line in zip(tops, lines, strict=True):
        yield f"<g>{''.join(_texts(line, top + SIZE))}</g>"
    yield "</svg>"


def _rules(scheme: int) -> str:
    """Return the CSS rules for light pages (0) or dark ones (1)."""
    fills = [f".{name} {{ fill: {colours[scheme]} }}" for name, colours in COLOURS.items()]
    return " ".join([*fills, f".card {{ stroke: {BORDER[scheme]} }}"])


def _texts(line: Sequence[Char], baseline: int) -> Iterator[str]:
    """Yield runs of equal style, stretched to the width of their cells so that the font makes no difference."""
    x = 0
    for style, cells in groupby(enumerate(line), lambda item: _style(line, *item)):
        text = "".join(cell.data for _, cell in cells)
        yield (
            f'<text x="{MARGIN + WIDTH * x:.1f}" y="{baseline}" textLength="{WIDTH * len(text):.1f}"'
            f' lengthAdjust="spacingAndGlyphs" xml:space="preserve"{style}>{escape(text)}</text>'
        )
        x += len(text)


def _style(line: Sequence[Char], x: int, cell: Char) -> str:
    """Return the SVG attributes of a cell."""
    strong = cell.bold
    colour = "text" if cell.fg == "default" else cell.fg
    if _is_command(line):
        strong, colour = x > 0, "dim" if x == 0 else "strong"
    elif strong:
        colour = "strong"
    return f' class="{colour}"' + (' font-weight="600"' if strong else "")


def _is_command(line: Iterable[Char]) -> bool:
    return "".join(cell.data for cell in line).startswith("$ ")


def _trim(line: Sequence[Char]) -> Sequence[Char]:
    """Return a line without trailing spaces."""
    return line[: len("".join(cell.data for cell in line).rstrip())]


if __name__ == "__main__":
    main()

"""Draw SVG files that are legible on a phone, with light and dark colours, and descriptions for screen readers.

A drawing is 440 pixels wide, so that a phone shows it nearly unscaled. Since fonts differ between systems, code is
stretched to a fixed width, and other texts need room: `width_of` is an upper bound.
"""

from collections.abc import Sequence
from typing import Literal
from xml.sax.saxutils import escape

WIDTH = 440
MARGIN = 18

SIZE, SMALL = 15, 13
LINE = 20
"""Sizes of fonts, and the height of a line of text."""

Anchor = Literal["start", "middle", "end"]
Colour = Literal["text", "dim", "accent", "good", "bad"]

_SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', 'Liberation Sans', sans-serif"
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_CHARACTER = 0.6
"""The width of a character in code, by the size of the font."""

_NAMES = ("card", "border", "box", "edge", "line", "text", "dim", "accent", "good", "bad")
_LIGHT = ["#ffffff", "#d0d7de", "#f3f5f7", "#8c959f", "#57606a", "#1f2328", "#57606a", "#0550ae", "#116329", "#a40e26"]
_DARK = ["#0d1117", "#3d444d", "#1c2128", "#6e7681", "#9198a1", "#e6edf3", "#9da7b1", "#79c0ff", "#56d364", "#ff8f88"]
"""Both are opaque, since a page can be dark on a system that is light."""


def width_of(text: str, size: float = SIZE, *, code: bool = False) -> float:
    """Return the width of a text in pixels, in fonts that are wide."""
    return len(text) * size * (_CHARACTER if code else 0.56)


class Drawing:
    """A picture on a card of its own."""

    def __init__(self, title: str, description: str) -> None:
        """Start an empty picture.

        Args:
            title: What it shows, in a few words.
            description: What a reader sees in it, in sentences.
        """
        self._title = title
        self._id = title.lower().replace(" ", "-")  # ids are unique on a page with several pictures
        self._description = description
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SIZE,
        anchor: Anchor = "start",
        colour: Colour = "text",
        code: bool = False,
        bold: bool = False,
        halo: bool = False,
    ) -> float:
        """Write a line of text on a baseline, with `halo` over lines of the picture. Return its width."""
        width = width_of(text, size, code=code)
        fixed = f' textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs"' if code else ""
        classes = " ".join(
            [colour, *(["code"] if code else []), *(["bold"] if bold else []), *(["halo"] if halo else [])]
        )
        self._parts.append(
            f'<text x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}" text-anchor="{anchor}"'
            f' class="{classes}"{fixed}>{escape(text)}</text>'
        )
        return width

    def box(self, x: float, y: float, width: float, height: float, *, dashed: bool = False) -> None:
        """Draw a box, to be written into."""
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        size = f'width="{_number(width)}" height="{_number(height)}"'
        self._parts.append(f'<rect x="{_number(x)}" y="{_number(y)}" {size} rx="6" class="box"{dashes}/>')

    def bar(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Draw a bar of a chart."""
        size = f'width="{_number(width)}" height="{_number(height)}"'
        self._parts.append(f'<rect x="{_number(x)}" y="{_number(y)}" {size} rx="2" class="bar {colour}"/>')

    def line(
        self, *points: tuple[float, float], arrow: bool = False, dashed: bool = False, colour: str = "line"
    ) -> None:
        """Draw a line through points, by default without an arrow at its end."""
        path = "M" + " L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        style = (' stroke-dasharray="4 3"' if dashed else "") + (
            f' marker-end="url(#{self._id}-arrow)"' if arrow else ""
        )
        self._parts.append(f'<path d="{path}" class="{colour} stroke"{style}/>')

    def dot(self, x: float, y: float, radius: float = 4) -> None:
        """Draw a filled dot."""
        self._parts.append(f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" class="line dot"/>')

    def svg(self, height: float) -> str:
        """Return the file of the picture, of a height."""
        parts = "\n".join(self._parts)
        return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_number(height)}" width="{WIDTH}" \
height="{_number(height)}" xml:space="preserve" role="img" aria-labelledby="{self._id}-title {self._id}-description">
<title id="{self._id}-title">{escape(self._title)}</title>
<desc id="{self._id}-description">{escape(self._description)}</desc>
<defs><marker id="{self._id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" \
markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z" class="line dot"/></marker></defs>
<style>
text {{ font-family: {_SANS} }}
.halo {{ stroke-width: 5px; stroke-linejoin: round; paint-order: stroke }}
.code {{ font-family: {_MONO} }}
.bold {{ font-weight: 600 }}
.stroke {{ fill: none; stroke-width: 1.5px }}
{_rules(_LIGHT)}
@media (prefers-color-scheme: dark) {{
{_rules(_DARK)}
}}
</style>
<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{_number(height - 1)}" rx="8" class="card"/>
{parts}
</svg>
"""


def wrapped(words: Sequence[str], width: float, size: float = SIZE, *, code: bool = False) -> list[str]:
    """Return words in lines of a width at most."""
    lines: list[str] = []
    for word in words:
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, code=code) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _rules(values: Sequence[str]) -> str:
    colours = dict(zip(_NAMES, values, strict=True))
    return "\n".join(
        [
            *(f".{name} {{ fill: {colours[name]} }}" for name in ("text", "dim", "accent", "good", "bad")),
            *(f".stroke.{name} {{ fill: none; stroke: {colours[name]} }}" for name in ("line", "edge", "bad", "good")),
            f".card {{ fill: {colours['card']}; stroke: {colours['border']} }}",
            f".box {{ fill: {colours['box']}; stroke: {colours['edge']} }}",
            f".dot {{ fill: {colours['line']} }}",
            f".halo {{ stroke: {colours['card']} }}",
        ]
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

"""The pictures of the docs, as wide as on a desktop and on a phone."""

from itertools import combinations
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from tests.support.browser import Scheme, Tabs, Width

PAGES = Path(__file__).parents[2] / "docs" / "pages"
PICTURES = {path.stem: path.read_text("utf-8") for path in [*PAGES.glob("pictures/*.svg"), PAGES / "session.svg"]}
ZOOMED = {"session"}
"""On a phone, one must zoom in to read these."""

PAGE = """<!doctype html><html lang="en"><title>Pictures</title>
<style>body { margin: 12px } div { margin-bottom: 12px }</style><main><h1>Pictures</h1></main>"""

MEASURE = """pictures => Object.entries(pictures).flatMap(([name, svg]) => {
    const figure = document.createElement("div")
    document.querySelector("main").append(figure)
    const root = figure.attachShadow({mode: "open"})
    root.innerHTML = "<style>svg { max-width: 100%; height: auto }</style>" + svg
    const picture = root.querySelector("svg")
    const outer = picture.getBoundingClientRect()
    const scale = outer.width / picture.viewBox.baseVal.width
    const boxes = [...root.querySelectorAll("rect:not(.bar)")]
    const colours = boxes.map(box => getComputedStyle(box).fill)
    return [...root.querySelectorAll("text")].map(text => {
        const {left, top, right, bottom} = text.getBoundingClientRect()
        const style = getComputedStyle(text)
        return {
            picture: name, text: text.textContent, left, top, right, bottom, size: parseFloat(style.fontSize) * scale,
            outside: left < outer.left || top < outer.top || right > outer.right || bottom > outer.bottom,
            colour: style.fill, behind: colours,
        }
    })
})"""


class Text(TypedDict):
    """A text in a picture, measured in pixels of the screen."""

    picture: str
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    outside: bool
    colour: str
    behind: list[str]


TEXTS = TypeAdapter(list[Text])


def overlap(one: Text, other: Text) -> bool:
    """Whether two texts of a picture touch, by more than a pixel."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return one["picture"] == other["picture"] and across > 1 and down > 1


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as in WCAG 2."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(", ")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as in WCAG 2."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pictures_are_legible_and_nothing_is_cut(tabs: Tabs, width: Width, scheme: Scheme) -> None:
    tab = tabs.open(width, scheme)
    tab.page.set_content(PAGE)
    texts = TEXTS.validate_python(tab.page.evaluate(MEASURE, PICTURES))
    assert {text["picture"] for text in texts} == PICTURES.keys()
    assert [text for text in texts if text["outside"]] == []
    assert [(one["text"], other["text"]) for one, other in combinations(texts, 2) if overlap(one, other)] == []
    small = [text for text in texts if text["size"] < 10.5]
    assert {text["picture"] for text in small} <= (ZOOMED if width == 390 else set[str]())
    assert [text for text in texts if min(contrast(text["colour"], behind) for behind in text["behind"]) < 4.5] == []
    assert tab.cut() == 0
    assert tab.axe() == []

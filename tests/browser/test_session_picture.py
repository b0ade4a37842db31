"""The picture of a terminal session, on a screenshot of a page that shows it as an image."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import TypeAdapter

from scripts.session_picture import COLOURS, HEIGHT, SIZE, WIDTH
from tests.support.browser import Scheme, Tabs

PICTURE = Path(__file__).parents[2] / "docs" / "pages" / "session.svg"

INK = """async ([png, cells]) => {
    const image = new Image()
    image.src = "data:image/png;base64," + png
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext("2d")
    context.drawImage(image, 0, 0)
    const data = (x, y, width, height) => [...context.getImageData(x, y, width, height).data]
    const background = data(8, image.height / 2, 1, 1)
    const differs = pixels => pixels.some((value, at) => Math.abs(value - background[at % 4]) > 60)
    return [background.slice(0, 3), cells.map(cell => differs(data(...cell)))]
}"""
"""Returns the colour of the window, and for each cell whether there is anything in it."""

RESULT = TypeAdapter(tuple[tuple[int, int, int], list[bool]])


def cells() -> Iterator[tuple[str, float, float]]:
    """Yield each character of the picture, with the left edge and the baseline of its cell."""
    picture = ElementTree.fromstring(PICTURE.read_bytes())  # noqa: S314 (our own file)
    for text in picture.iterfind("{*}g/{*}text"):
        for column, character in enumerate(text.text or ""):
            yield character, float(text.attrib["x"]) + WIDTH * column, float(text.attrib["y"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_character_is_in_its_column(tabs: Tabs, scheme: Scheme) -> None:
    tab = tabs.open(1280, scheme)
    source = b64encode(PICTURE.read_bytes()).decode()
    tab.page.set_content(f'<body style="margin: 0"><img src="data:image/svg+xml;base64,{source}" alt="a session">')
    screenshot = b64encode(tab.page.locator("img").screenshot()).decode()
    characters = [*cells()]
    # Around spaces, neighbours may be a pixel wider than their cells.
    places = [
        [round(x) + 2, baseline - SIZE + 2, round(WIDTH) - 4, HEIGHT - 4]
        if character == " "
        else [round(x), baseline - SIZE, round(WIDTH), HEIGHT]
        for character, x, baseline in characters
    ]
    window, inked = RESULT.validate_python(tab.page.evaluate(INK, [screenshot, places]))
    assert "#{:02x}{:02x}{:02x}".format(*window) == COLOURS["card"][scheme == "dark"]
    wrong = [place for (character, *place), ink in zip(characters, inked, strict=True) if ink == (character == " ")]
    assert wrong == []
    assert inked.count(False) > 200

"""The layers of the package, and which of the lower ones each of them imports, from the graph of imports."""

from scripts.import_graph import GRAPH, LAYERS, layer_of
from scripts.pictures.drawing import LINE, MARGIN, SMALL, WIDTH, Drawing, wrapped

_LANE = 11
_GAP = 10


def layers() -> str:
    """Return the picture."""
    below = imported_layers()
    lanes = len(LAYERS) - 1
    width = WIDTH - 2 * MARGIN - _LANE * lanes - 8
    order = [*reversed(range(len(LAYERS)))]
    drawing = Drawing("The layers of jiffybox_sdk", " ".join(_sentence(number, below[number]) for number in order))
    top, middles = float(MARGIN), dict[int, float]()
    for number in order:
        layer = LAYERS[number]
        names = wrapped(", ".join(layer.members).split(" "), width - 24, SMALL, code=True)
        height = 34 + LINE * len(names)
        middles[number] = top + height / 2
        drawing.box(MARGIN, top, width, height)
        drawing.text(MARGIN + 12, top + 22, layer.title, bold=True)
        for row, line in enumerate(names):
            drawing.text(MARGIN + 12, top + 42 + LINE * row, line, size=SMALL, code=True, colour="dim")
        top += height + _GAP
    right = MARGIN + width
    for lane, number in enumerate(order[:-1]):
        x = right + 14 + _LANE * lane
        drawing.line((right, middles[number]), (x, middles[number]), (x, middles[min(below[number])]))
        for other in below[number]:
            drawing.line((x, middles[other]), (right, middles[other]), arrow=True)
            drawing.dot(x, middles[other], 3)
    return drawing.svg(top - _GAP + MARGIN)


def imported_layers() -> dict[int, set[int]]:
    """Return the lower layers that each layer imports."""
    below: dict[int, set[int]] = {number: set() for number in range(len(LAYERS))}
    for name, imported in GRAPH.items():
        below[layer_of(name)] |= {layer_of(other) for other in imported}
    return {number: others - {number} for number, others in below.items()}


def _sentence(number: int, below: set[int]) -> str:
    imported = ", ".join(LAYERS[other].title for other in sorted(below, reverse=True))
    return f"{LAYERS[number].title} ({', '.join(LAYERS[number].members)}) imports: {imported or 'nothing'}."

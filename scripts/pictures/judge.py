"""How payloads are checked: the description of each field, the models, and their users, checked against the imports."""

from scripts.import_graph import reachable
from scripts.pictures.drawing import LINE, MARGIN, SMALL, WIDTH, Drawing

SOURCE, GENERATED = "schemas/*.json", ("models/", "openapi.json", "the docs")
JUDGE = (
    ("models/_reader.py", "the verdict"),
    ("validation/_walk.py", "what is wrong or new, and where"),
)
ASKING = {
    "both clients": "_client.response",
    "validate": "validation._check",
    "check, is_valid, guess": "validation._check",
    "jiffybox validate": "_cli.validate.command",
    "the emulator's self-check": "emulator._service",
}
"""Who uses the checks, and the module in which they do."""


def judge() -> str:
    """Return the picture."""
    for who, module in ASKING.items():
        assert "models._reader" in reachable(module), f"{who} does not use the models"
    told = f"{', '.join(GENERATED)} are generated from {SOURCE}. The models check payloads for: {', '.join(ASKING)}."
    drawing = Drawing("How a payload is checked", told)
    inner = WIDTH - 2 * MARGIN
    y = float(MARGIN)
    drawing.box(MARGIN, y, inner, 54)
    drawing.text(WIDTH / 2, y + 23, SOURCE, anchor="middle", code=True, bold=True)
    drawing.text(WIDTH / 2, y + 43, "one description of each field", anchor="middle", size=SMALL, colour="dim")
    y += 54
    width = (inner - 20) / 3
    for number, name in enumerate(GENERATED):
        x = MARGIN + number * (width + 10)
        drawing.line((x + width / 2, y + 2), (x + width / 2, y + 34), arrow=True)
        drawing.box(x, y + 36, width, 32)
        drawing.text(x + width / 2, y + 57, name, anchor="middle", size=SMALL, code=name != GENERATED[-1])
    drawing.text(WIDTH / 2 + 8, y + 22, "make generate", size=SMALL, colour="dim")
    y += 68
    drawing.line((MARGIN + width / 2, y + 2), (MARGIN + width / 2, y + 24), arrow=True)
    y += 26
    height = 34.0 + 2 * LINE * len(JUDGE)
    drawing.box(MARGIN, y, inner, height)
    drawing.text(MARGIN + 12, y + 23, "The checks", bold=True)
    for number, (file, work) in enumerate(JUDGE):
        line = y + 45 + 2 * LINE * number
        drawing.text(MARGIN + 12, line, file, size=SMALL, code=True)
        drawing.text(MARGIN + 12, line + LINE - 2, work, size=SMALL, colour="dim")
    y += height
    bus = MARGIN + 16
    middles = [y + 36 + 40 * number for number in range(len(ASKING))]
    drawing.line((bus, middles[-1]), (bus, y + 2), arrow=True)
    for middle, who in zip(middles, ASKING, strict=True):
        drawing.line((MARGIN + 40, middle), (bus, middle))
        drawing.box(MARGIN + 40, middle - 16, inner - 40, 32)
        drawing.text(MARGIN + 52, middle + 5, who, size=SMALL)
    drawing.text(bus + 8, y + 14, "use", size=SMALL, colour="dim")
    return drawing.svg(middles[-1] + 16 + MARGIN)

"""The table of the emulator's behaviour, against what the reference of the HTTP API says is recorded."""

import re
from collections import Counter
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "pages" / "evidence.md"
README = PAGE.parents[2] / "README.md"

ROWS = {
    match[1]: match[2]
    for match in re.finditer(
        r"^\| (.+) \| (documented|recorded|inferred|invented) \| .+ \|$", PAGE.read_text("utf-8"), re.M
    )
}
"""The standing of each behaviour and message."""


def test_the_page_and_the_readme_count_the_standings() -> None:
    counts = Counter(ROWS.values())
    text = (
        f"Of {len(ROWS)} behaviours and messages, {counts['documented']} are documented, "
        f"{counts['recorded']} are recorded, {counts['inferred']} are inferred and {counts['invented']} are invented."
    )
    assert text in PAGE.read_text("utf-8")
    assert text in README.read_text("utf-8").replace("\n", " ")


RECORDED = [
    "wrong token, an unknown module and an unknown box",
    "name of a box that exists already",
    "json_encode",
    "bare names",
    "`host`",
    "names of distributions",
    "Generation 3",
    "with umlauts",
    "empty map of parameters",
    "given `checkType`",
    "run level",
    "`floating` is text",
    "API-Token",
    "Das Modul",
    "hat keine JiffyBox",
    "Der Name existiert bereits",
    "wird geloescht",
]
"""Parts of the rows about what is recorded."""


@pytest.mark.parametrize("part", RECORDED)
def test_what_is_on_record_is_marked_as_recorded(part: str) -> None:
    assert [standing for row, standing in ROWS.items() if part in row] == ["recorded"]


@pytest.mark.parametrize(
    "part", ["unknown parameters", "as PHP reads", "name without a value", "0 for `false`", "taken name of a duplicate"]
)
def test_what_follows_from_the_records_is_marked_as_inferred(part: str) -> None:
    assert [standing for row, standing in ROWS.items() if part in row] == ["inferred"]


def test_the_wording_of_messages_is_invented_unless_it_is_recorded() -> None:
    messages = {row: standing for row, standing in ROWS.items() if re.match(r"(Das|Der|Die|Es|Fuer|Von) ", row)}
    assert sorted(row for row, standing in messages.items() if standing != "invented") == [
        "Das Modul {module} existiert nicht",
        "Der Kunde Nr. 42 hat keine JiffyBox Nr. {number}.",
        "Der Monitoring-Check {name}(M{number}) wird geloescht",
        "Der Name existiert bereits.",
        "Der von Ihnen uebergebene API-Token ist ungueltig.",
    ]

"""A terminal session, and its picture in the README."""

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.session import Session, record

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pages" / "session.svg"


@pytest.fixture(scope="module")
def session() -> Session:
    return record()


def test_a_line_per_box_is_shown_while_waiting(session: Session) -> None:
    created, _, _, stopped, _, deleted = (step.waiting for step in session.steps)
    assert re.fullmatch(r"[⠀-⣿] web \(10003\) CREATING \d:\d\d:\d\d", "\n".join(created))
    web, cache = stopped
    assert re.fullmatch(r"[⠀-⣿] web \(10003\)   UPDATING \d:\d\d:\d\d", web)
    assert re.fullmatch(r"[⠀-⣿] cache \(10002\) UPDATING \d:\d\d:\d\d", cache)
    assert re.fullmatch(r"[⠀-⣿] web \(10003\) DELETING \d:\d\d:\d\d", deleted[-1])


def test_the_status_lines_are_removed_after_waiting(session: Session) -> None:
    created, _, _, stopped, _, deleted = (step.lines for step in session.steps)
    assert created == [
        "id     name  status  running  plan          address",
        "10003  web   READY   yes      CloudLevel 1  198.18.39.19",
        "",
    ]
    assert stopped == [
        "id     name   status  running  plan          address",
        "10003  web    READY   no       CloudLevel 1  198.18.39.19",
        "10002  cache  READY   no       CloudLevel 1  198.18.39.18",
        "",
    ]
    assert deleted == [
        "Delete the box web (10003; READY, switched off) and all its data? [y/N]: y",
        "web (10003) is being deleted.",
        "web (10003) is gone.",
        "",
    ]
    assert session.cursor


def test_a_list_is_a_coloured_table(session: Session) -> None:
    listed = session.steps[1]
    assert listed.lines == [
        "name   status  plan.ramInMB  address",
        "db     FROZEN          4096  198.18.39.17",
        "cache  READY           2048  198.18.39.18",
        "web    READY           2048  198.18.39.19",
        "",
    ]
    assert [listed.styles[word].fg for word in ("FROZEN", "READY", "web")] == ["blue", "green", "default"]
    assert [listed.styles[word].bold for word in ("status", "READY")] == [True, False]


def test_costs_have_bars(session: Session) -> None:
    bars = [line for line in session.steps[2].lines if line.endswith("█")]
    assert len(bars) == 12
    assert "CloudLevel 1      0.02 EUR/h   12.99 EUR/month  (frozen  3.65)  ██" in bars
    assert session.steps[2].styles["██"].fg == "green"


def test_a_box_is_only_deleted_after_confirmation(session: Session) -> None:
    refused, deleted = session.steps[-2:]
    assert refused.lines == [
        "Delete the box web (10003; READY, switched off) and all its data? [y/N]: n",
        "jiffybox: nothing was done",
        "",
    ]
    assert (refused.code, refused.names) == (1, ["db", "cache", "web"])
    assert (deleted.code, deleted.names) == (0, ["db", "cache"])


def test_all_commands_but_the_declined_one_succeed(session: Session) -> None:
    assert [step.code for step in session.steps] == [0, 0, 0, 0, 1, 0]


@pytest.fixture
def picture() -> ElementTree.Element:
    return ElementTree.fromstring(PICTURE.read_bytes())  # noqa: S314 (our own file)


def mask(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without the parts that vary: the elapsed time and the spinner."""
    return [re.sub(r"\d:\d\d:\d\d", "TIME", re.sub("[⠀-⣿]", "*", line)).rstrip() for line in lines]


def test_the_picture_is_up_to_date(session: Session, picture: ElementTree.Element) -> None:
    """If this fails, run `make pictures`."""
    lines = ["".join(line.itertext()) for line in picture.iterfind("{*}g")]
    assert mask(lines) == mask(["".join(cell.data for cell in line) for line in session.picture])
    assert re.fullmatch(r"[⠀-⣿] web \(10003\) DELETING 0:00:0[1-9]", lines[-1])


def test_the_picture_is_small_and_has_no_external_resources(picture: ElementTree.Element) -> None:
    elements = list(picture.iter())
    tags = {"svg", "title", "style", "rect", "circle", "g", "text"}
    assert {element.tag.partition("}")[2] for element in elements} == tags
    values = [value for element in elements for value in element.attrib.values()]
    assert not [value for value in values if "url(" in value or "//" in value]
    assert not [name for element in elements for name in element.attrib if "href" in name]
    spaces = "{http://www.w3.org/XML/1998/namespace}space"
    assert {text.get(spaces) for text in picture.iterfind("{*}g/{*}text")} == {"preserve"}
    assert PICTURE.stat().st_size < 60_000


@pytest.mark.parametrize(
    ("page", "link"), [("README.md", "docs/pages/session.svg"), ("docs/pages/command.md", "session.svg")]
)
def test_pages_show_the_picture_with_a_description(page: str, link: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    [words] = re.findall(rf"!\[([^]]+)\]\({re.escape(link)}\)", text)
    assert len(words) > 40

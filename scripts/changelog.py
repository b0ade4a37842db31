"""Read the changelog, which is in the form of https://keepachangelog.com."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"

_SECTION = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """The changes of a release, or those since the last one."""

    name: str
    date: datetime | None


def sections(text: str) -> list[Section]:
    """Return the sections of a changelog, the newest first."""
    return [
        Section(match["name"], datetime.fromisoformat(match["date"]).replace(tzinfo=UTC) if match["date"] else None)
        for match in _SECTION.finditer(text)
    ]


def newest_release() -> Section:
    """Return the newest release."""
    return next(section for section in sections(CHANGELOG.read_text("utf-8")) if section.date)

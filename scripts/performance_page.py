"""Generate ``docs/pages/performance.md`` from the results of ``make bench``. ``--check`` fails if it is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.tables import FILE, RESULTS, Results, Row, Table, number
from scripts.generated import update

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "performance.md"

HEAD = """# Performance

Measured by `make bench`, which also writes this page. The SDK (bold) and its peers take turns in the same run, so that
other load on the machine affects all alike. A *ratio* is to the first row of its table. The run fails if a figure is
not within what is *accepted*.

| | |
| --- | --- |
| date | {date} |
| machine | {machine} |
| versions | {versions} |

![Bars that compare the SDK with its peers: the figures are in the tables below](pictures/performance.svg)
"""


def page(results: Results) -> str:
    """Return the page."""
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    head = HEAD.format(date=results.date, machine=results.machine, versions=versions)
    return head + "".join(line for table in results.tables for line in section(table))


def section(table: Table) -> Iterator[str]:
    """Yield the lines of a table with its heading."""
    ratios, bounds = any(row.ratio is not None for row in table.rows), any(row.bound for row in table.rows)
    columns = ["", table.unit, *(["ratio"] if ratios else []), *(["accepted"] if bounds else [])]
    direction = "More is better." if table.more else "Less is better."
    yield f"\n## {table.title}\n\n{table.note} {direction}\n\n"
    yield f"| {' | '.join(columns)} |\n| --- |{' ---: |' * (len(columns) - 1)}\n"
    for row in table.rows:
        cells = [_name(row), number(row.value), *([_ratio(row)] if ratios else []), *([row.bound] if bounds else [])]
        yield f"| {' | '.join(cells)} |\n"


def _name(row: Row) -> str:
    return f"**{row.name}**" if row.ours else row.name


def _ratio(row: Row) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f}"


def main() -> int:
    return update({PAGE: page(RESULTS.validate_json(FILE.read_bytes()))})


if __name__ == "__main__":
    sys.exit(main())

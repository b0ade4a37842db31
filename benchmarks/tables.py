"""What a benchmark returns: tables of figures, ours beside those of peers that were measured in the same run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

FILE = Path(__file__).with_name("results.json")
"""The results that the docs show."""


@dataclass(frozen=True)
class Row:
    """A figure.

    Attributes:
        name: What was measured.
        value: The figure, in the unit of the table.
        ours: Whether it is about this SDK, rather than a peer.
        ratio: The figure in relation to a peer's, as the median of the ratios of simultaneous runs.
        peer: The name of this peer, unless it is the first one in the table.
        most: The highest ratio, or figure if there is no ratio, that is accepted.
        least: The lowest one that is accepted.
    """

    name: str
    value: float
    ours: bool = True
    ratio: float | None = None
    peer: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the figure is not accepted."""
        judged = self.value if self.ratio is None else self.ratio
        return (self.most is not None and judged > self.most) or (self.least is not None and judged < self.least)

    @property
    def bound(self) -> str:
        """What is accepted, in words."""
        bounds = [("at most", self.most), ("at least", self.least)]
        return ", ".join(f"{name} {number(bound)}" for name, bound in bounds if bound is not None)


@dataclass(frozen=True)
class Table:
    """Figures of the same unit.

    Attributes:
        title: What was measured, in a few words.
        unit: The unit of the figures, empty if they are ratios themselves.
        note: What one must know to read them, in sentences.
        rows: The figures.
        more: Whether higher figures are better.
    """

    title: str
    unit: str
    note: str
    rows: tuple[Row, ...]
    more: bool = False


def number(value: float) -> str:
    """Return a number with about three digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def lines(table: Table) -> Iterator[str]:
    """Yield the lines of a table for a terminal."""
    yield f"{table.title}{f' ({table.unit})' if table.unit else ''}"
    for row in table.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} x{f' {row.peer}' if row.peer else ''}"
        bound = f"  {row.bound}{' (missed)' if row.missed else ''}" if row.bound else ""
        yield f"  {row.name:52}{number(row.value):>9}  {ratio}{bound}".rstrip()


def report(tables: Iterable[Table]) -> int:
    """Print tables as they are measured. Return the exit code: 1 if a bound is missed."""
    missed = False
    for table in tables:
        print("\n".join(lines(table)), flush=True)
        missed |= any(row.missed for row in table.rows)
    return int(missed)


@dataclass(frozen=True)
class Results:
    """What was measured, on which machine.

    Attributes:
        date: When, such as 2026-11-27.
        machine: The processor, and the number of its cores.
        versions: The versions of Python, of this SDK and of the peers.
        tables: The figures.
    """

    date: str
    machine: str
    versions: dict[str, str]
    tables: tuple[Table, ...]


RESULTS = TypeAdapter(Results)

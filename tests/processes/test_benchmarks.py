"""The benchmarks run, and judge their figures. The figures themselves only count on an idle machine."""

import sys
from collections.abc import Callable, Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("the benchmarks measure memory as Unix does", allow_module_level=True)
from benchmarks import command_start, drift, start, state_file, validate
from benchmarks.tables import Row, Table, report


def test_the_benchmark_of_validation_runs() -> None:
    tables = {table.title: table for table in validate.tables(100_000)}
    assert {"A verdict", "All findings", "A response", "A large file", "A large file, memory"} == tables.keys()
    assert len([row for row in tables["All findings"].rows if row.most == validate.MOST_TIME]) == 14
    assert [row.name for row in tables["A verdict"].rows if not row.ours] == ["jsonschema-rs and json.loads"]
    assert all(row.value > 0 for table in tables.values() for row in table.rows)


@pytest.mark.parametrize(
    ("tables", "name"),
    [(start.tables, "import, make an emulator, and call"), (command_start.tables, "jiffybox --local box list")],
)
def test_the_benchmarks_of_the_start_run(tables: Callable[[int, str], Iterator[Table]], name: str) -> None:
    """Whether bounds are kept depends on the extras that are installed."""
    assert name in [row.name for table in tables(1, sys.executable) for row in table.rows]


def test_the_benchmarks_of_drift_and_of_state_files_run() -> None:
    tables = [*drift.tables(1), *state_file.tables(1)]
    assert all(row.ratio for table in tables for row in table.rows[1:] if row.ours)


@pytest.mark.parametrize(
    ("row", "missed", "bound"),
    [
        (Row("x", 5), 0, ""),
        (Row("x", 5, most=4), 1, "at most 4.00"),
        (Row("x", 5, most=6), 0, "at most 6.00"),
        (Row("x", 5, ratio=1.2, most=1.1), 1, "at most 1.10"),
        (Row("x", 5, ratio=1.2, least=1.1), 0, "at least 1.10"),
        (Row("x", 5, ratio=1.2, least=200), 1, "at least 200"),
    ],
)
def test_a_figure_or_its_ratio_is_judged(row: Row, missed: int, bound: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (row.missed, row.bound) == (missed, bound)
    assert report([Table("X", "ms", "", (row,))]) == missed
    assert ("(missed)" in capsys.readouterr().out) == missed

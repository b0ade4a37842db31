"""Writes the findings of results, and counts them."""

from collections.abc import Iterable, Iterator

from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._json_text import read
from jiffybox_sdk.validation._reports.stats import Stats
from jiffybox_sdk.validation._reports.values import value_at
from jiffybox_sdk.validation._reports.writers import Entry, Writer
from jiffybox_sdk.validation._results import Result


def report(
    results: Iterable[Result], writer: Writer, stats: Stats, lowest: Severity, *, strict: bool, values: bool, all_: bool
) -> None:
    """Write the findings of results. A document is completed even if this is interrupted.

    Args:
        results: The results.
        writer: Writes the findings.
        stats: Counts them.
        lowest: The lowest severity to write.
        strict: Whether warnings are errors.
        values: Whether to write the values of findings.
        all_: Whether to count all results, also if no more findings can be written and there was an error.
    """
    complete = False
    try:
        writer.begin()
        for result in results:
            findings = tuple(_raised(finding) if strict else finding for finding in result.findings)
            stats.add(result, findings)
            for entry in _entries(result, findings, lowest, values=values):
                writer.write(entry)
            if writer.closed and stats.failed and not all_:
                break
        complete = True
    finally:
        writer.end(complete=complete)


def _raised(finding: Finding) -> Finding:
    """Return a finding with a warning as an error."""
    return finding._replace(severity=Severity.ERROR) if finding.severity == Severity.WARNING else finding


def _entries(result: Result, findings: Iterable[Finding], lowest: Severity, *, values: bool) -> Iterator[Entry]:
    """Yield the findings that are severe enough to be shown."""
    if not any(finding.severity >= lowest for finding in findings):
        return
    text = read(result.data) if values and result.data else None
    for finding, line in zip(findings, result.lines, strict=True):
        if finding.severity >= lowest:
            yield Entry(result, finding, line, value_at(text, finding.pointer) if text else None)

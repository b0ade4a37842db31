"""Statistics: values, findings by rule, kind and file, and drift by place."""

from collections import Counter
from pathlib import Path

from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk.drift import Drift, entries_in
from jiffybox_sdk.validation import KINDS, Finding, Result
from jiffybox_sdk.validation._files import by_name
from jiffybox_sdk.validation._json_text import is_cut, read
from jiffybox_sdk.validation._reports.writers import escape_surrogates

MAX_FILES = 1000
"""The maximum number of files with findings to count individually, which limits memory use."""

OTHERS = "(others)"


class Stats:
    """The statistics so far. `failed` is whether any value or file had an error."""

    def __init__(self, *, drift: bool) -> None:
        self.values = self.valid = 0
        self.failed = False
        self.not_lines = ""  # the first file that was read as JSON lines but does not begin with one
        self._last_file = ""
        self._severities: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._findings_by_kind: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._drift = Drift() if drift else None  # on request, since values with warnings are read again

    def add(self, result: Result, findings: tuple[Finding, ...]) -> None:
        """Count the findings about a value or a file."""
        valid = all(finding.severity != "error" for finding in findings)
        self.failed |= not valid
        if result.about == "value":
            kind = result.kind or ""
            self.values += 1
            self.valid += valid
            self._kinds[kind] += 1
            self._findings_by_kind[kind] += len(findings)
            is_first, self._last_file = result.file != self._last_file, result.file
            if is_first and not self.not_lines and any(map(is_cut, findings)):
                self.not_lines = "" if by_name(Path(result.file)) == "value" else result.file
        if not findings:
            return
        self._severities.update(finding.severity for finding in findings)
        self._rules.update(finding.rule for finding in findings)
        known = result.file in self._files or len(self._files) < MAX_FILES
        self._files[result.file if known else OTHERS] += len(findings)
        # Values that are wrong throughout would dominate the drift.
        if (
            self._drift is not None
            and result.data
            and result.kind
            and findings[-1].rule != "more-findings"
            and any(finding.severity == "warning" for finding in result.findings)  # --strict has raised `findings`
        ):
            self._drift.add(entries_in(read(result.data).payload, KINDS[result.kind]))

    def summary(self) -> str:
        """Return the most important numbers as text."""
        severities = ", ".join(_plural(self._severities[name], name) for name in ("error", "warning", "note"))
        skipped = self._rules["skipped"]
        also = f"; {skipped} skipped" if skipped else ""
        return f"{_plural(self.values, 'value')}, {self.valid} valid; {severities}{also}"

    def lines(self) -> list[str]:
        """Return all statistics as lines of text."""
        kinds = {
            kind or "(unknown)": (count, self._findings_by_kind[kind]) for kind, count in self._kinds.most_common()
        }
        files = self._files.most_common()
        return [
            self.summary(),
            *(f"rule {rule}: {count}" for rule, count in self._rules.most_common()),
            *(
                f"kind {kind}: {_plural(count, 'value')}, {_plural(found, 'finding')}"
                for kind, (count, found) in kinds.items()
            ),
            *(f"file {escape_surrogates(file)}: {_plural(count, 'finding')}" for file, count in files),
            *(f"drift {entry}: {entry.count}" for entry in self._entries()),
        ]

    def as_json(self) -> dict[str, object]:
        """Return all statistics as a JSON object."""
        kinds = {
            kind: {"values": count, "findings": self._findings_by_kind[kind]}
            for kind, count in self._kinds.most_common()
        }
        drift = [
            {
                "model": entry.model,
                "pointer": escape_surrogates(entry.pointer),
                "what": str(entry).removeprefix(f"{entry.model} {entry.pointer or 'itself'}: "),
                "count": entry.count,
            }
            for entry in self._entries()
        ]
        return {
            "values": self.values,
            "valid": self.valid,
            **{f"{name}s": self._severities[name] for name in ("error", "warning", "note")},
            "rules": dict(self._rules.most_common()),
            "kinds": kinds,
            "files": {escape_surrogates(file): count for file, count in self._files.most_common()},
            "drift": drift,
        }

    def _entries(self) -> tuple[DriftEntry, ...]:
        return self._drift.entries if self._drift is not None else ()


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""What `jiffybox validate` counts: values, findings by rule, kind and file, and drift by place."""

from collections import Counter
from contextlib import suppress

from pydantic import JsonValue

from jiffybox_sdk._cli.output.drift import places
from jiffybox_sdk._cli.validate.inspect import Seen
from jiffybox_sdk._cli.validate.report import sound
from jiffybox_sdk.drift import Drift
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.validation import KINDS, Finding, Result
from jiffybox_sdk.validation._json_text import is_cut

MOST_FILES = 1000
"""How many files are counted by themselves. Those with findings are, and memory is not to grow with their number."""

OTHERS = "(others)"


class Counts:
    """What was counted so far.

    Attributes:
        values: How many values there were.
        valid: How many of them have no error.
        wrong: Whether there was any error, be it in a value or with a file.
        no_lines: The first file that was read as JSON lines and does not begin with one; an empty text where all do.
    """

    def __init__(self, *, drift: bool) -> None:
        """Begins with nothing.

        Args:
            drift: Whether to count drift, for which values are read once more.
        """
        self.values: int = 0
        self.valid: int = 0
        self.wrong: bool = False
        self.no_lines: str = ""
        self._last = ""
        self._severities: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._findings_by_kind: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._drift = Drift() if drift else None

    def take(self, result: Result, findings: tuple[Finding, ...], seen: Seen | None) -> None:
        """Counts a value, or what is said of a file.

        Args:
            result: What there is to be said of it.
            findings: What was found, as bad as it is meant to be.
            seen: The value, if it was looked into.
        """
        valid = all(finding.severity != "error" for finding in findings)
        self.wrong |= not valid
        if result.about == "value":
            kind = (seen and seen.kind) or ""
            self.values += 1
            self.valid += valid
            self._kinds[kind] += 1
            self._findings_by_kind[kind] += len(findings)
            is_first, self._last = result.file != self._last, result.file
            if is_first and result.line and not self.no_lines and any(map(is_cut, findings)):
                self.no_lines = result.file
        if not findings:
            return
        self._severities.update(finding.severity for finding in findings)
        self._rules.update(finding.rule for finding in findings)
        known = result.file in self._files or len(self._files) < MOST_FILES
        self._files[result.file if known else OTHERS] += len(findings)
        # What is wrong throughout has no place in a report of what is new, and would take its time.
        bounded = findings[-1].rule != "more-findings"
        if self._drift is not None and seen and seen.kind and bounded:
            with suppress(JiffyAttributeException):  # findings say what is wrong; what was met is counted all the same
                self._drift.look(seen.data, KINDS[seen.kind])

    def summary(self) -> str:
        """Returns the numbers that count most, for people."""
        severities = ", ".join(_number(self._severities[name], name) for name in ("error", "warning", "note"))
        return f"{_number(self.values, 'value')}, {self.valid} valid; {severities}"

    def lines(self) -> list[str]:
        """Returns all numbers, for people."""
        told = [self.summary()]
        told += [f"rule {rule}: {count}" for rule, count in self._rules.most_common()]
        told += [
            f"kind {kind or 'that can not be told'}: {_number(count, 'value')}, "
            f"{_number(self._findings_by_kind[kind], 'finding')}"
            for kind, count in self._kinds.most_common()
        ]
        told += [f"file {sound(file)}: {_number(count, 'finding')}" for file, count in self._files.most_common()]
        told += [
            f"drift {model} {pointer or 'itself'}: {words}: {count}"
            for (model, pointer, words), count in self._places().items()
        ]
        return told

    def as_json(self) -> dict[str, JsonValue]:
        """Returns all numbers, for programs."""
        kinds: dict[str, JsonValue] = {
            kind: {"values": count, "findings": self._findings_by_kind[kind]}
            for kind, count in self._kinds.most_common()
        }
        drift: list[JsonValue] = [
            {"model": model, "pointer": sound(pointer), "what": sound(words), "count": count}
            for (model, pointer, words), count in self._places().items()
        ]
        return {
            "values": self.values,
            "valid": self.valid,
            "errors": self._severities["error"],
            "warnings": self._severities["warning"],
            "notes": self._severities["note"],
            "rules": dict(self._rules.most_common()),
            "kinds": kinds,
            "files": {sound(file): count for file, count in self._files.most_common()},
            "drift": drift,
        }

    def _places(self) -> Counter[tuple[str, str, str]]:
        return places(self._drift.entries if self._drift is not None else ())


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""Checks an archive of API responses, and prints the findings, errors first.

python examples/checker.py folder/    # without a folder: examples/archive

Reads JSON, JSON lines, HAR files and cassettes, and text files with the output of `curl -i`. Guesses the kinds of
the payloads. Exits with 1 if there are errors.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jiffybox_sdk.validation import Finding, Severity, check, check_path, guess


def check_archive(folder: Path) -> Iterator[tuple[str, Finding]]:
    """Yield all findings in the files of a folder, with their places."""
    for result in check_path(folder, guess=True):
        file = Path(result.file)
        if result.about == "file" and file.suffix == ".txt":  # skipped because of its extension
            yield from check_curl_output(file)
            continue
        for line, finding in zip(result.lines, result.findings, strict=True):
            place = result.file if line is None else f"{result.file}:{line}"
            yield f"{place} {result.entry}".rstrip(), finding


def check_curl_output(file: Path) -> Iterator[tuple[str, Finding]]:
    """Yield the findings in a saved response: headers, an empty line, and the payload."""
    _, _, payload = file.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    guessed = guess(payload)
    if guessed.kind is None:
        yield str(file), Finding("", "unknown-kind", Severity.ERROR, found=guessed.reason)
        return
    for finding in check(payload, guessed.kind).findings:
        yield str(file), finding


def main() -> int:
    """Print the findings by severity, and return the exit code."""
    parser = argparse.ArgumentParser(description="Check an archive of API responses.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent / "archive")
    folder: Path = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"{folder} is not a folder")
    findings = sorted(check_archive(folder), key=lambda found: found[1].severity, reverse=True)
    for place, finding in findings:
        print(f"{place}: {finding}")
    counts = Counter(finding.severity for _, finding in findings)
    print(", ".join(f"{severity}s: {counts[severity]}" for severity in reversed(Severity)))
    return 1 if counts[Severity.ERROR] else 0


if __name__ == "__main__":
    sys.exit(main())

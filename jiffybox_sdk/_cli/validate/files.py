"""The validation of files, folders and standard input."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import click

from jiffybox_sdk._cli.errors import ExitCode, discard_stdout
from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.formats import at_terminal, is_utf, to_json
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.progress import ReadProgress, read_progress
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk._cli.validate import ValidateOptions
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation import Finding, Result, Severity, check_path, check_stream, redact
from jiffybox_sdk.validation._files import by_name
from jiffybox_sdk.validation._json_text import read
from jiffybox_sdk.validation._reports.sarif import SarifWriter
from jiffybox_sdk.validation._reports.stats import Stats
from jiffybox_sdk.validation._reports.values import value_at
from jiffybox_sdk.validation._reports.writers import (
    CsvWriter,
    Entry,
    JsonWriter,
    PlainWriter,
    Writer,
    escape_surrogates,
)


def validate_files(
    session: Session, paths: tuple[str, ...], options: ValidateOptions, *, guess: bool, redacted: str | None
) -> None:
    """Validate files, and copy recorded traffic without its secrets if `redacted` is a path."""
    if (options["kind"] and guess) or not (options["kind"] or guess or _is_traffic(paths, options["form"])):
        raise click.UsageError("expected either --as KIND or --guess. Only recorded traffic needs neither.")
    shared = session.options
    if not paths:
        if not sys.stdin or sys.stdin.isatty():
            raise click.UsageError("no input: expected a file, a folder, or - for standard input.")
        paths = ("-",)
    if "" in paths:
        raise click.UsageError("invalid PATH '': expected a file, a folder, or - for standard input.")
    if redacted is not None:
        _redact(paths, redacted)
    writer = _writer(shared, options)
    stats = _validate(paths, options, writer, guess=guess)
    if not stats.values and not stats.failed:
        session.say("jiffybox: no values found")
    elif options["stats"] or (shared.output_format in (None, "plain") and not writer.closed):
        _say_stats(session, stats, options)
    if stats.failed:
        raise click.exceptions.Exit(ExitCode.REFUSED)


def _is_traffic(paths: Sequence[str], form: str | None) -> bool:
    """Return whether all files are recorded traffic by their names."""
    return form == "traffic" or (
        form is None and bool(paths) and all(by_name(Path(path)) == "traffic" for path in paths)
    )


def _redact(paths: Sequence[str], target: str) -> None:
    if len(paths) != 1 or paths[0] == "-":
        raise click.UsageError("--redact needs exactly one file of recorded traffic.")
    try:
        redact(paths[0], target)
    except JiffyArgumentException as error:
        raise click.UsageError(f"{error}.") from None
    except OSError as error:
        raise click.UsageError(f"cannot write {target}: {error.strerror}.") from None


def _validate(paths: Sequence[str], options: ValidateOptions, writer: Writer, *, guess: bool) -> Stats:
    stats = Stats(drift=options["stats"])
    complete = False
    with read_progress(paths) as progress:
        # All paths are checked before anything is written, because invalid usage has no output.
        results = [_read(path, options, progress, guess=guess) for path in paths]
        try:
            writer.begin()
            for result in chain.from_iterable(results):
                findings = tuple(
                    finding._replace(severity=Severity.ERROR)
                    if options["strict"] and finding.severity == Severity.WARNING
                    else finding
                    for finding in result.findings
                )
                stats.add(result, findings)
                for entry in _entries(result, findings, options):
                    progress.hide()
                    writer.write(entry)
                if writer.closed and stats.failed and not options["stats"]:
                    break
            complete = True
        finally:  # an interrupted document is completed, too
            writer.end(complete=complete)
    return stats


def _entries(result: Result, findings: Iterable[Finding], options: ValidateOptions) -> Iterator[Entry]:
    """Yield the findings that are severe enough to be shown."""
    lowest = Severity(options["severity"])
    if not any(finding.severity >= lowest for finding in findings):
        return
    text = read(result.data) if options["show_values"] and result.data else None
    for finding, line in zip(findings, result.lines, strict=True):
        if finding.severity >= lowest:
            yield Entry(result, finding, line, value_at(text, finding.pointer) if text else None)


def _read(path: str, options: ValidateOptions, progress: ReadProgress, *, guess: bool) -> Iterator[Result]:
    kind, form, jobs = options["kind"], options["form"], options["jobs"]
    if path == "-":
        if not sys.stdin:
            raise click.UsageError("cannot read -: standard input is closed.")
        # Unbuffered, because sys.stdin.buffer would wait until its buffer is full.
        stream = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
        if jobs is None and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            jobs = 1  # the findings of a slow stream are shown at once
        return check_stream(stream, kind, form, guess=guess, jobs=jobs, name="-", progress=progress.advance)
    try:
        return check_path(path, kind, form, guess=guess, jobs=jobs, progress=progress.advance)
    except JiffyArgumentException as error:
        raise click.UsageError(f"{error}: --form lines, --form value or --form traffic.") from None


def _writer(shared: Options, options: ValidateOptions) -> Writer:
    match shared.output_format:
        case "json" | "jsonl" as form:
            return JsonWriter(_write, lines=form == "jsonl", ascii_only=not is_utf())
        case "csv":
            return CsvWriter(_write, values=options["show_values"])
        case "sarif":
            return SarifWriter(_write)
        case _:
            monochrome = os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown")
            return PlainWriter(_write, colours=at_terminal() and not monochrome, guessed=options["kind"] is None)


def _write(text: str) -> None:
    try:
        write(text)
    except BrokenPipeError:
        discard_stdout()
        raise


def _say_stats(session: Session, stats: Stats, options: ValidateOptions) -> None:
    if options["stats"] and session.options.output_format in ("json", "jsonl"):
        session.say(to_json(stats.as_json()))
        return
    for line in stats.lines() if options["stats"] else [stats.summary()]:
        session.say(line)
    if stats.not_lines and options["form"] != "value":
        file = escape_surrogates(stats.not_lines)
        session.say(f"jiffybox: {file} was read as JSON lines; if it has only one value, add --form value")

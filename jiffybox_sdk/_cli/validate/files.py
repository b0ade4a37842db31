"""The validation of files, folders and standard input."""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
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
from jiffybox_sdk.validation import Result, Severity, check_path, check_stream, redact
from jiffybox_sdk.validation._files import by_name
from jiffybox_sdk.validation._reports import writers
from jiffybox_sdk.validation._reports.report import report
from jiffybox_sdk.validation._reports.sarif import SarifWriter
from jiffybox_sdk.validation._reports.stats import Stats


def validate_files(
    session: Session, paths: tuple[str, ...], options: ValidateOptions, *, guess: bool, redacted: str | None
) -> None:
    """Validate files, and copy recorded traffic without its secrets if `redacted` is a path."""
    traffic = {options["form"] or by_name(Path(path)) for path in paths or ("-",)} == {"traffic"}
    if (options["kind"] and guess) or not (options["kind"] or guess or traffic):
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
    stats, strict, values = Stats(drift=options["stats"]), options["strict"], options["show_values"]
    with read_progress(paths) as progress:
        writer = _writer(partial(_write, progress), shared, options)
        # All paths are checked before anything is written, because invalid usage has no output.
        results = chain.from_iterable([_read(path, options, progress, guess=guess) for path in paths])
        lowest = Severity(options["severity"])
        report(results, writer, stats, lowest, strict=strict, values=values, all_=options["stats"])
    if not stats.values and not stats.failed:
        session.say("jiffybox: no values found")
    elif options["stats"] or (shared.output_format in (None, "plain") and not writer.closed):
        _say_stats(session, stats, options)
    if stats.failed:
        raise click.exceptions.Exit(ExitCode.REFUSED)


def _redact(paths: Sequence[str], target: str) -> None:
    if len(paths) != 1 or paths[0] == "-":
        raise click.UsageError("--redact needs exactly one file of recorded traffic.")
    try:
        redact(paths[0], target)
    except JiffyArgumentException as error:
        raise click.UsageError(f"{error}.") from None
    except OSError as error:
        raise click.UsageError(f"cannot write {target}: {error.strerror}.") from None


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


def _writer(write: Callable[[str], None], shared: Options, options: ValidateOptions) -> writers.Writer:
    match shared.output_format:
        case "json" | "jsonl" as form:
            return writers.JsonWriter(write, lines=form == "jsonl", ascii_only=not is_utf())
        case "csv":
            return writers.CsvWriter(write, values=options["show_values"])
        case "sarif":
            return SarifWriter(write)
        case _:
            monochrome = os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown")
            return writers.PlainWriter(write, colours=at_terminal() and not monochrome, guessed=options["kind"] is None)


def _write(progress: ReadProgress, text: str) -> None:
    progress.hide()
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
        file = writers.escape_surrogates(stats.not_lines)
        session.say(f"jiffybox: {file} was read as JSON lines; if it has only one value, add --form value")

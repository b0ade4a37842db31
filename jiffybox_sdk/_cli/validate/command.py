"""`jiffybox validate`: validation of saved payloads in files, folders and standard input."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack, get_args

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.errors import ExitCode
from jiffybox_sdk._cli.options import Command, Options, examples, formats
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk._common.kind_names import KindName

if TYPE_CHECKING:
    from jiffybox_sdk._cli.progress import ReadProgress
    from jiffybox_sdk._cli.validate.report import Entry, Writer
    from jiffybox_sdk._cli.validate.stats import Stats
    from jiffybox_sdk.validation import Finding, Form, Result

KINDS: tuple[str, ...] = get_args(KindName)


class _Kind(click.Choice[str]):
    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:  # noqa: ARG002 (the signature of click)
        close = get_close_matches(str(value).lower().replace("-", "_"), KINDS, n=1)
        suggestion = f" (did you mean {close[0]!r}?)" if close else ""
        return f"unknown kind {value!r}{suggestion}: expected one of {', '.join(KINDS)}."


class ValidateOptions(TypedDict):
    """The options of `validate`. A kind or form that is not given is guessed."""

    kind: str | None
    form: "Form | None"
    jobs: int | None
    strict: bool
    severity: str
    stats: bool
    show_values: bool


@examples(
    "jiffybox validate --as box answers.jsonl",
    "curl -s .../jiffyBoxes | jiffybox validate --as boxes --form value",
    "jiffybox validate --guess recorded/ --strict --stats",
    "jiffybox validate --as plans plans.json -o sarif > findings.sarif",
    "jiffybox validate recorded.har --redact clean.har",
)
@formats("plain", "json", "csv", "sarif")
@click.command("validate", cls=Command)
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_files)
@click.option("--as", "kind", type=_Kind(KINDS), metavar="KIND", help=f"Kind of all values: {', '.join(KINDS)}.")
@click.option("--guess", is_flag=True, help="Guess the kind of each value. It is an error if that is impossible.")
@click.option(
    "--form",
    type=click.Choice(("lines", "value", "traffic")),
    help="Whether files contain JSON lines, one value or list of values, or recorded traffic.  [default: lines for "
    ".jsonl and .ndjson, value for .json, traffic for .har, .yaml and .yml; the first line of standard input]",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes for large inputs.  [default: one per core, 1 for pipes]",
)
@click.option("--redact", metavar="FILE", help="Write a copy of recorded traffic without tokens and passwords.")
@click.option("--strict", is_flag=True, help="Treat warnings, such as unknown fields, as errors.")
@click.option(
    "--severity",
    type=click.Choice(("error", "warning", "note")),
    default="warning",
    show_default=True,
    help="Lowest severity to show.",
)
@click.option("--stats", is_flag=True, help="Show statistics on standard error; with -o json as JSON.")
@click.option("--show-values", is_flag=True, help="Show the values of findings, except for passwords and the like.")
@pass_session
def validate(
    session: Session, paths: tuple[str, ...], *, guess: bool, redact: str | None, **options: Unpack[ValidateOptions]
) -> None:
    """Validate saved payloads. Works offline.

    PATH is a file, a folder (for its .json, .jsonl, .ndjson, .har, .yaml and .yml files, also with .gz), or - for
    standard input. Standard input is also the default unless it is a terminal. By default, no values are shown.

    Recorded traffic (HAR files, and cassettes of vcrpy) needs neither --as nor --guess, because the calls give the
    kinds. Tokens are never shown.

    Output formats: plain (file:line: severity: JSON Pointer: rule), json (one finding per line), csv, or sarif (SARIF
    2.1.0).

    Exit codes: 0 all values are valid, 1 errors, including unreadable files, 2 invalid usage, 130 Ctrl-C.
    """
    if (options["kind"] and guess) or not (options["kind"] or guess or _is_traffic(paths, options["form"])):
        raise click.UsageError("expected either --as KIND or --guess. Only recorded traffic needs neither.")
    shared = session.options
    if shared.columns or shared.sort or shared.pager:
        raise click.UsageError("--columns, --sort and --pager cannot be used with validate.")
    if not paths:
        if not sys.stdin or sys.stdin.isatty():
            raise click.UsageError("no input: expected a file, a folder, or - for standard input.")
        paths = ("-",)
    if "" in paths:
        raise click.UsageError("invalid PATH '': expected a file, a folder, or - for standard input.")
    if redact is not None:
        _redact(paths, redact)
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
    from jiffybox_sdk.validation._files import by_name

    return form == "traffic" or (
        form is None and bool(paths) and all(by_name(Path(path)) == "traffic" for path in paths)
    )


def _redact(paths: Sequence[str], target: str) -> None:
    from jiffybox_sdk.exceptions import JiffyArgumentException
    from jiffybox_sdk.validation import redact

    if len(paths) != 1 or paths[0] == "-":
        raise click.UsageError("--redact needs exactly one file of recorded traffic.")
    try:
        redact(paths[0], target)
    except JiffyArgumentException as error:
        raise click.UsageError(f"{error}.") from None
    except OSError as error:
        raise click.UsageError(f"cannot write {target}: {error.strerror}.") from None


def _validate(paths: Sequence[str], options: ValidateOptions, writer: "Writer", *, guess: bool) -> "Stats":
    from jiffybox_sdk._cli.progress import read_progress
    from jiffybox_sdk._cli.validate.stats import Stats
    from jiffybox_sdk.validation import Severity

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


def _entries(result: "Result", findings: "Iterable[Finding]", options: ValidateOptions) -> "Iterator[Entry]":
    """Yield the findings that are severe enough to be shown."""
    from jiffybox_sdk._cli.validate.inspect import value_at
    from jiffybox_sdk._cli.validate.report import Entry
    from jiffybox_sdk.validation import Severity
    from jiffybox_sdk.validation._json_text import read

    lowest = Severity(options["severity"])
    if not any(finding.severity >= lowest for finding in findings):
        return
    text = read(result.data) if options["show_values"] and result.data else None
    for finding, line in zip(findings, result.lines, strict=True):
        if finding.severity >= lowest:
            yield Entry(result, finding, line, value_at(text, finding.pointer) if text else None)


def _read(path: str, options: ValidateOptions, progress: "ReadProgress", *, guess: bool) -> "Iterator[Result]":
    from jiffybox_sdk.exceptions import JiffyArgumentException
    from jiffybox_sdk.validation import check_path, check_stream

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


def _writer(shared: Options, options: ValidateOptions) -> "Writer":
    from jiffybox_sdk._cli.output.formats import at_terminal
    from jiffybox_sdk._cli.validate.report import CsvWriter, JsonLinesWriter, PlainWriter

    match shared.output_format:
        case "json":
            return JsonLinesWriter()
        case "csv":
            return CsvWriter(values=options["show_values"])
        case "sarif":
            from jiffybox_sdk._cli.validate.sarif import SarifWriter

            return SarifWriter()
        case _:
            monochrome = os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown")
            return PlainWriter(colours=at_terminal() and not monochrome, guessed=options["kind"] is None)


def _say_stats(session: Session, stats: "Stats", options: ValidateOptions) -> None:
    from jiffybox_sdk._cli.output.formats import to_json
    from jiffybox_sdk._cli.validate.report import escape_surrogates

    if options["stats"] and session.options.output_format == "json":
        session.say(to_json(stats.as_json()))
        return
    for line in stats.lines() if options["stats"] else [stats.summary()]:
        session.say(line)
    if stats.not_lines and options["form"] != "value":
        file = escape_surrogates(stats.not_lines)
        session.say(f"jiffybox: {file} was read as JSON lines; if it has only one value, add --form value")

"""`jiffybox validate`: validation of saved payloads in files, folders and standard input."""

import os
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
    from jiffybox_sdk._cli.validate.inspect import InspectedValue, Inspector
    from jiffybox_sdk._cli.validate.report import Entry, Writer
    from jiffybox_sdk._cli.validate.stats import Stats
    from jiffybox_sdk.validation import Finding, Result

KINDS: tuple[str, ...] = get_args(KindName)
SEVERITIES = ("error", "warning", "note")


class _Kind(click.Choice[str]):
    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:  # noqa: ARG002 (the signature of click)
        close = get_close_matches(str(value).lower().replace("-", "_"), KINDS, n=1)
        suggestion = f" (did you mean {close[0]!r}?)" if close else ""
        return f"unknown kind {value!r}{suggestion}: expected one of {', '.join(KINDS)}."


class ValidateOptions(TypedDict):
    """The options of `validate`. A kind or form that is not given is guessed."""

    kind: str | None
    form: str | None
    strict: bool
    severity: str
    stats: bool
    show_values: bool


@examples(
    "jiffybox validate --as box answers.jsonl",
    "curl -s .../jiffyBoxes | jiffybox validate --as boxes --form value",
    "jiffybox validate --guess recorded/ --strict --stats",
    "jiffybox validate --as plans plans.json -o sarif > findings.sarif",
)
@formats("plain", "json", "csv", "sarif")
@click.command("validate", cls=Command)
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_files)
@click.option("--as", "kind", type=_Kind(KINDS), metavar="KIND", help=f"Kind of all values: {', '.join(KINDS)}.")
@click.option("--guess", is_flag=True, help="Guess the kind of each value. It is an error if that is impossible.")
@click.option(
    "--form",
    type=click.Choice(("lines", "value")),
    help="Whether files contain JSON lines or one value.  [default: lines for .jsonl, .ndjson and standard input, "
    "value for .json]",
)
@click.option("--strict", is_flag=True, help="Treat warnings, such as unknown fields, as errors.")
@click.option(
    "--severity", type=click.Choice(SEVERITIES), default="note", show_default=True, help="Lowest severity to show."
)
@click.option("--stats", is_flag=True, help="Show statistics on standard error; with -o json as JSON.")
@click.option("--show-values", is_flag=True, help="Show the values of findings, except for passwords and the like.")
@pass_session
def validate(session: Session, paths: tuple[str, ...], *, guess: bool, **options: Unpack[ValidateOptions]) -> None:
    """Validate saved payloads. Works offline.

    PATH is a file, a folder (for its .json, .jsonl and .ndjson files), or - for standard input. Standard input is also
    the default unless it is a terminal. By default, no values are shown.

    Output formats: plain (file:line: severity: JSON Pointer: rule), json (one finding per line), csv, or sarif (SARIF
    2.1.0).

    Exit codes: 0 all values are valid, 1 errors, including unreadable files, 2 invalid usage, 130 Ctrl-C.
    """
    if (options["kind"] is None) != guess:
        raise click.UsageError("expected either --as KIND or --guess.")
    shared = session.options
    if shared.columns or shared.sort or shared.pager:
        raise click.UsageError("--columns, --sort and --pager cannot be used with validate.")
    if not paths:
        if not sys.stdin or sys.stdin.isatty():
            raise click.UsageError("no input: expected a file, a folder, or - for standard input.")
        paths = ("-",)
    if "" in paths:
        raise click.UsageError("invalid PATH '': expected a file, a folder, or - for standard input.")
    writer = _writer(shared, options)
    stats = _validate(paths, options, writer)
    if not stats.values and not stats.failed:
        session.say("jiffybox: no values found")
    elif options["stats"] or (shared.output_format in (None, "plain") and not writer.closed):
        _say_stats(session, stats, options)
    if stats.failed:
        raise click.exceptions.Exit(ExitCode.REFUSED)


def _validate(paths: Sequence[str], options: ValidateOptions, writer: "Writer") -> "Stats":
    from jiffybox_sdk._cli.progress import read_progress
    from jiffybox_sdk._cli.validate.inspect import Inspector
    from jiffybox_sdk._cli.validate.stats import Stats

    stats, inspector = Stats(drift=options["stats"]), Inspector(options["kind"])
    complete = False
    with read_progress(paths) as progress:
        # All paths are checked before anything is written, because invalid usage has no output.
        results = [_read(path, inspector, options, progress) for path in paths]
        writer.begin()
        try:
            for result in chain.from_iterable(results):
                value = inspector.take() if result.about == "value" else None
                findings = tuple(
                    finding._replace(severity="error")
                    if options["strict"] and finding.severity == "warning"
                    else finding
                    for finding in result.findings
                )
                stats.add(result, findings, value)
                for entry in _entries(result, findings, value, options):
                    progress.hide()
                    writer.write(entry)
                if writer.closed and stats.failed and not options["stats"]:
                    break
            complete = True
        finally:  # an interrupted document is completed, too
            writer.end(complete=complete)
    return stats


def _entries(
    result: "Result", findings: "Iterable[Finding]", value: "InspectedValue | None", options: ValidateOptions
) -> "Iterator[Entry]":
    """Yield the findings that are severe enough to be shown."""
    from jiffybox_sdk._cli.validate.report import Entry

    kind = value.kind if value else options["kind"] if result.about == "value" else None
    for finding in findings:
        if SEVERITIES.index(finding.severity) <= SEVERITIES.index(options["severity"]):
            shown_value = value.at(finding.pointer) if options["show_values"] and value else None
            yield Entry(result.file, result.line, result.about, kind, finding, shown_value)


def _read(path: str, inspector: "Inspector", options: ValidateOptions, progress: "ReadProgress") -> "Iterator[Result]":
    from jiffybox_sdk.exceptions import JiffyArgumentException
    from jiffybox_sdk.validation._files import read_path, read_stream

    if path == "-":
        form = options["form"] or "lines"
        if not sys.stdin:
            raise click.UsageError("cannot read -: standard input is closed.")
        # Unbuffered, because sys.stdin.buffer would wait until its buffer is full.
        stream = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
        return read_stream(stream, inspector.read, form, name="-", progress=progress.advance)
    try:
        return read_path(Path(path), inspector.read, options["form"], progress=progress.advance)
    except JiffyArgumentException as error:
        raise click.UsageError(f"{error}: --form lines or --form value.") from None


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
    if stats.not_lines:
        file = escape_surrogates(stats.not_lines)
        session.say(f"jiffybox: {file} was read as JSON lines; if it has only one value, add --form value")

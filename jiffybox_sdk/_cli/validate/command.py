"""`jiffybox validate`: what there is to be said of saved payloads, in files, folders and standard input."""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.errors import ExitCode, let_go_of_stdout
from jiffybox_sdk._cli.options import Command, Options, examples, formats
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from jiffybox_sdk._cli.progress import Bar
    from jiffybox_sdk._cli.validate.inspect import Looker
    from jiffybox_sdk._cli.validate.report import Found, Writer
    from jiffybox_sdk._cli.validate.stats import Counts
    from jiffybox_sdk.validation import Finding, Result

NAMES = (
    "backup", "backups", "backups_by_box", "box", "boxes", "check", "check_result", "check_results", "checks",
    "contact_group", "contact_groups", "disk", "distribution", "distributions", "done", "envelope", "ip", "ips",
    "ips_by_box", "message", "module", "modules", "plan", "plans", "profile", "schedule",
)  # fmt: skip
"""The kinds of the library, which are named here since help loads no models."""

SEVERITIES = ("error", "warning", "note")


class _Kind(click.Choice[str]):
    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:  # noqa: ARG002 (the signature of click)
        """Returns what is said of a name that is no kind, with the one that was probably meant."""
        close = get_close_matches(str(value).lower().replace("-", "_"), NAMES, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        return f"{value!r} is no kind: {hint}There are {', '.join(NAMES)}."


@dataclass(frozen=True)
class Wanted:
    """What was asked for.

    Attributes:
        kind: What values are; `None` to guess.
        form: Whether files hold lines or one value, if that was said.
        strict: Whether warnings are errors.
        severity: How bad what is shown is at least.
        stats: Whether to show numbers in the end.
        show_values: Whether to show values.
    """

    kind: str | None
    form: str | None
    strict: bool
    severity: str
    stats: bool
    show_values: bool

    def judged(self, findings: "Iterable[Finding]") -> "tuple[Finding, ...]":
        """Returns findings as bad as they are meant to be."""
        return tuple(
            finding._replace(severity="error") if self.strict and finding.severity == "warning" else finding
            for finding in findings
        )

    def shown(self, finding: "Finding") -> bool:
        """Whether a finding is bad enough to be shown."""
        return SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.severity)


class _Pipe:
    """Writes until the reader has seen enough.

    Then there is only the exit code to find out, which is not to depend on when that was.

    Attributes:
        gone: Whether nobody reads any more.
    """

    def __init__(self, writer: "Writer") -> None:
        self._writer = writer
        self.gone = False

    def begin(self) -> None:
        self._while_read(self._writer.begin)

    def write(self, found: "Found") -> None:
        self._while_read(lambda: self._writer.write(found))

    def end(self, *, complete: bool) -> None:
        self._while_read(lambda: self._writer.end(complete=complete))

    def _while_read(self, write: Callable[[], None]) -> None:
        try:
            if not self.gone:
                write()
        except BrokenPipeError:
            self.gone = True
            let_go_of_stdout()


@examples(
    "jiffybox validate --as box answers.jsonl",
    "curl -s .../jiffyBoxes | jiffybox validate --as boxes --form value",
    "jiffybox validate --guess recorded/ --strict --stats",
    "jiffybox validate --as plans plans.json -o sarif > findings.sarif",
)
@formats("plain", "json", "csv", "sarif")
@click.command("validate", cls=Command)
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_files)
@click.option("--as", "kind", type=_Kind(NAMES), metavar="KIND", help=f"What each value is: {', '.join(NAMES)}.")
@click.option("--guess", is_flag=True, help="Guess what each value is; one that can't be told is an error.")
@click.option(
    "--form",
    type=click.Choice(("lines", "value")),
    help="Whether a file holds JSON lines or one value.  [default: lines for .jsonl, .ndjson and standard input, value "
    "for .json]",
)
@click.option("--strict", is_flag=True, help="Take warnings, such as unknown fields, for errors.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="note",
    show_default=True,
    help="Show only what is at least this bad.",
)
@click.option("--stats", is_flag=True, help="Show numbers in the end, on standard error; with -o json as JSON.")
@click.option("--show-values", is_flag=True, help="Show what stands there, too, but for passwords and the like.")
@pass_session
def validate(
    session: Session,
    paths: tuple[str, ...],
    kind: str | None,
    form: str | None,
    severity: str,
    *,
    guess: bool,
    strict: bool,
    stats: bool,
    show_values: bool,
) -> None:
    """Check saved answers of the service against the schemas.

    PATH is a file, a folder (its .json, .jsonl and .ndjson files are looked at), or - for standard input, which is
    also read where there is no PATH and no terminal. No service is needed, and values are not shown.

    -o is plain (file:line: severity: JSON pointer: rule), json (a finding a line), csv, or sarif (SARIF 2.1.0).

    Exit codes: 0 all is valid, 1 there are errors, or a file can't be read, 2 wrong usage, 130 Ctrl-C.
    """
    if (kind is None) != guess:
        raise click.UsageError("say what the values are: give --as KIND or --guess, and not both.")
    options = session.options
    if options.columns or options.sort or options.pager:
        raise click.UsageError("--columns, --sort and --pager are refused: findings are shown as they are found.")
    if not paths:
        if not sys.stdin or sys.stdin.isatty():
            raise click.UsageError("give a file, a folder, or - for standard input.")
        paths = ("-",)
    if "" in paths:
        raise click.UsageError("PATH '' is refused: give a file, a folder, or - for standard input.")
    wanted = Wanted(kind, form, strict, severity, stats, show_values)
    writer = _Pipe(_writer(options, wanted))
    counts = _look(paths, wanted, writer)
    if not counts.values and not counts.wrong:
        session.say("jiffybox: there was no value to look at")
    elif stats or (options.output_format in (None, "plain") and not writer.gone):
        _tell(session, counts, wanted)
    if counts.wrong:
        raise click.exceptions.Exit(ExitCode.REFUSED)


def _look(paths: Sequence[str], wanted: Wanted, writer: _Pipe) -> "Counts":
    """Writes what is to be said of files, and returns what was counted."""
    from jiffybox_sdk._cli import progress
    from jiffybox_sdk._cli.validate.inspect import Looker
    from jiffybox_sdk._cli.validate.stats import Counts

    counts, looker = Counts(drift=wanted.stats), Looker(wanted.kind)
    with progress.reading(paths) as shown:
        # All names are looked at before anything is written: a wrong one is wrong usage, and data are none of it.
        results = [_results(path, looker, wanted, shown) for path in paths]
        with _document(writer):
            for result in chain.from_iterable(results):
                _write(result, looker, writer, counts, wanted, shown)
                if writer.gone and counts.wrong and not wanted.stats:
                    break
    return counts


@contextmanager
def _document(writer: _Pipe) -> Generator[None]:
    """Writes what stands around all, and the end of it whatever happens: what was written is a document then."""
    complete = False
    writer.begin()
    try:
        yield
        complete = True
    finally:
        writer.end(complete=complete)


def _results(path: str, looker: "Looker", wanted: Wanted, bar: "Bar") -> "Iterator[Result]":
    from jiffybox_sdk.exceptions import JiffyArgumentException
    from jiffybox_sdk.validation._files import read_path, read_stream

    if path == "-":
        return read_stream(_standard_input(), looker, wanted.form or "lines", name="-", progress=bar.read)
    try:
        return read_path(Path(path), looker, wanted.form, progress=bar.read)
    except JiffyArgumentException as error:
        raise click.UsageError(f"{error}: --form lines or --form value.") from None


def _standard_input() -> IO[bytes]:
    if not sys.stdin:
        raise click.UsageError("- is refused: there is no standard input.")
    # Not sys.stdin.buffer, which waits until there is enough to fill it, where a pipe may have a line now and then.
    return os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False)


def _write(result: "Result", looker: "Looker", writer: _Pipe, counts: "Counts", wanted: Wanted, bar: "Bar") -> None:
    from jiffybox_sdk._cli.validate.report import Found

    seen = looker.take() if result.about == "value" else None
    findings = wanted.judged(result.findings)
    counts.take(result, findings, seen)
    for finding in filter(wanted.shown, findings):
        bar.make_room()
        value = seen.value_at(finding.pointer) if wanted.show_values and seen else None
        kind = seen.kind if seen else wanted.kind if result.about == "value" else None
        writer.write(Found(result.file, result.line, result.about, kind, finding, value))


def _writer(options: Options, wanted: Wanted) -> "Writer":
    from jiffybox_sdk._cli.output.formats import at_terminal
    from jiffybox_sdk._cli.validate.report import Csv, JsonLines, People

    match options.output_format:
        case "json":
            return JsonLines()
        case "csv":
            return Csv(values=wanted.show_values)
        case "sarif":
            from jiffybox_sdk._cli.validate.sarif import Sarif

            return Sarif()
        case _:
            quiet = os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown")
            return People(colours=at_terminal() and not quiet, guessed=wanted.kind is None)


def _tell(session: Session, counts: "Counts", wanted: Wanted) -> None:
    from jiffybox_sdk._cli.output.formats import as_json
    from jiffybox_sdk._cli.validate.report import sound

    if wanted.stats and session.options.output_format == "json":
        session.say(as_json(counts.as_json(), pretty=False))
        return
    for line in counts.lines() if wanted.stats else [counts.summary()]:
        session.say(line)
    if counts.no_lines:
        session.say(f"jiffybox: {sound(counts.no_lines)} was read as JSON lines; for one value, give --form value")

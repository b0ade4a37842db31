"""`jiffybox validate`: validation of saved payloads in files, folders and standard input."""

from difflib import get_close_matches
from typing import Unpack, get_args

import click

from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk._cli.validate import ValidateOptions
from jiffybox_sdk._common.kind_names import KindName

KINDS: tuple[str, ...] = get_args(KindName)


class _Kind(click.Choice[str]):
    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:  # noqa: ARG002 (the signature of click)
        close = get_close_matches(str(value).lower().replace("-", "_"), KINDS, n=1)
        suggestion = f" (did you mean {close[0]!r}?)" if close else ""
        return f"unknown kind {value!r}{suggestion}: expected one of {', '.join(KINDS)}."


@examples(
    "jiffybox validate --as box answers.jsonl",
    "curl -s .../jiffyBoxes | jiffybox validate --as boxes --form value",
    "jiffybox validate --guess recorded/ --strict --stats",
    "jiffybox validate --as plans plans.json -o sarif > findings.sarif",
    "jiffybox validate recorded.har --redact clean.har",
    formats=("plain", "json", "jsonl", "csv", "sarif"),
)
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
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes.  [default: one per core, 1 for pipes]")
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

    Output formats: plain (file:line: severity: JSON Pointer: rule), json (an array of findings), jsonl (a finding per
    line), csv, or sarif (SARIF 2.1.0).

    Exit codes: 0 all values are valid, 1 errors, including unreadable files, 2 invalid usage, 130 Ctrl-C.
    """
    from jiffybox_sdk._cli.validate.files import validate_files  # loads pydantic

    validate_files(session, paths, options, guess=guess, redacted=redact)

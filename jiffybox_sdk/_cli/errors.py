"""The message and exit code for each error."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import IntEnum
from typing import ClassVar

import click

from jiffybox_sdk import exceptions as sdk
from jiffybox_sdk._cli.extra import missing_extra
from jiffybox_sdk._cli.options import Invocation
from jiffybox_sdk._cli.output.text import OutputError, write, write_error
from jiffybox_sdk._common.texts import printable, printable_lines, traceback_text
from jiffybox_sdk.exceptions import JiffyException, one_line


class ExitCode(IntEnum):
    """The exit codes, which scripts can rely on."""

    DONE = 0
    """Success: everything was done, or accepted by the service."""
    REFUSED = 1
    """The service rejected the call, an object does not exist, you did not confirm, or `validate` or `sweep` failed."""
    USAGE = 2
    """The command line, a profile, a file or the local state is invalid. Nothing was sent."""
    UNREACHABLE = 3
    """The service did not return a usable response."""
    TIMED_OUT = 4
    """A wait timed out. The service may still complete the work."""
    UNKNOWN = 5
    """A call was sent but its response was lost, so it may or may not have been carried out."""
    BROKEN_ANSWER = 6
    """A response does not match its schema."""
    NOT_WRITTEN = 7
    """The output could not be written, such as to a full disk. The service carried out the call."""
    PARTIAL = 8
    """A command succeeded for some of several boxes, and failed for others."""
    DEFECT = 70
    """Internal error (please report it)."""
    INTERRUPTED = 130
    """Interrupted by Ctrl-C."""


_CODES: dict[type[Exception], ExitCode] = {
    sdk.JiffyTimeoutException: ExitCode.TIMED_OUT,
    sdk.JiffyOutcomeUnknownException: ExitCode.UNKNOWN,
    sdk.JiffyDetachedException: ExitCode.DEFECT,
    sdk.JiffyAttributeException: ExitCode.BROKEN_ANSWER,
    sdk.JiffyTransportException: ExitCode.UNREACHABLE,
    sdk.JiffyArgumentException: ExitCode.USAGE,
    JiffyException: ExitCode.REFUSED,
    OutputError: ExitCode.NOT_WRITTEN,
}


class SomeFailedError(Exception):
    """A command failed for some of several boxes."""

    def __init__(self, failures: Mapping[str, JiffyException], *, all_failed: bool) -> None:
        super().__init__("; ".join(failures))
        self.failures = failures
        self.all_failed = all_failed


class RefusedError(click.ClickException):
    """An object does not exist, or a confirmation was declined."""

    exit_code: ClassVar[int] = ExitCode.REFUSED


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command, report its errors, and return its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Characters that the encoding lacks are escaped.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    # Tokens are hidden even if the command line is invalid.
    invocation = Invocation(
        re.findall(r"^--(?:api-key|token|access-token)[\n=](.*)$", "\n".join(arguments), re.MULTILINE)
    )
    if instruction := os.environ.get("_JIFFYBOX_COMPLETE"):
        from click.shell_completion import shell_complete

        try:
            return shell_complete(command, {"obj": invocation}, "jiffybox", "_JIFFYBOX_COMPLETE", instruction)
        except KeyboardInterrupt:  # a message would disturb the prompt
            return ExitCode.INTERRUPTED
    code: int = ExitCode.DONE
    try:
        try:
            with command.make_context("jiffybox", list(arguments), obj=invocation) as context:
                command.invoke(context)
        except click.exceptions.Exit as exit_:
            code = exit_.exit_code
        if sys.stdout:
            write("")
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        discard_stdout()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 (tracebacks are shown on request only)
        return _report(error, invocation)
    except KeyboardInterrupt as error:
        _write("interrupted", error, invocation)
        return ExitCode.INTERRUPTED
    return code


def discard_stdout() -> None:
    """Discard what is still buffered, so that a later flush does not fail again."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: Exception, invocation: Invocation, about: str = "") -> int:
    if isinstance(error, SomeFailedError):
        codes = [_report(failure, invocation, f"{title}: ") for title, failure in error.failures.items()]
        return codes[0] if error.all_failed else ExitCode.PARTIAL
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # its message is the help
        write_error(error.format_message())
        return ExitCode.USAGE
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), ExitCode.DEFECT)
    if isinstance(error, click.exceptions.Abort):
        code, message = ExitCode.INTERRUPTED, "interrupted; nothing was done"
    elif isinstance(error, click.ClickException):
        _drop_unlikely(error)
        code, message = ExitCode(error.exit_code), one_line(error.format_message())
        if isinstance(error, click.UsageError) and error.ctx:
            message = f"{message.removesuffix('.')} (see {error.ctx.command_path} --help)"
    elif isinstance(error, JiffyException):
        message = str(error.args[0]) if error.args else str(error)
        if isinstance(error, sdk.JiffyTransportException) and invocation.address:
            message += f" (at {invocation.address})"
        if isinstance(error, sdk.JiffyMessageException) and error.hint:
            message += f" ({_with_commands(error, error.hint, invocation)})"
        elif isinstance(error, sdk.JiffyOutcomeUnknownException):
            # The command that shows whether it was carried out.
            names = {"jiffyBoxes": "box", "contactGroups": "contact-group", "monitoring": "check", "backups": "backup"}
            module, _, rest = error.operation.path.partition("/")
            noun, lists = names.get(module, "ip"), error.operation.call.verb == "POST" and module != "backups"
            verb = "list" if lists or noun == "ip" else "show"
            words = [noun, verb, *([] if lists else [rest.partition("/")[0]])]
            message += f": {invocation.options.command_line(' '.join(words))}"
    elif isinstance(error, OutputError):
        discard_stdout()
        message = f"cannot write the output: {error}{'; the work was done' if invocation.answered else ''}"
    elif isinstance(error, ModuleNotFoundError) and (advice := missing_extra(error)):
        code, message = ExitCode.USAGE, advice
    else:
        message = f"internal error (please report it): {type(error).__name__}: {error}; --debug shows the traceback"
    _write(f"{about}{message}", error, invocation)
    return code


def _with_commands(error: sdk.JiffyMessageException, hint: str, invocation: Invocation) -> str:
    """Return a hint of the SDK with the command that it is about."""
    verb, _, path = str(error.operation).partition(" ")
    number = [*path.split("/"), "BOX"][1]
    force = f", or jiffybox box delete {number} --force" * (verb == "DELETE" and "running" in hint)
    plan = " PLAN" * ("thaw" in hint)
    hint = re.sub(r"(start|stop|thaw|freeze) it first$", rf"\g<0>: jiffybox box \1 {number}{plan}{force}", hint)
    hint = re.sub(r"list (?:the|its) (plan|distribution|check|box)e?s$", r"see jiffybox \1 list", hint)
    hint = hint.replace("box is busy: wait until it is ready first", f"box is busy: see jiffybox box wait {number}")
    return hint.replace("jiffybox ", invocation.options.command_line(""))


def _drop_unlikely(error: click.ClickException) -> None:
    """Drop suggestions of click's that have little in common with what was written, the last word of the message."""
    if possibilities := getattr(error, "possibilities", None):
        name = error.message.strip("'. ").rpartition(" ")[2].strip("'-")
        close = get_close_matches(name, [each.strip("-") for each in possibilities], cutoff=0.75)
        vars(error)["possibilities"] = [each for each in possibilities if each.strip("-") in close]


def _write(message: str, error: BaseException, invocation: Invocation) -> None:
    if invocation.options.debug:
        write_error(printable_lines(invocation.redact(traceback_text(error))))
    write_error(f"jiffybox: {printable(invocation.redact(message))}")

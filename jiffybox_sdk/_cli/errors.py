"""The message and exit code for each error."""

import errno
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import click

from jiffybox_sdk._cli.extra import missing_extra
from jiffybox_sdk._cli.options import Invocation
from jiffybox_sdk._cli.output.text import printable_lines, write_error
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyDetachedException,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTransportException,
    JiffyWaitException,
    one_line,
)

if TYPE_CHECKING:
    from jiffybox_sdk._common.operation import Operation


class ExitCode(IntEnum):
    """The exit codes, which scripts can rely on."""

    DONE = 0
    """Success: everything was done, or accepted by the service."""
    REFUSED = 1
    """The service rejected the call, an object does not exist, the answer was no, or `validate` or `sweep` failed."""
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
    PARTIAL = 8
    """Some of several boxes went through, others did not."""
    DEFECT = 70
    """Internal error (please report it)."""
    INTERRUPTED = 130
    """Interrupted by Ctrl-C."""


_CODES: tuple[tuple[type[JiffyException], ExitCode], ...] = (
    (JiffyTimeoutException, ExitCode.TIMED_OUT),
    (JiffyWaitException, ExitCode.REFUSED),
    (JiffyMessageException, ExitCode.REFUSED),
    (JiffyOutcomeUnknownException, ExitCode.UNKNOWN),
    (JiffyAttributeException, ExitCode.BROKEN_ANSWER),
    (JiffyTransportException, ExitCode.UNREACHABLE),
    (JiffyArgumentException, ExitCode.USAGE),
    (JiffyDetachedException, ExitCode.DEFECT),
)


class SomeFailedError(Exception):
    """A command failed for some of several boxes."""

    def __init__(self, failures: Mapping[str, JiffyException], *, all_failed: bool) -> None:
        super().__init__("; ".join(failures))
        self.failures = failures
        self.all_failed = all_failed


class RefusedError(click.ClickException):
    """An object does not exist, or a question was answered with no."""

    exit_code: ClassVar[int] = ExitCode.REFUSED


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command, report its errors, and return its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Characters that the encoding lacks are escaped.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    invocation = Invocation(_tokens(arguments))
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
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        discard_stdout()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 (tracebacks are shown on request only)
        return _report(error, invocation)
    except KeyboardInterrupt as error:
        _write("interrupted", error, invocation)
        return ExitCode.INTERRUPTED
    return code


def _tokens(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the values of `--api-key`, which must be hidden even if the command line is invalid."""
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--api-key":
            yield following
        elif argument.startswith("--api-key="):
            yield argument.partition("=")[2]


def discard_stdout() -> None:
    """Discard what is still buffered, so that a later flush does not fail again."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(error: Exception, invocation: Invocation, about: str = "") -> int:
    if isinstance(error, SomeFailedError):
        codes = [_report(failure, invocation, f"{title}: ") for title, failure in error.failures.items()]
        return codes[0] if error.all_failed else ExitCode.PARTIAL
    code, message = ExitCode.DEFECT, f"internal error (please report it): {type(error).__name__}: {error}"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # its message is the help
        write_error(error.format_message())
        return ExitCode.USAGE
    if isinstance(error, click.exceptions.Abort):
        code, message = ExitCode.INTERRUPTED, "interrupted; nothing was done"
    elif isinstance(error, click.UsageError):
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        code, message = ExitCode(error.exit_code), f"{error.format_message().rstrip('.')}{hint}"
    elif isinstance(error, click.ClickException):
        code, message = ExitCode(error.exit_code), error.format_message()
    elif isinstance(error, JiffyException):
        code = next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.REFUSED)
        message = str(error)
        if isinstance(error, JiffyOutcomeUnknownException):
            message += f": {invocation.options.command_line(_check_command(error.operation))}"
    elif isinstance(error, ModuleNotFoundError) and (advice := missing_extra(error)):
        code, message = ExitCode.USAGE, advice
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF):
        discard_stdout()
        code, message = ExitCode.REFUSED, f"cannot write the output: {error.strerror}"
    else:
        message += "; --debug shows the traceback"
    _write(f"{about}{message}", error, invocation)
    return code


def _check_command(operation: "Operation") -> str:
    """Return the command that shows whether an operation was carried out."""
    module, _, rest = operation.path.partition("/")
    number = rest.partition("/")[0]
    group = {"jiffyBoxes": "box", "backups": "backup", "contactGroups": "contact-group", "monitoring": "check"}.get(
        module, module
    )
    if module == "ips":
        return f"ip list {number}"
    creates = operation.call.verb == "POST" and module != "backups"
    return f"{group} list" if creates else f"{group} show {number}"


def _write(message: str, error: BaseException, invocation: Invocation) -> None:
    if invocation.options.debug:
        lines = "".join(traceback.format_exception(error))  # messages and source lines may quote a server
        write_error(printable_lines(invocation.redact(lines).rstrip("\n")))
    write_error(f"jiffybox: {invocation.redact(one_line(message))}")

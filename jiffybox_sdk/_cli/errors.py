"""How the command ends: what is said of a failure, in one line, and with which exit code."""

import errno
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import click

from jiffybox_sdk._cli.extra import EXTRA
from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.text import tell
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
    """What a script can rely on."""

    DONE = 0
    """All that was asked for is done, or was accepted."""
    REFUSED = 1
    """The service refused, there is no such thing, or the answer to a question was no; `validate` found an error."""
    USAGE = 2
    """The command line, a profile, a file or a local state can't be used; nothing was sent."""
    UNREACHABLE = 3
    """No usable answer came from the service."""
    TIMED_OUT = 4
    """What was waited for did not happen in time. It may still."""
    UNKNOWN = 5
    """A call was sent and its answer lost: it may have been carried out or not."""
    BROKEN_ANSWER = 6
    """The service's answer does not fit its schema."""
    DEFECT = 70
    """A mistake in this program."""
    INTERRUPTED = 130
    """Ctrl-C."""


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


class Refused(click.ClickException):
    """There is no such thing, or the answer to a question was no."""

    exit_code: ClassVar[int] = ExitCode.REFUSED


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Runs a command, and says what went wrong.

    Args:
        command: The command.
        arguments: Its command line, without the program's name.

    Returns:
        The exit code.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # What the encoding of a terminal or a file does not know is written with a backslash, not lost.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    if wanted := os.environ.get("_JIFFYBOX_COMPLETE"):
        from click.shell_completion import shell_complete

        try:
            return shell_complete(command, {"obj": Options()}, "jiffybox", "_JIFFYBOX_COMPLETE", wanted)
        except KeyboardInterrupt:  # a shell that completes has no place for messages
            return ExitCode.INTERRUPTED
    options = Options(secrets=list(_tokens(arguments)))
    try:
        with command.make_context("jiffybox", list(arguments), obj=options) as context:
            command.invoke(context)
        if sys.stdout:
            sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return _flushed(ended.exit_code)
    except BrokenPipeError:
        return _reader_is_gone()
    except Exception as error:  # noqa: BLE001 (never a traceback, if it was not asked for)
        return _failed(error, options)
    except KeyboardInterrupt as error:
        _say("ended by Ctrl-C", error, options)
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _tokens(arguments: Sequence[str]) -> Iterator[str]:
    """Yields what was given as a token, before the command line is known to make sense."""
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--api-key":
            yield following
        elif argument.startswith("--api-key="):
            yield argument.partition("=")[2]


def _flushed(code: int) -> int:
    try:
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        return _reader_is_gone()
    except OSError as error:
        return _failed(error, Options())
    return code


def _reader_is_gone() -> int:
    """Ends quietly, as with `| head`: the reader has seen enough."""
    let_go_of_stdout()
    return ExitCode.DONE


def let_go_of_stdout() -> None:
    """Sends what is still to be written nowhere, so that no flush fails again."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception, options: Options) -> int:
    if isinstance(error, click.exceptions.Abort):
        _say("ended at the question; nothing was done", error, options)
        return ExitCode.INTERRUPTED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # what it says is the help
        tell(error.format_message())
        return ExitCode.USAGE
    if isinstance(error, click.UsageError):
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        _say(f"{error.format_message().rstrip('.')}{hint}", error, options)
        return error.exit_code
    if isinstance(error, click.ClickException):
        _say(error.format_message(), error, options)
        return error.exit_code
    if isinstance(error, JiffyException):
        look = f": {options.command(_look(error.operation))}" if isinstance(error, JiffyOutcomeUnknownException) else ""
        _say(f"{error}{look}", error, options)
        return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.REFUSED)
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] in EXTRA:
        _say(f"this needs {error.name.partition('.')[0]}: pip install 'jiffybox-sdk[cli]'", error, options)
        return ExitCode.USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO, errno.EBADF):
        let_go_of_stdout()
        _say(f"what was found could not be written: {error.strerror}", error, options)
        return ExitCode.REFUSED
    _say(f"a mistake in this program, {type(error).__name__}: {error}; --debug shows where", error, options)
    return ExitCode.DEFECT


_GROUPS = {
    "jiffyBoxes": "box",
    "backups": "backup",
    "ips": "ip",
    "contactGroups": "contact-group",
    "monitoring": "monitoring",
}
"""What shows the things of a module of the service."""


def _look(operation: "Operation") -> str:
    """Returns the words of the command that shows whether a call was carried out."""
    module, _, rest = operation.path.partition("/")
    number = rest.partition("/")[0]
    group = _GROUPS.get(module, module)
    if module == "ips":
        return f"ip list {number}"
    makes_another = operation.call.verb == "POST" and module != "backups"
    return f"{group} list" if makes_another else f"{group} show {number}"


def _say(text: str, error: BaseException, options: Options) -> None:
    if options.debug:
        shown = "".join(traceback.format_exception(error))
        tell(options.without_secrets(shown).rstrip("\n"))
    tell(f"jiffybox: {options.without_secrets(one_line(text))}")

"""`jiffybox run`."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from jiffybox_sdk._cli.emulation import EmulatorOptions, emulator_options
from jiffybox_sdk._cli.options import Command, current_invocation, examples
from jiffybox_sdk._cli.output.text import write_error
from jiffybox_sdk._cli.session import logging_to_stderr
from jiffybox_sdk._common.texts import printable_lines
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from jiffybox_sdk.emulator import JournalEntry

_PROXY = "HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy CGI_HTTP_PROXY"
"""The variables for the URL of a proxy. CGI programs ignore `HTTP_PROXY`, since a request can set it."""

_AUTHORITY = (
    "SSL_CERT_FILE CURL_CA_BUNDLE REQUESTS_CA_BUNDLE HTTPLIB2_CA_CERTS NODE_EXTRA_CA_CERTS PERL_LWP_SSL_CA_FILE "
    "HTTPS_CA_FILE GIT_SSL_CAINFO"
)
"""The variables for the file of trusted certificates."""

_DIRECT = "localhost,127.0.0.1,::1"
"""Hosts to connect to without the proxy: programs may use services on this machine."""

_MOST_LINES = 100
"""The maximum number of requests to list."""

_SIGNALS = ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP")
_SENT_TO_BOTH = ("SIGINT", "SIGQUIT")
"""Signals that a terminal sends to the program as well."""


class Program:
    """A program that runs in place of this one: it gets its signals, and determines its exit code."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    @contextmanager
    def signals(self) -> Generator[None]:
        """Pass on signals, so that this process ends after the program. Those before its start are passed on then."""
        numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        previous = {number: signal.signal(number, self._pass_on) for number in numbers}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        if self._process is None:
            self._early.append(number)
        elif signal.Signals(number).name not in _SENT_TO_BOTH:
            self._process.send_signal(number)

    def run(self, environment: dict[str, str]) -> int:
        """Run the program to its end. Return its exit code, in the way of shells.

        Raises:
            OSError: If it can't be started.
        """
        self._process = subprocess.Popen(self._command, env=environment)  # noqa: S603 (the user's own command)
        for number in self._early:
            self._process.send_signal(number)
        code = self._process.wait()
        return 128 - code if code < 0 else code


def _environment(proxy: str, authority: Path, options: EmulatorOptions) -> dict[str, str]:
    """Return the environment for a program."""
    folder, inherited = authority.parent, os.environ.copy()
    # GNU Wget and PHP have no variable for the certificates, but for the places of their settings.
    (folder / "wgetrc").write_text(f"ca_certificate = {authority}\n", "utf-8")
    (folder / "php.ini").write_text(f'curl.cainfo = "{authority}"\nopenssl.cafile = "{authority}"\n', "utf-8")
    inherited.pop("JIFFYBOX_API_URL", None)
    return {
        "JIFFYBOX_API_KEY": options.key,
        **inherited,
        **({"JIFFYBOX_API_KEY": options.key} if options.token else {}),
        **dict.fromkeys(_PROXY.split(), proxy),
        **dict.fromkeys(_AUTHORITY.split(), str(authority)),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), _DIRECT),
        **dict.fromkeys(("PERL_LWP_ENV_PROXY", "NODE_USE_ENV_PROXY"), "1"),
        "WGETRC": str(folder / "wgetrc"),
        "PHP_INI_SCAN_DIR": f"{inherited.get('PHP_INI_SCAN_DIR', '')}{os.pathsep}{folder}",
    }


def _report(journal: "Sequence[JournalEntry]", host: str) -> str:
    """Return the list of a program's requests."""
    if not journal:
        return f"no request to {host}: the program may need options for the proxy and for the certificate"
    count = journal[-1].number
    shown = journal[-_MOST_LINES:]
    omitted = f", of which these are the last {len(shown)}" if count > len(shown) else ""
    requests = "request" if count == 1 else "requests"
    return "\n  ".join([f"{count} {requests} to {host}{omitted}:", *(entry.line() for entry in shown)])


@examples(
    "jiffybox run -- perl old.pl",
    "jiffybox run --seed account.json --speed 60 -- python old.py web",
    "jiffybox run --lenient -- sh -c 'curl https://api.jiffybox.de/$TOKEN/v1.0/jiffyBoxes'",
)
@click.command("run", cls=Command, context_settings={"allow_interspersed_args": False})
@emulator_options
@click.option("--quiet", is_flag=True, help="Do not list the requests at the end.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND [ARGS]...")
def run(options: EmulatorOptions, command: Sequence[str], quiet: bool) -> None:  # noqa: FBT001 (as on the command line)
    """Run a program with the emulated service in place of api.jiffybox.de.

    For programs that have this host built in: environment variables make them use a proxy that answers for the host,
    with a certificate made for this run, and connects to no other. Any token is accepted unless --token is given. Ends
    with the exit code of the program, after listing its requests on standard error.

    Requires the extra run: pip install 'jiffybox-sdk[run]'.
    """
    try:
        from jiffybox_sdk.emulator._server.proxy import HOST, proxy
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(f"`jiffybox run` needs {error.name}: pip install 'jiffybox-sdk[run]'") from None

    def notify(message: str) -> None:
        write_error(f"jiffybox: {printable_lines(message)}")

    program, token = Program(command), None if options.token else options.key
    verbose = current_invocation(click.get_current_context()).options.verbose
    with (
        logging_to_stderr(verbose),
        options.emulator() as emulator,
        program.signals(),
        tempfile.TemporaryDirectory(prefix="jiffybox-") as folder,
        proxy(emulator, Path(folder), token=token, notify=notify) as (url, authority),
    ):
        try:
            code = program.run(_environment(url, authority, options))
        except OSError as error:
            notify(f"can't run {command[0]!r}: {error.strerror or error}")
            code, quiet = 127 if isinstance(error, FileNotFoundError) else 126, True
    if not quiet:
        notify(_report(emulator.journal(), HOST))
    raise click.exceptions.Exit(code)

"""A program that runs with the emulated service in place of the real one."""

import os
import signal
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from jiffybox_sdk.emulator._journal import JournalEntry

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


def environment(proxy: str, authority: Path, key: str, *, chosen: bool) -> dict[str, str]:
    """Return the environment for a program.

    Args:
        proxy: The URL of the proxy.
        authority: The file of its certificate, in a folder for further files.
        key: The token that the emulator accepts.
        chosen: Whether the user has chosen the token, and not only the emulator.
    """
    folder, inherited = authority.parent, os.environ.copy()
    # GNU Wget and PHP have no variable for the certificates, but for the places of their settings.
    (folder / "wgetrc").write_text(f"ca_certificate = {authority}\n", "utf-8")
    (folder / "php.ini").write_text(f'curl.cainfo = "{authority}"\nopenssl.cafile = "{authority}"\n', "utf-8")
    inherited.pop("JIFFYBOX_API_URL", None)
    return {
        "JIFFYBOX_API_KEY": key,
        **inherited,
        **({"JIFFYBOX_API_KEY": key} if chosen else {}),
        **dict.fromkeys(_PROXY.split(), proxy),
        **dict.fromkeys(_AUTHORITY.split(), str(authority)),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), _DIRECT),
        **dict.fromkeys(("PERL_LWP_ENV_PROXY", "NODE_USE_ENV_PROXY"), "1"),
        "WGETRC": str(folder / "wgetrc"),
        "PHP_INI_SCAN_DIR": f"{inherited.get('PHP_INI_SCAN_DIR', '')}{os.pathsep}{folder}",
    }


def requests_made(journal: Sequence[JournalEntry], host: str) -> str:
    """Return the list of a program's requests."""
    if not journal:
        return f"no request to {host}: the program may need options for the proxy and for the certificate"
    count = journal[-1].number
    shown = journal[-_MOST_LINES:]
    omitted = f", of which these are the last {len(shown)}" if count > len(shown) else ""
    requests = "request" if count == 1 else "requests"
    return "\n  ".join([f"{count} {requests} to {host}{omitted}:", *(entry.line() for entry in shown)])

"""The certificates that TLS connections trust."""

import os
import re
import ssl
from collections.abc import Callable
from pathlib import Path

from jiffybox_sdk._common.arguments import shown
from jiffybox_sdk.exceptions import JiffyArgumentException

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""The names by which OpenSSL finds the certificates in a directory."""

_shared: dict[tuple[str | None, str | None], ssl.SSLContext] = {}
"""Contexts by the values of `SSL_CERT_FILE` and `SSL_CERT_DIR`."""


def context_source(verify: object) -> Callable[[], ssl.SSLContext]:
    """Return a function that returns the TLS context for the client option `verify`: a context, a path or `None`.

    Certificates at a path are loaded now. Without the option, the clients of a process share one context.

    Raises:
        JiffyArgumentException: If the option is invalid.
    """
    if verify is None:
        return shared_context
    if isinstance(verify, ssl.SSLContext):
        return lambda: verify
    if isinstance(verify, str | Path):
        context = _load("verify", str(verify), is_directory=Path(verify).is_dir())
        return lambda: context
    way_out = ""
    if isinstance(verify, bool):
        way_out = "; verification can't be switched off, but verify='ca.pem' trusts certificates of your own"
    raise JiffyArgumentException(
        f"invalid verify {shown(verify)}: expected an ssl.SSLContext or the path of CA certificates{way_out}"
    )


def shared_context() -> ssl.SSLContext:
    """Return the TLS context shared by all clients, which is made when it is first needed.

    It trusts the certificates in `SSL_CERT_FILE`, otherwise `SSL_CERT_DIR`, otherwise those of certifi, as httpx does.

    Raises:
        JiffyArgumentException: If the variable is invalid.
    """
    key = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    context = _shared.get(key)
    # If threads make one at the same time, all get the same.
    return context or _shared.setdefault(key, _context_for(*key))


def _context_for(file: str | None, directory: str | None) -> ssl.SSLContext:
    if file:
        return _load("SSL_CERT_FILE", file, is_directory=False)
    if directory:
        return _load("SSL_CERT_DIR", directory, is_directory=True)
    import certifi  # noqa: PLC0415 (only needed here)

    return _load("certifi", certifi.where(), is_directory=False)


def _load(name: str, path: str, *, is_directory: bool) -> ssl.SSLContext:
    what = f"{name} {path!r}"
    expected = "a file of CA certificates in PEM format"
    if is_directory:
        expected = "a directory of CA certificates, prepared with `openssl rehash`"
        if not any(map(_holds_certificates, path.split(os.pathsep))):
            raise JiffyArgumentException(f"invalid {what}: expected {expected}")
    try:
        file, directory = (None, path) if is_directory else (path, None)
        context = ssl.create_default_context(cafile=file, capath=directory)
    except ssl.SSLError:
        problem = "it contains no valid certificate"
    except OSError as error:
        problem = error.strerror or type(error).__name__
        if error.filename:  # only of the log that Python writes for debuggers
            what, expected = f"SSLKEYLOGFILE {error.filename!r}", "a file that can be written"
    except ValueError as error:  # a null character
        problem = str(error)
    else:
        context.set_alpn_protocols(["http/1.1"])
        return context
    raise JiffyArgumentException(f"invalid {what}: {problem}; expected {expected}")


def _holds_certificates(directory: str) -> bool:
    try:
        return any(map(_HASHED_NAME.fullmatch, (path.name for path in Path(directory).iterdir())))
    except (OSError, ValueError):
        return False

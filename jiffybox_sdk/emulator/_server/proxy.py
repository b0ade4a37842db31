"""The emulator behind a proxy, for programs that have the service's host built in. Requires the extra `run`.

The proxy answers for that host itself, and connects to no other. To answer requests in TLS tunnels, it makes an
authority and a certificate, which are forgotten afterwards.
"""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import trustme
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk._common.redaction import redact
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.emulator._server.app import ServerProtocol, application, in_thread, silence

HOST = urlsplit(API_URL).netloc

_TUNNEL = re.compile(rf"{re.escape(HOST)}\.?:443", re.IGNORECASE)
"""The target of a request for a tunnel."""

_URL = re.compile(rf"https?://{re.escape(HOST)}\.?(:80|:443)?(?=/|$)", re.IGNORECASE)
"""The start of an absolute URL. Some old clients send such URLs even with https, instead of asking for a tunnel."""

_TOKEN = re.compile(r"/+([^/]+)(?=/+v[0-9])")
"""The start of a path up to the version of the API."""

_LONGEST_HEAD = 64 * 1024

_SHUTDOWN_TIMEOUT = 1.0
"""Seconds to wait for a client's part in the end of a TLS connection."""

_LONGEST_NAME = 255
_MOST_NOTICES = 100

Notify = Callable[[str], object]


class _Notices:
    """Passes on each notice once, and only so many, since they name what a program asks for."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._seen = set[str]()

    def __call__(self, notice: str) -> None:
        if notice not in self._seen and len(self._seen) < _MOST_NOTICES:
            self._seen.add(notice)
            self._notify(notice)


@dataclass(frozen=True)
class _Gateway:
    """An ASGI application that passes on requests for the service's host and refuses all others.

    Attributes:
        app: The emulator.
        tls: The TLS context of the host.
        notify: A function for messages to the user.
        token: The token to insert in place of any that a request has, or `None`.
    """

    app: ASGIApp
    tls: ssl.SSLContext
    notify: Notify
    token: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode("latin-1")
        if not path.startswith("/"):
            match = _URL.match(path)
            if match is None:
                await Response(self.refuse(path), 403, media_type="text/plain")(scope, receive, send)
                return
            path = path[match.end() :] or "/"
        if self.token and (match := _TOKEN.match(path)):
            path = f"/{self.token}{redact(path[match.end() :], [unquote(match[1])], self.token)}"
        await self.app({**scope, "path": unquote(path), "raw_path": path.encode("latin-1")}, receive, send)

    def refuse(self, target: str) -> str:
        """Report that a target was refused. Return the answer to the client."""
        host = (target.partition("://")[2] or target).partition("/")[0].rpartition("@")[2]
        self.notify(f"refused to connect to {host[:_LONGEST_NAME]!r}: only {HOST} is emulated")
        return f"only {HOST} is emulated, and no other host can be reached\n"


class _ProxyProtocol(ServerProtocol):
    """HTTP, which starts again within TLS if the client asks for a tunnel."""

    gateway: ClassVar[_Gateway]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # the signature is uvicorn's
        super().__init__(*args, **kwargs)
        self._held: bytearray | None = bytearray()  # until it is known what protocol the bytes belong to
        self._tunnel: asyncio.Task[None] | None = None

    def data_received(self, data: bytes) -> None:
        if self._held is None:
            super().data_received(data)
            return
        self._held += data
        if self._tunnel:  # asyncio passes on what it has decrypted before it returns the transport to answer with
            return
        if not b"CONNECT ".startswith(self._held[:8]):
            self._release()
        elif self._held.endswith(b"\r\n\r\n"):
            self._connect(self._held.split(b" ", 2)[1].decode("latin-1"))
        elif len(self._held) > _LONGEST_HEAD:
            self.transport.close()

    def _release(self) -> None:
        held, self._held = self._held, None
        if held:
            self.data_received(bytes(held))

    def _connect(self, target: str) -> None:
        """Answer a request for a tunnel."""
        self._stop_timeout()
        if _TUNNEL.fullmatch(target):
            self._held = bytearray()
            self.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._tunnel = self.loop.create_task(self._start_tls())
        else:
            body = self.gateway.refuse(target).encode()
            head = (
                "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            )
            self.transport.write((head % len(body)).encode() + body)
            self.transport.close()

    async def _start_tls(self) -> None:
        try:
            transport = await self.loop.start_tls(
                self.transport, self, self.gateway.tls, server_side=True, ssl_shutdown_timeout=_SHUTDOWN_TIMEOUT
            )
        except OSError as error:
            if isinstance(error, ssl.SSLError):
                advice = "the program may have to be told to trust the certificate in $SSL_CERT_FILE"
                self.gateway.notify(f"the TLS handshake failed ({error.reason}): {advice}")
            transport = None
        if transport is None or transport.is_closing():
            self.connections.discard(self)
        else:
            self.connection_made(transport)
            self._release()


@contextlib.contextmanager
def proxy(emulator: Emulator, folder: Path, *, token: str | None, notify: Notify) -> Generator[tuple[str, Path]]:
    """Serve an emulator behind a proxy. Yield the URL of the proxy, and the file with the authority's certificate.

    Args:
        emulator: The emulator.
        folder: A folder for the file.
        token: The emulator's token, if requests may have any, or `None`.
        notify: A function for messages to the user, such as that a host was refused. Called in another thread.
    """
    authority = trustme.CA(organization_name="jiffybox run")
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(file)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with authority.issue_cert(HOST).private_key_and_cert_chain_pem.tempfile(str(folder)) as path:
        tls.load_cert_chain(path)
    app = application(emulator, control=True, allowed_hosts=[HOST])

    class Protocol(_ProxyProtocol):
        gateway = _Gateway(app, tls, _Notices(notify), token)

    silence()
    with in_thread(Protocol.gateway, Protocol) as url:
        yield url, file

"""The handshake with a proxy before a call is made through it. No I/O."""

import ipaddress
import re
from base64 import b64encode
from collections.abc import Generator
from http import HTTPStatus

import httpcore
from pydantic import SecretBytes

from jiffybox_sdk._client.transport.proxy import Proxy, host_and_port

Handshake = Generator[SecretBytes, bytes, None]
"""Yields what to send, which may be nothing, and is sent what is received next, at least one byte."""

MAX_HEAD = 2**14
"""The maximum size of a proxy's answer to CONNECT, in bytes."""

_MAX_HOST = 255
_NOTHING = SecretBytes(b"")
_START = b"HTTP/1."
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r\n]")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_RETRY_AFTER = re.compile(rb"^retry-after:[ \t]*([ -~]{1,100}?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)

_SOCKS_ERRORS = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "TTL expired",
    7: "command not supported",
    8: "type of address not supported",
}
_LASTING_SOCKS_ERRORS = (2, 7, 8)
_ADDRESS_SIZES = {1: 4, 4: 16}


class ProxyRefused(httpcore.ProxyError):
    """A proxy refused to connect, and trying again would not help.

    Attributes:
        status: The HTTP status of the proxy's answer, if it speaks HTTP.
        retry_after: The value of its header `Retry-After`.
    """

    def __init__(self, text: str, status: int | None = None, retry_after: str | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.retry_after = retry_after


def handshake(proxy: Proxy, host: str, port: int) -> Handshake:
    """Return the handshake that connects a proxy with a host."""
    return (_socks5 if proxy.scheme.startswith("socks") else _connect)(proxy, host, port)


def forwarded(head: bytes, proxy: Proxy, host: str, port: int) -> bytes:
    """Return the start of a plain HTTP request in the form for a proxy, which forwards it."""
    method, _, rest = head.partition(b" ")
    target, _, rest = rest.partition(b"\r\n")
    origin = "http://" + host_and_port(host, port).removesuffix(":80")
    return b"%b %b%b\r\n%b%b" % (method, origin.encode(), target, _authorization(proxy), rest)


def _authorization(proxy: Proxy) -> bytes:
    if proxy.credentials is None:
        return b""
    basic = b64encode(b":".join(part.get_secret_value() for part in proxy.credentials))
    return b"Proxy-Authorization: Basic %b\r\n" % basic


def _connect(proxy: Proxy, host: str, port: int) -> Handshake:
    target = host_and_port(host, port)
    head = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n".encode()
    received = yield SecretBytes(head + _authorization(proxy) + b"\r\n")
    start = 0
    while True:  # heads with an informational status may come first
        while not (end := _END_OF_HEAD.search(received, start)):
            if not _START.startswith(received[start : start + len(_START)]):
                raise httpcore.ProxyError(f"{proxy}: the answer to CONNECT is not HTTP")
            if len(received) > MAX_HEAD:
                raise httpcore.ProxyError(f"{proxy}: the answer to CONNECT is larger than {MAX_HEAD} bytes")
            received += yield _NOTHING
        line = _STATUS_LINE.match(received, start)
        status = int(line[1]) if line else 101
        if status == 101:
            raise httpcore.ProxyError(f"{proxy}: the answer to CONNECT is not HTTP")
        if status >= 200:
            break
        start = end.end()
    if status < 300:
        _expect_no_more(proxy, received[end.end() :])
        return
    text = f"{proxy} refused to connect to {target}: HTTP status {status}{_phrase(status)}"
    if status == 407:
        text += f"; set a valid user and password in {proxy.source}"
    if status >= 500:
        raise httpcore.ProxyError(text)
    wait = _RETRY_AFTER.search(received, start, end.end())
    del received  # it might quote a password, which must be in no frame
    raise ProxyRefused(text, status, wait[1].decode() if wait else None)


def _socks5(proxy: Proxy, host: str, port: int) -> Handshake:
    target = host_and_port(host, port)
    if len(host) > _MAX_HOST:
        raise ProxyRefused(f"{proxy}: the name of the host is longer than {_MAX_HOST} characters")
    received = bytearray((yield SecretBytes(b"\5\1\0" if proxy.credentials is None else b"\5\2\0\2")))
    version, method = yield from _take(received, 2)
    if version != 5 or method not in (0, 2, 0xFF) or (method == 2 and proxy.credentials is None):
        raise httpcore.ProxyError(f"{proxy}: the answer is not SOCKS 5")
    if method == 2 and proxy.credentials is not None:
        received += yield SecretBytes(b"\1" + b"".join(map(_sized, proxy.credentials)))
        _, problem = yield from _take(received, 2)
        if problem:
            raise ProxyRefused(f"{proxy} rejected the user and password in {proxy.source}")
    elif method:
        raise ProxyRefused(f"{proxy} requires another authentication; set a valid user and password in {proxy.source}")
    received += yield SecretBytes(b"\5\1\0" + _socks_address(host) + port.to_bytes(2))
    version, code, _, kind = yield from _take(received, 4)
    if version != 5:
        raise httpcore.ProxyError(f"{proxy}: the answer is not SOCKS 5")
    if code:
        text = f"{proxy} refused to connect to {target}: {_SOCKS_ERRORS.get(code, f'error {code}')}"
        raise ProxyRefused(text) if code in _LASTING_SOCKS_ERRORS else httpcore.ProxyError(text)
    if kind not in (*_ADDRESS_SIZES, 3):
        raise httpcore.ProxyError(f"{proxy}: the answer is not SOCKS 5")
    size = _ADDRESS_SIZES.get(kind) or (yield from _take(received, 1))[0]
    yield from _take(received, size + 2)
    _expect_no_more(proxy, received)


def _take(received: bytearray, size: int) -> Generator[SecretBytes, bytes, bytes]:
    """Return that many of the bytes received, and remove them."""
    while len(received) < size:
        received += yield _NOTHING
    taken = bytes(received[:size])
    del received[:size]
    return taken


def _sized(text: SecretBytes) -> bytes:
    return len(text).to_bytes() + text.get_secret_value()


def _socks_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return b"\3" + len(host).to_bytes() + host.encode()
    return (b"\1" if address.version == 4 else b"\4") + address.packed


def _expect_no_more(proxy: Proxy, received: bytes | bytearray) -> None:
    """Check that nothing follows a proxy's answer, since the service never sends first."""
    if received:
        raise httpcore.ProxyError(f"{proxy} sent more than its answer")


def _phrase(status: int) -> str:
    """Return the standard phrase for an HTTP status. The one in an answer might quote a password."""
    return f" ({HTTPStatus(status).phrase})" if status in HTTPStatus.__members__.values() else ""

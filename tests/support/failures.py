"""Failed attempts, by which calls are retried after them."""

import ssl

import httpx

from tests.support.scripted import Answer, envelope

NO_CONNECTION: list[Exception] = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("too slow"),
    httpx.PoolTimeout("too many"),
    httpx.ProxyError("502 Bad Gateway"),
]
"""Errors after which any call is retried, since nothing was sent."""

BUSY: dict[str, httpx.Response] = {
    "429": httpx.Response(429),
    "429 in HTML": httpx.Response(429, html="<h1>slow down</h1>"),
    "429 with Retry-After": httpx.Response(429, headers={"Retry-After": "5"}),
    "429 in a good envelope": envelope(result=True, status=429),
    "503 with Retry-After": httpx.Response(503, headers={"Retry-After": "5"}),
    "503 with Retry-After in a good envelope": envelope(result=True, status=503, Retry_After="5"),
}
"""Responses of a busy service, after which any call is retried."""

LOST: dict[str, Answer] = {
    **{f"{status}": httpx.Response(status, html="<h1>broken</h1>") for status in (500, 502, 503, 504)},
    "502 in a good envelope": envelope(result=True, status=502),
    "200 with Retry-After": httpx.Response(200, html="<h1>wait</h1>", headers={"Retry-After": "5"}),
    "read time-out": httpx.ReadTimeout("too slow"),
    "write time-out": httpx.WriteTimeout("too slow"),
    "write error": httpx.WriteError("broken pipe"),
    "read error": httpx.ReadError("reset by peer"),
    "invalid HTTP": httpx.RemoteProtocolError("illegal status line"),
    "HTML": httpx.Response(200, html="<h1>Wartung</h1>"),
    "truncated JSON": httpx.Response(200, content=b'{"messages": [], "resu'),
    "empty": httpx.Response(200),
    "no content": httpx.Response(204),
    "invalid UTF-8": httpx.Response(200, content=b'{"messages": [], "result": "\xff"}'),
    "deep nesting": httpx.Response(200, content=b"[" * 10_000_000),
    "deep nesting in the result": httpx.Response(200, content=b'{"messages":[],"result":' + b"[" * 10_000_000),
    "invalid messages": httpx.Response(200, content=b'{"messages": ["ok"], "result": true}'),
    **{text: httpx.Response(200, content=text) for text in ("[]", "{}", "5", "null", '{"result": true}')},
}
"""Errors and responses after which a call may have been executed, so that only reads are retried."""


def certificate_error(depth: int = 1, link: str = "__cause__") -> httpx.ConnectError:
    """Return an error of connecting to a server with an invalid certificate, wrapped as often as `depth` says."""
    error: Exception = ssl.SSLCertVerificationError(1, "self-signed certificate")
    for _ in range(depth):
        outer = httpx.ConnectError("certificate verify failed")
        setattr(outer, link, error)
        error = outer
    assert isinstance(error, httpx.ConnectError)
    return error

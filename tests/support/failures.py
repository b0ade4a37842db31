"""Answers and errors of failed attempts, by what a client does next."""

import httpx

from tests.support.scripted import Answer, envelope

NO_CONNECTION: list[Exception] = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("too slow"),
    httpx.PoolTimeout("too many"),
    httpx.ProxyError("502 Bad Gateway"),
]


BUSY: dict[str, httpx.Response] = {
    "429": httpx.Response(429),
    "429 in HTML": httpx.Response(429, html="<h1>slow down</h1>"),
    "429 and when": httpx.Response(429, headers={"Retry-After": "5"}),
    "429 in a good envelope": envelope(result=True, status=429),
    "503 and when": httpx.Response(503, headers={"Retry-After": "5"}),
    "503 in a good envelope, and when": envelope(result=True, status=503, Retry_After="5"),
}


LOST: dict[str, Answer] = {
    **{f"{status}": httpx.Response(status, html="<h1>broken</h1>") for status in (500, 502, 503, 504)},
    "502 in a good envelope": envelope(result=True, status=502),
    "200 with Retry-After": httpx.Response(200, html="<h1>wait</h1>", headers={"Retry-After": "5"}),
    "time-out": httpx.ReadTimeout("too slow"),
    "time-out of sending": httpx.WriteTimeout("too slow"),
    "sending failed": httpx.WriteError("broken pipe"),
    "receiving failed": httpx.ReadError("reset by peer"),
    "no HTTP": httpx.RemoteProtocolError("illegal status line"),
    "HTML": httpx.Response(200, html="<h1>Wartung</h1>"),
    "half a JSON": httpx.Response(200, content=b'{"messages": [], "resu'),
    "empty": httpx.Response(200),
    "no content": httpx.Response(204),
    "no UTF-8": httpx.Response(200, content=b'{"messages": [], "result": "\xff"}'),
    "deep": httpx.Response(200, content=b"[" * 10_000_000),
    "deep result": httpx.Response(200, content=b'{"messages":[],"result":' + b"[" * 10_000_000),
    "messages that are none": httpx.Response(200, content=b'{"messages": ["ok"], "result": true}'),
    **{text: httpx.Response(200, content=text) for text in ("[]", "{}", "5", "null", '{"result": true}')},
}

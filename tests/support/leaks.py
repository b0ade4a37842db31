"""Responses that contain secrets: of the service, of other servers, and invalid ones."""

from collections.abc import Callable

import httpx

from tests.support.scripted import PASSWORD, TOKEN, envelope, example, http

ANSWERS: dict[str, Callable[[str], httpx.Response]] = {
    "page": lambda path: httpx.Response(404, html=f"<p>no {path} here"),
    "good page": lambda path: httpx.Response(200, html=f"<p>welcome to {path}"),
    "broken gateway": lambda path: httpx.Response(502, html=f"<p>{path}"),
    "refusal": lambda path: envelope(None, ("error", f"{path} existiert nicht")),
    "wrong token": lambda _: envelope(None, ("error", f"Der API-Token {TOKEN} ist ungueltig"), status=403),
    "too many calls": lambda path: envelope(None, ("error", path), status=429, Retry_After=path),
    "overloaded": lambda path: httpx.Response(503, text=path, headers={"Retry-After": "1"}),
    "moved": lambda path: httpx.Response(302, headers={"Location": f"https://other.invalid{path}"}),
    "moved to nowhere": lambda path: httpx.Response(302, headers={"Location": f"https://[{path}"}),
    "headers": lambda path: httpx.Response(400, headers={"X-Path": path, "Set-Cookie": f"path={path}; Expires=x"}),
    "unknown field": lambda _: envelope({"id": 1, "password": PASSWORD, "token": TOKEN}),
    "wrong type": lambda _: envelope({**example("box"), "id": PASSWORD, "created": TOKEN, "ips": [PASSWORD]}),
    "no object": lambda path: envelope([PASSWORD, path]),
    "result is text": lambda path: envelope(PASSWORD + path),
    "not an envelope": lambda path: httpx.Response(200, json={"result": PASSWORD, "path": path}),
}


def on_the_wire(answer: Callable[[str], httpx.Response]) -> Callable[[str], bytes]:
    def made(path: str) -> bytes:
        response = answer(path)
        headers = [f"{name}: {value}" for name, value in response.headers.items() if name != "content-length"]
        return http(response.content, f"{response.status_code} Whatever", *headers)

    return made


# Responses that are not valid HTTP.
GARBAGE: dict[str, Callable[[str], bytes]] = {
    "nothing": lambda _: b"",
    "no HTTP": lambda path: path.encode() + b"\r\n\r\n",
    "no status": lambda path: f"HTTP/1.1 {path} OK\r\n\r\n".encode(),
    "no header": lambda path: f"HTTP/1.1 200 OK\r\n{path}\r\n\r\n".encode(),
    "no value": lambda path: f"HTTP/1.1 200 OK\r\nX-Path: {path}\0\r\n\r\n".encode(),
    "no length": lambda path: f"HTTP/1.1 200 OK\r\nContent-Length: {path}\r\n\r\n".encode(),
    "no chunk": lambda path: f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{path}\r\n".encode(),
    "no gzip": lambda path: http(path.encode(), "200 OK", "Content-Encoding: gzip"),
    "no end": lambda path: f"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\nX-Path: {path}\r\n\r\n{path}".encode(),
    "no reason": lambda path: http(b"", f"500 {path}"),
    "no final response": lambda path: f"HTTP/1.1 103 Hints\r\nLink: <{path}>\r\n\r\n".encode(),
}


BYTES = {name: on_the_wire(answer) for name, answer in ANSWERS.items()} | GARBAGE

"""Compressed responses: bounded while they are decompressed, and one layer only."""

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager

import anyio
import pytest

from jiffybox_sdk import (
    AsyncJiffyBox,
    JiffyBox,
    JiffyLimitException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Retry,
)
from jiffybox_sdk._client.transport.body import Body, BodyError
from tests.support.asynchronous import backends
from tests.support.scripted import TOKEN, envelope, http, read_request, server

MB = 2**20
BODY = envelope({}).content


def repeated(compress: Callable[[bytes], bytes], flush: Callable[[], bytes], megabytes: int) -> bytes:
    return b"".join([*(compress(b" " * MB) for _ in range(megabytes)), flush()])


def gzip_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return repeated(packer.compress, packer.flush, megabytes)


def deflate_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return repeated(packer.compress, packer.flush, megabytes)


BOMBS = {
    "gzip": ("gzip", gzip_bomb(200), "larger than 67108864 bytes"),
    "deflate": ("deflate", deflate_bomb(200), "larger than 67108864 bytes"),
    "gzip in gzip": ("gzip, gzip", gzip.compress(gzip_bomb(200)), "gzip, gzip"),
    "gzip in deflate": ("gzip, deflate", zlib.compress(gzip_bomb(200)), "gzip, deflate"),
    "a gzip that claims to be one of many": ("gzip, identity, gzip", gzip_bomb(200), "gzip"),
    "brotli": ("br", b"\x8b\x03\x80", "br"),
    "zstandard": ("zstd", b"\x28\xb5\x2f\xfd", "zstd"),
    "many members": ("gzip", gzip.compress(BODY, mtime=0) * 1000, "after the compressed body"),
}
"""An encoding that was not asked for is refused even where a package for it is installed."""

each_bomb = pytest.mark.parametrize("bomb", BOMBS)


def serving(encoding: str, body: bytes, status: str = "200 OK", *headers: str) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(body, status, f"Content-Encoding: {encoding}", *headers))

    return talk


@contextmanager
def little_memory() -> Generator[None]:
    """Fail if the code inside allocates 200 MB."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 200 * MB
    finally:
        tracemalloc.stop()


@each_bomb
def test_a_bomb_is_refused_with_little_memory(bomb: str) -> None:
    encoding, body, reason = BOMBS[bomb]
    with server(serving(encoding, body)) as url, JiffyBox(TOKEN, url, retry=Retry(attempts=1)) as client:
        with little_memory(), pytest.raises(JiffyTransportException, match=reason):
            client.boxes()
        with little_memory(), pytest.raises(JiffyOutcomeUnknownException, match=reason):
            client.delete_box(1)


@backends
@each_bomb
def test_async_clients_refuse_it_too(bomb: str, backend: str) -> None:
    encoding, body, reason = BOMBS[bomb]

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, retry=Retry(attempts=1)) as client:
            with pytest.raises(JiffyTransportException, match=reason):
                await client.boxes()

    with server(serving(encoding, body)) as url, little_memory():
        anyio.run(main, url, backend=backend)


RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
LAYERS = {
    "gzip": ("gzip", gzip.compress(BODY, mtime=0)),
    "x-gzip": ("x-gzip", gzip.compress(BODY, mtime=0)),
    "upper case": ("GZIP", gzip.compress(BODY, mtime=0)),
    "deflate": ("deflate", zlib.compress(BODY)),
    "deflate without a header": ("deflate", RAW.compress(BODY) + RAW.flush()),
    "identity": ("identity", BODY),
    "empty": ("", BODY),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_one_layer_is_decompressed(layer: str) -> None:
    with server(serving(*LAYERS[layer])) as url, JiffyBox(TOKEN, url, retry=Retry(attempts=1)) as client:
        assert client.boxes() == []


@pytest.mark.parametrize("layer", LAYERS)
def test_a_body_may_arrive_byte_by_byte(layer: str) -> None:
    encoding, content = LAYERS[layer]
    body = Body(200, [(b"Content-Encoding", encoding.encode())])
    for byte in content:
        body.add(bytes([byte]))
    assert body.content() == BODY


@pytest.mark.parametrize("layer", [layer for layer, (_, content) in LAYERS.items() if content != BODY])
def test_a_compressed_body_without_its_end_is_refused(layer: str) -> None:
    encoding, content = LAYERS[layer]
    for length in range(1, len(content)):
        body = Body(200, [(b"Content-Encoding", encoding.encode())])
        body.add(content[:length])
        with pytest.raises(BodyError, match="the compressed body of the response is incomplete"):
            body.content()


def test_the_layers_of_several_headers_are_counted_together() -> None:
    with pytest.raises(BodyError, match="unsupported Content-Encoding: gzip, deflate"):
        Body(200, [(b"Content-Encoding", b"gzip"), (b"content-encoding", b"deflate")])


BUSY = Retry(attempts=2, longest_retry_after=1)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_busy_service_is_asked_again_only_when_it_allows_whatever_its_body(status: str) -> None:
    service = serving("br", b"x", status, "Retry-After: 7")
    with server(service) as url, JiffyBox(TOKEN, url, retry=BUSY) as client:
        with pytest.raises((JiffyLimitException, JiffyTransportException), match="longer than 1 s") as raised:
            client.delete_box(1)
        assert isinstance(raised.value, JiffyLimitException | JiffyTransportException)
        assert raised.value.retry_after == 7


def test_a_rejection_is_told_as_such_whatever_its_body() -> None:
    with server(serving("gzip", b"x", "404 Not Found")) as url, JiffyBox(TOKEN, url) as client:
        with pytest.raises(JiffyTransportException, match="HTTP status 404") as raised:
            client.delete_box(1)
        assert not raised.value.transient


def test_tiny_chunks_take_little_memory() -> None:
    with little_memory():
        body = Body(200, [])
        for number in range(1_000_000):
            body.add(number.to_bytes(4))
        assert len(body.content()) == 4_000_000
        assert tracemalloc.get_traced_memory()[1] < 20 * MB

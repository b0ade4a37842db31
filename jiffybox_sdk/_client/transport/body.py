"""Response bodies, decompressed within a limit on their size."""

import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager

MAX_BYTES = 64 * 2**20
"""The maximum size of a response in bytes, after decompression."""

RawHeaders = Sequence[tuple[bytes, bytes]]

_WINDOW = {b"gzip": zlib.MAX_WBITS | 16, b"x-gzip": zlib.MAX_WBITS | 16, b"deflate": zlib.MAX_WBITS}


class BodyError(Exception):
    """A body that can't be used, with the status and headers of its response. The message gives the reason."""

    def __init__(self, reason: str, status: int, headers: RawHeaders) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers


class BodyTooLargeError(BodyError):
    """A body is larger than `MAX_BYTES`."""


@contextmanager
def keeping_heads() -> Generator[list[tuple[int, RawHeaders]]]:
    """Turn exceptions after the head of a response into a `BodyError`. The list is for status and headers of each."""
    heads: list[tuple[int, RawHeaders]] = []
    try:
        yield heads
    except BodyError:
        raise
    except Exception as error:
        if not heads:
            raise
        raise BodyError(described(error), *heads[-1]) from error


def described(error: Exception) -> str:
    """Return the name and the message of an exception."""
    name = type(error).__name__
    text = str(error).strip()
    return f"{name}: {text}" if text else name


class Body:
    """A response body, collected and decompressed chunk by chunk.

    The limit applies while decompressing, so a small chunk that decompresses to gigabytes does no harm.
    """

    def __init__(self, status: int, headers: RawHeaders, *, is_decoded: bool = False) -> None:
        """Prepare for a body. One layer of gzip or deflate is supported, as that is what requests accept.

        Args:
            status: The HTTP status of the response.
            headers: The headers of the response.
            is_decoded: Whether the body is already decompressed.

        Raises:
            BodyError: If the body is encoded in another way.
        """
        values = [] if is_decoded else [value for name, value in headers if name.lower() == b"content-encoding"]
        encodings = b",".join(values).replace(b" ", b"").lower().split(b",") if values else []
        encodings = [encoding for encoding in encodings if encoding not in (b"", b"identity")]
        self._response = status, headers
        self._content = bytearray()  # a list of tiny chunks would take many times their size
        if encodings and (len(encodings) > 1 or encodings[0] not in _WINDOW):
            text = ", ".join(encoding.decode("ascii", "replace") for encoding in encodings)
            raise BodyError(f"the response has an unsupported Content-Encoding: {text[:100]}", *self._response)
        self._inflate = zlib.decompressobj(_WINDOW[encodings[0]]) if encodings else None
        self._may_lack_header = encodings == [b"deflate"]  # some servers leave zlib's header out
        self._received: bytes = b""

    def add(self, chunk: bytes) -> None:
        """Add a chunk as received.

        Raises:
            BodyTooLargeError: If the body is too large.
            BodyError: If the chunk can't be decompressed.
        """
        self._content += self._decompress(chunk)
        if len(self._content) > MAX_BYTES:
            raise BodyTooLargeError(f"the response is larger than {MAX_BYTES} bytes", *self._response)

    def content(self) -> bytes:
        """Return the complete body.

        Raises:
            BodyError: If a compressed body is incomplete.
        """
        if self._inflate and self._received and not self._inflate.eof:
            raise BodyError("the compressed body of the response is incomplete", *self._response)
        return bytes(self._content)

    def _decompress(self, chunk: bytes) -> bytes:
        if self._inflate is None:
            return chunk
        left = MAX_BYTES + 1 - len(self._content)
        if self._may_lack_header:
            chunk = self._received + chunk
            if len(chunk) < 2:
                self._received = chunk
                return b""
            self._may_lack_header = False
            if chunk[0] & 15 != zlib.DEFLATED or (chunk[0] * 256 + chunk[1]) % 31:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._received = self._received or chunk
        try:
            decompressed = self._inflate.decompress(chunk, left)
        except zlib.error as error:
            raise BodyError("the response can't be decompressed", *self._response) from error
        if self._inflate.unused_data:
            raise BodyError("there is data after the compressed body of the response", *self._response)
        return decompressed

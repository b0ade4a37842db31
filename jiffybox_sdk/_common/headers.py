"""The headers of a response."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-trace-id", "cf-ray")


class Headers(Mapping[str, str]):
    """The headers of a response. Immutable.

    Names are case-insensitive, and lower-case when iterated over. The values of a repeated header are joined by a comma
    and a space. In responses to a client, the token is replaced by a placeholder.

    Attributes:
        raw: The names and values as received, in order.
    """

    __slots__ = ("_decoded", "raw")

    raw: tuple[tuple[bytes, bytes], ...]
    _decoded: dict[str, str] | None

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Create the headers. They are decoded when first read."""
        object.__setattr__(self, "raw", tuple(raw))
        object.__setattr__(self, "_decoded", None)

    @classmethod
    def without(cls, secrets: Iterable[str], raw: Iterable[tuple[bytes, bytes]], mask: str) -> "Headers":
        """Create headers with a mask in place of each secret."""
        from jiffybox_sdk._common.redaction import redact_bytes  # noqa: PLC0415 (it loads logging)

        headers, hidden = tuple(raw), tuple(secrets)
        text = b"\n".join(chain.from_iterable(headers))
        if redact_bytes(text, hidden, mask) != text:  # rarely, and searching once is faster
            headers = tuple(
                (redact_bytes(name, hidden, mask), redact_bytes(value, hidden, mask)) for name, value in headers
            )
        return cls(headers)

    @property
    def request_id(self) -> str | None:
        """The id that the service or a proxy gave to the request, such as in `X-Request-Id`, for support requests."""
        return next((self[name] for name in _REQUEST_IDS if name in self), None)

    def __getitem__(self, name: str) -> str:
        return self._values()[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def __hash__(self) -> int:
        return hash(frozenset(self._values().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values()!r})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"headers are immutable: can't set {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"headers are immutable: can't delete {name}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.raw,)

    def _values(self) -> dict[str, str]:
        values = self._decoded
        if values is None:
            values = {}
            for raw_name, raw_value in self.raw:
                name, value = _text(raw_name).lower(), _text(raw_value)
                values[name] = f"{values[name]}, {value}" if name in values else value
            object.__setattr__(self, "_decoded", values)
        return values


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


NO_HEADERS = Headers()

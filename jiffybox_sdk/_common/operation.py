"""A call of the HTTP API (`Call`) and a call with its arguments (`Operation`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol
from urllib.parse import quote

from pydantic import SecretStr

from jiffybox_sdk._common.call_names import CallName as CallName  # noqa: PLC0414 (exported from here, too)
from jiffybox_sdk._common.standing import Standing

Verb = Literal["GET", "POST", "PUT", "DELETE"]


class Body(Protocol):
    """A request body, which yields names and values when iterated."""

    def __iter__(self) -> Iterator[tuple[str, object]]:
        """Yield the fields."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP verb and a path at the service.

    Attributes:
        name: The name of the call.
        verb: The HTTP verb.
        path: The path below the version, with `{…}` for each argument.
        returns: The kind of payload in the response, as named by `jiffybox_sdk.validation`.
        standing: How sure we are that this call exists.
        returns_same_id: Whether the result has the id at the end of the path, so that another call's can be detected.
    """

    name: CallName
    verb: Verb
    path: str
    returns: str
    standing: Standing
    returns_same_id: bool = field(default=False, kw_only=True)

    @property
    def repeatable(self) -> bool:
        """Whether repeating the call is harmless, which is so for calls that only read."""
        return self.verb == "GET"

    def on(self, *segments: int | str, body: Body | None = None) -> "Operation":
        """Return the operation with these arguments.

        Args:
            *segments: A value for each `{…}` in the path, in order. The values are percent-encoded.
            body: The request body.
        """
        remaining = iter(segments)
        path = [quote(str(next(remaining)), safe="") if part.startswith("{") else part for part in self.path.split("/")]
        return Operation(self, "/".join(path), body)

    def match(self, verb: str, segments: Sequence[str]) -> list[str] | None:
        """Return the arguments in a path, or `None` if the verb and path do not match this call."""
        pattern = self.path.split("/")
        if verb != self.verb or len(segments) != len(pattern):
            return None
        pairs = list(zip(pattern, segments, strict=True))
        if any(part != segment for part, segment in pairs if not part.startswith("{")):
            return None
        return [segment for part, segment in pairs if part.startswith("{")]


@dataclass(frozen=True, slots=True)
class Operation:
    """A call with its arguments.

    Attributes:
        call: The call.
        path: The path below the version, percent-encoded.
        body: The request body. It may contain a password, so it is not part of the `repr`.
    """

    call: Call
    path: str
    body: Body | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether repeating the operation is harmless, which is so for operations that only read."""
        return self.call.repeatable

    def secrets(self) -> list[str]:
        """Return the secrets in the body as plain text."""
        return [value.get_secret_value() for _, value in self.body or () if isinstance(value, SecretStr)]

    def without_secrets(self) -> "Operation":
        """Return the operation without its body, for exceptions and logs."""
        return replace(self, body=None)

    def __str__(self) -> str:
        return f"{self.call.verb} {self.path}"

"""A call of the HTTP API (`Call`) and a call with its arguments (`Operation`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, Literal, Protocol
from urllib.parse import quote

from pydantic import SecretStr

from jiffybox_sdk._common.call_names import CallName as CallName  # noqa: PLC0414 (exported from here, too)
from jiffybox_sdk._common.standing import Standing

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Result_co = TypeVar("Result_co", covariant=True, default=object)
else:  # `default` is new in Python 3.13
    from typing import TypeVar

    Result_co = TypeVar("Result_co", covariant=True)

API_URL = "https://api.jiffybox.de"
API_VERSION = "v1.0"

Verb = Literal["GET", "POST", "PUT", "DELETE"]

ANYTHING = "anything"
"""In place of a kind of payload: the result is not validated."""


class Body(Protocol):
    """A request body, which yields names and values when iterated."""

    def __iter__(self) -> Iterator[tuple[str, object]]:
        """Yield the fields."""
        ...


@dataclass(frozen=True, slots=True)
class Call(Generic[Result_co]):
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
        """Whether repeating the call is harmless, as for calls that only read."""
        return self.verb == "GET"

    def on(self, *segments: int | str, body: Body | None = None) -> "Operation[Result_co]":
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
class Operation(Generic[Result_co]):
    """A call with its arguments, from a function in `jiffybox_sdk.operations`. `JiffyBox.send` makes the call.

    Type checkers know an operation's result by its parameter, such as `Operation[bool]`. It is the model of the
    payload, in place of which a client returns its own record: a `Box` or an `AsyncBox`.

    Attributes:
        call: The call.
        path: The path below the version, percent-encoded.
        body: The request body. It may contain a password, so it is not part of the `repr`.
    """

    call: Call[Result_co]
    path: str
    body: Body | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether repeating the operation is harmless, as for operations that only read."""
        return self.call.repeatable

    def secrets(self) -> list[str]:
        """Return the secrets in the body as plain text."""
        return [value.get_secret_value() for _, value in self.body or () if isinstance(value, SecretStr)]

    def without_secrets(self) -> "Operation[Result_co]":
        """Return the operation without its body, for exceptions and logs."""
        return replace(self, body=None)

    def as_curl(self, api_url: str = API_URL) -> str:
        """Return the call as a command line for curl in a POSIX shell, such as for a report.

        The shell inserts the token from the environment variable `JIFFYBOX_API_KEY`. Secrets in the body are masked.
        The operation of an exception has no body.

        Args:
            api_url: The URL of the service.
        """
        import json  # noqa: PLC0415 (needed only here)
        import re  # noqa: PLC0415 (needed only here)
        import shlex  # noqa: PLC0415 (needed only here)

        from jiffybox_sdk._common.redaction import MASK  # noqa: PLC0415 (loads logging)

        words = ["curl"] if self.call.verb == "GET" else ["curl", "-X", self.call.verb]
        before, after = (re.sub(r'(["$`\\])', r"\\\1", part) for part in (api_url.rstrip("/"), self.path))
        words.append(f'"{before}/$JIFFYBOX_API_KEY/{API_VERSION}/{after}"')
        if self.body is not None:
            fields = {name: value for name, value in self.body if value is not None}
            shown = {name: MASK if isinstance(value, SecretStr) else value for name, value in fields.items()}
            words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(json.dumps(shown))]
        return " ".join(words)

    def __str__(self) -> str:
        return f"{self.call.verb} {self.path}"

"""`--dry-run`: a client that shows what it would send, and sends nothing."""

import json
from typing import NoReturn, TypeVar

import click

from jiffybox_sdk import JiffyBox
from jiffybox_sdk._cli.options import HIDDEN, given
from jiffybox_sdk._cli.output.text import put
from jiffybox_sdk._common.operation import Operation

T = TypeVar("T")

_LEFT_OUT = ("host", "content-length")
"""Headers that say nothing new, or how long a password is."""


class Preview(JiffyBox):
    """A client that ends the command with its first call, which it shows."""

    def send(self, operation: Operation, as_type: type[T], *, within: float | None = None) -> NoReturn:  # noqa: ARG002 (the signature of the client)
        """Shows the request on standard output.

        Raises:
            click.exceptions.Exit: always.
        """
        request = self._transport.preview(operation)
        lines = [f"{request.method} {request.url}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items() if name not in _LEFT_OUT]
        body = request.content.decode()
        for secret in operation.secrets():
            # As it stands in the body: the text of JSON between its quotation marks.
            body = body.replace(json.dumps(secret, ensure_ascii=False), f'"{HIDDEN}"')
        text = "".join(f"{line}\n" for line in ([*lines, "", body] if body else lines))
        put(given(click.get_current_context()).without_secrets(text))
        raise click.exceptions.Exit(0)

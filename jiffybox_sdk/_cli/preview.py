"""`--dry-run`: a client that shows requests instead of sending them."""

import json
from typing import NoReturn, TypeVar

import click

from jiffybox_sdk import JiffyBox
from jiffybox_sdk._cli.options import current_invocation
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._common.redaction import MASK
from jiffybox_sdk._common.texts import visible_json

T = TypeVar("T")

_OMITTED_HEADERS = ("Host", "Content-Length")
"""Redundant headers. The length would also reveal that of a password."""


class Preview(JiffyBox):
    """A client that shows requests. Each ends the command, unless it catches `click.exceptions.Exit`."""

    _shown = 0

    def _send(self, operation: Operation, as_type: type[T], *, within: float | None = None) -> NoReturn:  # noqa: ARG002 (the signature of the client)
        """Write the request to standard output."""
        request = self._transport.preview(operation)
        lines = [f"{request.verb} {request.url}"]
        lines += [f"{name}: {value}" for name, value in request.headers if name not in _OMITTED_HEADERS]
        body = request.body
        for secret in operation.secrets():  # even short ones, since a whole JSON string is never a chance match
            body = body.replace(json.dumps(secret, ensure_ascii=False), f'"{MASK}"')
        text = "".join(f"{line}\n" for line in ([*lines, "", body] if body else lines))
        text = current_invocation(click.get_current_context()).redact(text)
        write(("\n" if self._shown else "") + visible_json(text))
        self._shown += 1
        raise click.exceptions.Exit(0)

"""Redaction of secrets in text, including their URL-encoded and JSON-escaped forms."""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pydantic import SecretStr

SHORTEST = 8
"""Shorter secrets are not searched for, since they would match everywhere. Real tokens have 32 characters."""

MASK = "**********"


def spellings(secret: str) -> tuple[str, ...]:
    """Return a secret as it appears in plain text, in URLs and in JSON."""
    if secret.isascii() and secret.isalnum():  # as real tokens are
        return (secret,)
    import json  # noqa: PLC0415 (needed only here)

    in_json = [json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
    escaped = [text.replace("/", "\\/") for text in in_json]  # PHP escapes slashes
    return tuple(dict.fromkeys([secret, quote(secret, safe="", errors="replace"), *in_json, *escaped]))


def contains(text: str, secrets: Iterable[str]) -> bool:
    """Return whether text contains a secret, however short."""
    return any(spelling in text for secret in secrets if secret for spelling in spellings(secret))


def redact(text: str, secrets: Iterable[str], mask: str = MASK) -> str:
    """Return text with each secret masked."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for spelling in spellings(secret):
                text = text.replace(spelling, mask)
    return text


def redact_bytes(content: bytes, secrets: Iterable[str], mask: str = MASK) -> bytes:
    """Return content with a mask in place of each secret."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for spelling in spellings(secret):
                content = content.replace(spelling.encode(), mask.encode())
    return content


class LogGuard(logging.Filter):
    """Removes secrets from the log records of other libraries. One guard serves all clients, which may come and go."""

    def __init__(self, loggers: Iterable[str], mask: str = MASK) -> None:
        """Guard loggers. The filters of a logger do not apply to those below it, so each is named."""
        super().__init__()
        self._mask = mask
        self._secrets: dict[object, SecretStr] = {}
        for name in loggers:
            logging.getLogger(name).addFilter(self)

    def add(self, owner: object, secret: "SecretStr") -> None:
        """Remove a secret from now on, until `remove` is called with the same owner."""
        self._secrets[owner] = secret

    def remove(self, owner: object) -> None:
        """Forget the secret of an owner, if there is one. Safe to call more than once."""
        self._secrets.pop(owner, None)

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the message of a log record. No record is dropped."""
        # Of a copy, since other threads and the garbage collector may close clients at any time.
        secrets = {secret.get_secret_value() for secret in self._secrets.copy().values()}
        if secrets:
            message = record.getMessage()
            redacted = redact(message, secrets, self._mask)
            if redacted != message:
                record.msg, record.args = redacted, ()
        return True

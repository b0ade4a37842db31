"""Redaction of secrets in text, including their URL-encoded and JSON-escaped forms."""

import json
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


class RedactingFilter(logging.Filter):
    """Removes a secret from the log records that pass through."""

    def __init__(self, secret: "SecretStr", mask: str = MASK) -> None:
        super().__init__()
        self._secret = secret
        self._mask = mask

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the message of a log record. No record is dropped."""
        message = record.getMessage()
        redacted = redact(message, [self._secret.get_secret_value()], self._mask)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True

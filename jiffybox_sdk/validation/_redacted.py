"""Copies of recorded traffic without tokens and passwords."""

import base64
import binascii
import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jiffybox_sdk._common.redaction import MASK, SHORTEST, contains, redact as masked, redact_bytes
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation._findings import Finding
from jiffybox_sdk.validation._traffic import called, exchange_of, inflated, load_yaml

_LARGEST = 256 * 2**20
"""The maximum size of a file, which is read as a whole."""

_IN_PATH = re.compile(r"(?:(?<=^/)|(?<=[^/:]/))[^/?#\s\"'\\]+(?=/v\d+\.\d+/)")
"""The token in a URL or path of the service."""

_NAMES = re.compile(r"pass(word|wd|phrase)?|kennwort", re.IGNORECASE)
_FIELD = re.compile(rf'("[^"]*(?:{_NAMES.pattern})[^"]*"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|-?\d[\w.+-]*)', re.IGNORECASE)
_PARAMETER = re.compile(rf"((?:{_NAMES.pattern})[^&=\s]{{0,99}}=)[^&\s]+", re.IGNORECASE)


def redact(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Write a copy of recorded traffic without tokens and passwords.

    Tokens are those in the URLs of the service. They are masked wherever they are: in URLs, headers and bodies, also in
    base64 or compressed. Passwords are the values of fields and parameters with `pass` in their names. A body of the
    service that can't be inflated is left out. Other secrets, such as cookies for other hosts, are kept.

    Args:
        source: A HAR file or a cassette of vcrpy, also with `.gz`. At most 256 MiB are read.
        target: The file to write, compressed if its name ends with `.gz`.

    Raises:
        JiffyArgumentException: If the source can't be read or is not recorded traffic, or the target is the source.
        OSError: If the target can't be written.
    """
    source, target = Path(source), Path(target)
    try:
        with source.open("rb") as file:
            is_gzip = file.peek(2).startswith(b"\x1f\x8b")
            with gzip.GzipFile(fileobj=file) if is_gzip else file as content:
                data = content.read(_LARGEST + 1)
    except (OSError, EOFError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "invalid data"
        raise JiffyArgumentException(f"cannot read {str(source)!r}: {reason}") from None
    if target.exists() and target.samefile(source):
        raise JiffyArgumentException(f"invalid target {str(target)!r}: expected another file than the source")
    clean = _redacted(data) if len(data) <= _LARGEST else None
    if clean is None:
        raise JiffyArgumentException(
            f"cannot redact {str(source)!r}: expected a whole HAR file or cassette of at most {_LARGEST} bytes"
        )
    target.write_bytes(gzip.compress(clean) if target.suffix.lower() == ".gz" else clean)


def _redacted(data: bytes) -> bytes | None:
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    try:
        document: object = json.loads(data) if is_json else load_yaml(data)
    except (ValueError, RecursionError):
        return None
    entries = list(_entries(document))
    if isinstance(document, Finding) or not entries:
        return None
    calls = (called(exchange_of(entry).url) for entry in entries)
    cleaner = _Cleaner({call[0] for call in calls if call})
    clean = cleaner.clean(document)
    if is_json:
        text = json.dumps(clean, ensure_ascii=False, indent=2) + "\n"
    else:
        import yaml  # noqa: PLC0415 (an extra)

        dumped = yaml.safe_dump(clean, allow_unicode=True, sort_keys=False)  # pyright: ignore[reportUnknownMemberType] (of the stub)
        text = str(dumped)
    if contains(text, (token for token in cleaner.tokens if len(token) >= SHORTEST)):
        raise JiffyArgumentException("cannot redact: a token remains in a form that is not recognised")
    return text.encode("utf-8", "backslashreplace")


def _entries(document: object) -> "Iterator[dict[object, object]]":
    log = document.get("log", document) if is_map(document) else None
    entries = log.get("entries", log.get("interactions")) if is_map(log) else None
    for entry in entries if is_list(entries) else ():
        if isinstance(entry, dict):
            yield entry


class _Cleaner:
    """Masks tokens and passwords in the values of a document."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = frozenset(tokens)

    def clean(self, value: object) -> object:
        """Return a value without them."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes):
            return self._bytes(value)
        if is_list(value):
            return [self.clean(item) for item in value]
        return self._map(dict(value)) if is_map(value) else value

    def _map(self, fields: dict[object, object]) -> dict[object, object]:
        self._drop_unreadable_body(fields)
        is_secret = isinstance(name := fields.get("name"), str) and _NAMES.search(name)
        clean: dict[object, object] = {}
        for key, value in fields.items():
            in_base64 = key == "base64_string" or (key == "text" and fields.get("encoding") == "base64")
            if isinstance(key, str) and (_NAMES.search(key) or (is_secret and key == "value")):
                inner = self._hide(value)
            else:
                inner = self._base64(value) if in_base64 and isinstance(value, str) else self.clean(value)
            clean[self.clean(key)] = inner
        return clean

    def _hide(self, value: object) -> object:
        """Return a value with all text and numbers masked."""
        if is_list(value):
            return [self._hide(item) for item in value]
        is_secret = isinstance(value, str | bytes | int | float) and not isinstance(value, bool)
        return MASK if is_secret else self.clean(value)

    def _drop_unreadable_body(self, fields: dict[object, object]) -> None:
        if not is_map(fields.get("request")) or not is_map(response := fields.get("response")):
            return
        exchange = exchange_of(fields)
        if exchange.body and called(exchange.url) and isinstance(inflated(exchange.body, exchange.encoding), Finding):
            fields["response"] = {name: value for name, value in response.items() if name not in ("body", "content")}

    def _text(self, text: str) -> str:
        text = _IN_PATH.sub(MASK, masked(text, self.tokens))
        if not _NAMES.search(text):
            return text
        return _PARAMETER.sub(rf"\1{MASK}", _FIELD.sub(rf'\1"{MASK}"', text))

    def _bytes(self, content: bytes) -> bytes:
        plain = inflated(content, "")
        if isinstance(plain, Finding):
            return redact_bytes(content, self.tokens)
        try:
            clean = self._text(plain.decode()).encode()
        except UnicodeDecodeError:
            clean = redact_bytes(plain, self.tokens)
        return content if clean == plain else clean if plain is content else gzip.compress(clean, mtime=0)

    def _base64(self, text: str) -> str:
        try:
            return base64.b64encode(self._bytes(base64.b64decode(text))).decode()
        except (binascii.Error, ValueError):
            return MASK

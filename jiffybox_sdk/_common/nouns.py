"""The kinds of records in words, for messages."""

import re


def noun_of(record: object) -> str:
    """Return the kind of a record in words, such as `contact group`."""
    return re.sub(
        r"(?<=[a-z])(?=[A-Z])", " ", type(record).__name__.removeprefix("Async").removeprefix("Unseen")
    ).lower()

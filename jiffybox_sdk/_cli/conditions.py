"""Columns, sort keys and conditions, as they are typed."""

import re
from typing import NamedTuple, Self

import click


def column_names(text: str) -> tuple[str, ...]:
    """Return the columns in a list such as `id,name`."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise click.BadParameter("expected at least one column, and no empty names.")
    return names


def sort_keys(text: str) -> tuple[str, ...]:
    """Return columns to sort by, with a leading `-` for descending order, also of `name:desc` and `name=desc`."""
    return tuple(
        re.sub(r"^-?(.*)[:=](?i:(asc)|desc)$", lambda key: f"{'' if key[2] else '-'}{key[1]}", name)
        for name in column_names(text)
    )


class Filter(NamedTuple):
    """A condition: `=` and `!=` compare the value of a column, `~` searches it for a regular expression.

    Without an operator, the column must have a value, other than false. The flag is for messages.
    """

    column: str
    operator: str
    value: str
    flag: str = "--filter"

    @classmethod
    def parse(cls, text: str, flag: str = "--filter") -> Self:
        """Return the condition in a text such as `status=READY`."""
        match = re.fullmatch(r"\s*([^=!~<>]*[^=!~<>\s])\s*(?:(=|!=|~)(?![=~])\s*(.*?))?\s*", text, re.DOTALL)
        if not match:
            advice = "expected COLUMN=TEXT, COLUMN!=TEXT, COLUMN~REGEX or COLUMN, such as status=READY"
            raise click.BadParameter(f"{text!r}: {advice}.")
        try:
            re.compile(match[3] if match[2] == "~" else "")
        except re.error as error:
            raise click.BadParameter(f"{match[3]!r} is not a regular expression: {error}.") from None
        return cls(match[1], match[2] or "", match[3] or "", flag)

"""Lookup of objects given by number or name."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.session import Session

if TYPE_CHECKING:
    from jiffybox_sdk import Box, Check, ContactGroup, JiffyBox

    Record = Box | Check | ContactGroup


def box_id(session: Session, text: str) -> int:
    """Return the number of a box. Text that consists of digits is a number; any other text is a name."""
    return _number(session, text, "box", lambda client: client.boxes())


def group_id(session: Session, text: str) -> int:
    """Return the number of a contact group, like `box_id`."""
    return _number(session, text, "contact group", lambda client: client.contact_groups())


def check_id(session: Session, text: str) -> int:
    """Return the number of a check, like `box_id`."""
    return _number(session, text, "check", lambda client: client.checks())


def reject_lookup(session: Session, noun: str, text: str) -> None:
    """Reject a name, which would have to be looked up, if nothing may be sent."""
    if session.options.dry_run:
        raise click.UsageError(f"cannot look up {noun} {text!r} with --dry-run, which sends nothing: use its number.")


def _number(session: Session, text: str, noun: str, list_all: "Callable[[JiffyBox], Iterable[Record]]") -> int:
    from jiffybox_sdk._common import arguments

    if text.isascii() and text.removeprefix("-").isdigit():
        return arguments.whole_id(text, noun)
    if not text:
        raise click.UsageError(f"invalid {noun} '': expected a number or a name.")
    reject_lookup(session, noun, text)
    objects = list(list_all(session.client))
    matches = [object_.id for object_ in objects if object_.name == text]
    if len(matches) == 1:
        return matches[0]
    if matches:
        numbers = " and ".join(map(str, matches))
        raise click.UsageError(f"ambiguous {noun} {text!r}: {numbers} have this name; use a number.")
    close = get_close_matches(text, [object_.name for object_ in objects], n=1)
    raise RefusedError(f"no {noun} is named {text!r}" + (f"; did you mean {close[0]!r}?" if close else ""))

"""Things that are named by their number or by their name."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

import click

from jiffybox_sdk._cli.errors import Refused
from jiffybox_sdk._cli.session import Session

if TYPE_CHECKING:
    from jiffybox_sdk import JiffyBox


class Named(Protocol):
    """What has a number and a name."""

    @property
    def id(self) -> int:
        """The number."""
        ...

    @property
    def name(self) -> str:
        """The name."""
        ...


def box_id(session: Session, text: str) -> int:
    """Returns the number of a box that was named by it or by its name. A text of digits is always a number.

    Raises:
        click.ClickException: no box has the name, several have, or the name would have to be looked up under --dry-run.
    """
    return _number(session, text, "box", lambda client: client.boxes())


def group_id(session: Session, text: str) -> int:
    """Returns the number of a contact group, as `box_id` does that of a box."""
    return _number(session, text, "contact group", lambda client: client.contact_groups())


def check_id(session: Session, text: str) -> int:
    """Returns the number of a check, as `box_id` does that of a box."""
    return _number(session, text, "check", lambda client: client.checks())


def _number(session: Session, text: str, noun: str, find: "Callable[[JiffyBox], Iterable[Named]]") -> int:
    from jiffybox_sdk._common import arguments

    if text.isascii() and text.removeprefix("-").isdigit():
        return arguments.whole_id(text, noun)
    if not text:
        raise click.UsageError(f"{noun} '' is refused: give its number or its name.")
    if session.options.dry_run:
        raise click.UsageError(
            f"{noun} {text!r} is refused with --dry-run: looking up a name sends a request; give the number."
        )
    known = list(find(session.client))
    found = [thing.id for thing in known if thing.name == text]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = " and ".join(map(str, found))
        raise click.UsageError(f"{noun} {text!r} is refused: {numbers} have that name; give the number.")
    close = get_close_matches(text, [thing.name for thing in known], n=1)
    raise Refused(f"no {noun} is named {text!r}" + (f"; did you mean {close[0]!r}?" if close else ""))

"""Lookup of objects given by number or name."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Generic, TypeVar

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.texts import nearest

if TYPE_CHECKING:
    from jiffybox_sdk import Backups, Box, Check, ContactGroup, Distribution, JiffyBox, Plan
    from jiffybox_sdk._cli.output.tables import Record

    Named = Box | Check | ContactGroup

R_co = TypeVar("R_co", bound="Record", covariant=True)
W = TypeVar("W", bound="Named")


@dataclass(frozen=True)
class Noun(Generic[R_co]):
    """A kind of objects: its name and path, and how to list all and to get one."""

    name: str
    path: str
    list_all: "Callable[[JiffyBox], Iterable[R_co]]"
    get: "Callable[[JiffyBox, int | str], R_co]"

    @property
    def plural(self) -> str:
        """The name of several, and of their table."""
        return f"{self.name}{'es' if self.name.endswith('x') else 's'}"

    @property
    def metavar(self) -> str:
        """The name of an argument."""
        return self.name.split()[-1].upper()


BOX: "Noun[Box]" = Noun("box", "jiffyBoxes", lambda api: api.boxes(), lambda api, id_: api.box(id_))
CHECK: "Noun[Check]" = Noun("check", "monitoring", lambda api: api.checks(), lambda api, id_: api.check(id_))
GROUP: "Noun[ContactGroup]" = Noun(
    "contact group", "contactGroups", lambda api: api.contact_groups(), lambda api, id_: api.contact_group(id_)
)
BACKUPS: "Noun[Backups]" = Noun(
    "backup", "backups", lambda api: api.backups(), lambda api, box: api.send(sdk.operations.get_backups(box))
)
PLAN: "Noun[Plan]" = Noun("plan", "plans", lambda api: api.plans(), lambda api, plan: api.plan(plan))
DISTRIBUTION: "Noun[Distribution]" = Noun(
    "distribution", "distributions", lambda api: api.distributions(), lambda api, id_: api.distribution(str(id_))
)


def find(session: Session, noun: Noun[W], text: str) -> int:
    """Return the number of an object."""
    return next(iter(find_all(session, noun, [text])))


def find_all(session: Session, noun: Noun[W], texts: Sequence[str]) -> dict[int, W | None]:
    """Return objects given by number or name, by number, with those records that were read for it.

    Text that consists of digits is a number, and the name of an object only if there is none with this number. A single
    number is only looked up after the service has found no such object, several are before anything is sent.
    """
    if "" in texts:
        raise click.UsageError(f"invalid {noun.name} '': expected a number or a name.")
    numbers = {text: arguments.whole_id(text, noun.name) for text in texts if _is_number(text)}
    if len(texts) == 1 and numbers and session.guesses:
        session.guessed = True
        return dict.fromkeys(numbers.values())
    records = [*session.look_up(noun.list_all)]
    found: dict[int, W | None] = {}
    problems: list[str] = []
    for text in texts:
        same = [record for record in records if record.id == numbers.get(text)]
        same = same or [record for record in records if record.name == text]
        if len(same) > 1:
            ids = " and ".join(str(record.id) for record in same)
            raise click.UsageError(f"ambiguous {noun.name} {text!r}: {ids} have this name; use a number.")
        found |= {record.id: record for record in same}
        if not same:
            close = get_close_matches(text, [record.name for record in records], n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            problems.append(
                f"there is no {noun.name} {text}" if text in numbers else f"no {noun.name} is named {text!r}{hint}"
            )
    if len(texts) > 1 and problems:
        raise click.UsageError(f"{'; '.join(problems)}; nothing was done.")
    if problems:
        raise RefusedError(problems[0])
    return found


def find_distribution(session: Session, text: str) -> str:
    """Return the key of a distribution, which is looked up if its name is given."""
    if re.fullmatch("[a-z0-9_]+", text):
        return text
    names = {known.id: known.name for known in session.look_up(DISTRIBUTION.list_all)}
    keys = [key for key, name in names.items() if text.casefold() in (key, name.casefold())]
    if len(keys) > 1:
        raise click.UsageError(f"ambiguous distribution {text!r}: {' and '.join(keys)} have this name; use a key.")
    if not keys:
        raise RefusedError(f"no distribution is named {text!r}: {nearest(text, names.values()) if names else ''}")
    return keys[0]


def warn_about_number(session: Session, name: str) -> None:
    """Warn that a new object will not be found by its name if there is one with this number."""
    if _is_number(name):
        session.say(
            f"jiffybox: the name {name} looks like a number, and means the object of that number if there is one"
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()

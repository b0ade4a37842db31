"""Seeds: what an account holds at first, as a declaration in JSON that is checked like the bodies of calls.

{
  "boxes": [
    {"name": "web", "planid": "CloudLevel 1", "distribution": "debian_stretch_64bit", "running": false},
    {"name": "db", "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN", "floatingIps": 1}
  ],
  "contactGroups": [{"name": "admins", "contacts": ["admin@example.org"]}],
  "checks": [{"name": "ping web", "box": "web", "checkType": "ping", "port": 1}]
}
"""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, JsonValue, ValidationError

from jiffybox_sdk._common.json_path import json_path
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.emulator._handlers import backups, boxes, checks
from jiffybox_sdk.emulator._messages import Refusal
from jiffybox_sdk.emulator._state.account import LAST_BOX, Account, BoxState, DueIn, GroupState, Work
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._fields import LAST_EPOCH, Boolean, Integer
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.create_contact_group import CreateContactGroup
from jiffybox_sdk.models.requests.enable_backups import EnableBackups
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.operations import BackupType

Seconds = Annotated[Integer, Field(ge=0, le=LAST_EPOCH)]
SeedDocument = Mapping[str, object] | str | os.PathLike[str]
Location = Sequence[int | str]
Items = list[dict[str, JsonValue]]
R = TypeVar("R", bound=Request)

LAST_GROUP = 10**9

_SWITCHED_ON = (BoxStatus.READY, BoxStatus.RUNNING, BoxStatus.UPDATING)
"""The states in which a box may be running."""

_DEEPEST = 210
"""How deep a seed may be nested: deeper than what any account can hold."""


class SeedBox(CreateBox, frozen=True):
    """A box of a seed: what creates one, and what has become of it since."""

    id: Annotated[
        Integer | None,
        Field(ge=1, le=LAST_BOX, description=f"its number, up to {LAST_BOX}; the numbers of a seed must grow"),
    ] = None
    status: Annotated[BoxStatus, Field(description="one of the known states; READY when absent")] = BoxStatus.READY
    running: Annotated[
        Boolean | None,
        Field(description="whether it is switched on; when absent, true in the states READY and RUNNING"),
    ] = None
    created: Annotated[Seconds | None, Field(description="when it was created, in seconds since the epoch")] = None
    floatingIps: Annotated[Integer, Field(ge=0, le=100, description="how many floating addresses it has")] = 0  # noqa: N815 (in the manner of the wire)
    backups: Annotated[
        dict[BackupType, Seconds],
        Field(
            default_factory=dict,
            description="when the latest backup of each type was made, in seconds since the epoch",
        ),
    ]
    schedule: Annotated[
        EnableBackups | None, Field(description="when periodical backups are made: dayid and timeid")
    ] = None


class SeedGroup(CreateContactGroup, frozen=True):
    """A contact group of a seed."""

    id: Annotated[
        Integer | None,
        Field(ge=2, le=LAST_GROUP, description=f"its number, 2 to {LAST_GROUP}; the numbers of a seed must grow"),
    ] = None


class Seed(Request, frozen=True):
    """What an account holds at first. The account's own contact group is always there."""

    boxes: Annotated[Items, Field(default_factory=list, description="a list of boxes")]
    contactGroups: Annotated[  # noqa: N815 (as on the wire)
        Items, Field(default_factory=list, description="a list of contact groups")
    ]
    checks: Annotated[
        Items,
        Field(
            default_factory=list,
            description="a list of checks as they are created, with the name of a box in place of an ip if you like",
        ),
    ]


class _Problem(Exception):
    """Something in a seed makes no sense: what stands at a location, or that something is missing there."""

    def __init__(self, location: Location, rule: str, missing: str | None = None) -> None:
        super().__init__(rule)
        self.location = location
        self.missing = missing


@dataclass(frozen=True, slots=True)
class _Document:
    """A seed as it was given, and its name for messages."""

    name: str
    content: object
    text: str = ""

    def refused(self, problem: _Problem) -> JiffyArgumentException:
        where = json_path(problem.location, self.content)
        if problem.missing is not None:
            where = f"{where}.{problem.missing}"
        line = f" line {_line_of(self.text, problem.location)}" if self.text else ""
        return JiffyArgumentException(f"{self.name}{line}: {where} is refused: {problem}")


def sow(account: Account, seed: SeedDocument, now: float, due_in: DueIn) -> None:
    """Fills an account.

    Args:
        account: An empty one.
        seed: The seed, or the path of a JSON file that holds it.
        now: The service's time, in seconds since the epoch.
        due_in: From a duration to the moment at which it is over.

    Raises:
        JiffyArgumentException: the file can't be read, or something makes no sense; the message says in which line.
    """
    document = _Document("seed", dict(seed)) if isinstance(seed, Mapping) else _read(Path(seed))
    try:
        _check_json(document.content)
        found = _checked(Seed, document.content, ())
        for number, box in enumerate(found.boxes):
            _add_box(account, _checked(SeedBox, box, ("boxes", number)), ("boxes", number), now, due_in)
        for number, group in enumerate(found.contactGroups):
            _add_group(account, _checked(SeedGroup, group, ("contactGroups", number)), ("contactGroups", number))
        for number, check in enumerate(found.checks):
            _add_check(account, check, ("checks", number))
    except _Problem as problem:
        refused = document.refused(problem)
    else:
        return
    raise refused


def _read(path: Path) -> _Document:
    name = f"seed {str(path)!r}"
    try:
        text = path.read_text("utf-8")
        return _Document(name, json.loads(text), text)
    except OSError as error:
        problem = error.strerror
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError):
        problem = "it is no JSON in UTF-8"
    raise JiffyArgumentException(f"{name} is refused: {problem}")


def _checked(kind: type[R], value: object, location: Location) -> R:
    # null is as good as absent, as in the bodies of calls.
    given = {name: inner for name, inner in value.items() if inner is not None} if is_map(value) else value
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        finding = error.errors(include_url=False, include_context=False, include_input=False)[0]
    inner = finding["loc"]
    field = kind.model_fields.get(str(inner[0])) if inner else None
    rule = (field and field.description) or finding["msg"].removeprefix("Value error, ")
    if finding["type"] == "extra_forbidden":
        rule = "there is no such field"
    elif finding["type"] == "missing":
        raise _Problem((*location, *inner[:-1]), f"it is missing: {rule}", missing=str(inner[-1]))
    raise _Problem((*location, *inner), rule)


def _check_json(content: object) -> None:
    """Refuses what is no JSON: a mapping may hold anything, and Python's reader takes NaN and halves of characters."""
    to_do: list[tuple[Location, object]] = [((), content)]
    while to_do:
        location, value = to_do.pop()
        if len(location) > _DEEPEST:
            raise _Problem(location[:2], "it is nested too deeply, or in a circle")
        inner: list[tuple[Location, object]] = []
        if is_map(value):
            for name, member in value.items():
                if not isinstance(name, str) or not _encodable(name):
                    raise _Problem(location, "its fields must have names that are text")
                inner.append(((*location, name), member))
        elif is_list(value):
            inner = [((*location, number), item) for number, item in enumerate(value)]
        elif isinstance(value, str):
            if not _encodable(value):
                raise _Problem(location, "it is not valid Unicode text")
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise _Problem(location, "it is not a finite number")
        elif value is not None and not isinstance(value, int):
            raise _Problem(location, "it is no JSON: give text, a number, true, false, null, a list or an object")
        to_do += reversed(inner)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _add_box(account: Account, seed: SeedBox, location: Location, now: float, due_in: DueIn) -> None:
    if any(box.name == seed.name for box in account.boxes.values()):
        raise _Problem((*location, "name"), "another box has that name")
    if seed.distribution is None:
        raise _Problem((*location, "backupid"), "give a distribution: no box of a seed comes from a backup")
    if seed.running and seed.status not in _SWITCHED_ON:
        raise _Problem((*location, "running"), f"no box is switched on in the state {seed.status}")
    try:
        plan = boxes.find_plan(seed.planid)
    except Refusal as refusal:
        raise _Problem((*location, "planid"), str(refusal)) from None
    try:
        distribution = boxes.find_distribution(seed.distribution)
    except Refusal as refusal:
        raise _Problem((*location, "distribution"), str(refusal)) from None
    try:
        metadata = boxes.merged({}, seed.metadata)
    except Refusal as refusal:
        raise _Problem((*location, "metadata"), str(refusal)) from None
    account.next_box = _next_number(seed.id, account.next_box, location)
    created = now if seed.created is None else seed.created
    box = account.add_box(seed.name, plan, distribution, metadata, created)
    for _ in range(seed.floatingIps):
        account.add_ip(box.id)
    if seed.running or (seed.running is None and seed.status in (BoxStatus.READY, BoxStatus.RUNNING)):
        box.running_since = int(created)
    _begin(account, box, seed.status, due_in)
    backups.keep(box, seed.backups)
    if seed.schedule:
        box.backups.day, box.backups.slot, box.backups.since = seed.schedule.dayid, seed.schedule.timeid, now


def _begin(account: Account, box: BoxState, status: BoxStatus, due_in: DueIn) -> None:
    """Brings a box into a state; work that belongs to it begins now."""
    box.status = status
    match status:
        case BoxStatus.CREATING:
            account.begin(box, status, Work(due_in(boxes.SECONDS["create"]), running=True))
        case BoxStatus.UPDATING:
            command = Command.SHUTDOWN if box.running else Command.START
            account.begin(box, status, Work(due_in(boxes.SECONDS[command]), running=not box.running))
        case BoxStatus.FREEZING:
            account.begin(box, status, Work(due_in(boxes.SECONDS[Command.FREEZE]), BoxStatus.FROZEN))
        case BoxStatus.THAWING:
            account.begin(box, status, Work(due_in(boxes.SECONDS[Command.THAW])))
        case BoxStatus.CHANGING_PLAN:
            account.begin(box, status, Work(due_in(boxes.SECONDS[Command.PLAN])))
        case BoxStatus.DELETING:
            account.begin(box, status, Work(due_in(boxes.SECONDS["delete"]), status=None))
        case BoxStatus.READY | BoxStatus.RUNNING | BoxStatus.FROZEN:
            pass


def _add_group(account: Account, seed: SeedGroup, location: Location) -> None:
    if any(group.name == seed.name for group in account.groups.values()):
        raise _Problem((*location, "name"), "another contact group has that name")
    number = _next_number(seed.id, account.next_group, location)
    account.groups[number] = GroupState(number, seed.name, list(seed.contacts))
    account.next_group = number + 1


def _add_check(account: Account, seed: Mapping[str, JsonValue], location: Location) -> None:
    fields = {name: value for name, value in seed.items() if value is not None}
    if "box" in fields:
        name = fields.pop("box")
        box = next((box.id for box in account.boxes.values() if box.name == name), None)
        if box is None or "ip" in fields:
            raise _Problem((*location, "box"), "give the name of a box of this seed, or an ip in its place")
        fields["ip"] = account.ips_of(box)[0].ip
    kind = TYPES.get(str(fields.get("checkType")))
    if kind is None:
        rule = f"give one of {', '.join(TYPES)}"
        if "checkType" in fields:
            raise _Problem((*location, "checkType"), rule)
        raise _Problem(location, f"it is missing: {rule}", missing="checkType")
    check = _checked(kind, fields, location)
    try:
        added = checks.add(account, check)
    except Refusal as refusal:
        raise _Problem(location, str(refusal)) from None
    checks.settle(added)


def _next_number(wanted: int | None, free: int, location: Location) -> int:
    if wanted is not None and wanted < free:
        raise _Problem((*location, "id"), f"numbers must grow: give {free} or more")
    return wanted or free


def _line_of(text: str, location: Location) -> int:
    """Returns the line of a JSON text in which the value at a location begins, as near as that exists."""
    position = _skip(text, 0)
    for step in location:
        found = _step(text, position, step)
        if found is None:
            break
        position = found
    return text.count("\n", 0, position) + 1


def _step(text: str, position: int, step: int | str) -> int | None:
    """Returns where a member of the object, or an item of the list, that begins at a position begins itself."""
    if text[position] not in "{[":
        return None
    named = text[position] == "{"
    decoder = json.JSONDecoder()
    found, number = None, 0
    position = _skip(text, position + 1)
    while text[position] not in "}]":
        name: object = number
        if named:
            name, position = decoder.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        if name == step:
            found = position  # of several with the same name, the last one counts
        _, position = decoder.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
        number += 1
    return found


def _skip(text: str, position: int) -> int:
    """Returns where the next thing that is no white space begins."""
    while text[position] in " \t\r\n":
        position += 1
    return position

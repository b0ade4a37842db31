"""Seeds: the initial content of an account, as JSON.

{
  "boxes": [
    {"name": "web", "planid": "CloudLevel 1", "distribution": "debian_stretch_64bit", "running": false},
    {"name": "db", "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN", "floatingIps": 1}
  ],
  "contactGroups": [{"name": "admins", "contacts": ["admin@example.org"]}],
  "checks": [{"name": "ping web", "box": "web", "checkType": "ping", "port": 1}]
}

Old accounts had other plans, distributions and addresses:

{
  "plans": [
    {"id": 20, "name": "CloudLevel 1 (Generation 3)", "diskSizeInMB": 51200, "ramInMB": 2048, "pricePerHour": 0.02,
     "pricePerHourFrozen": 0.005, "priceCap": 0}
  ],
  "distributions": {"debian_wheezy_64bit": {"name": "Debian Wheezy (7) 64-Bit"}},
  "boxes": [
    {"name": "old", "planid": 20, "distribution": "debian_wheezy_64bit",
     "ips": [{"ip": "2001:db8:1::7"}, {"ip": "10.93.14.175", "type": "private", "reverseLookup": "old.example.net"}]}
  ]
}
"""

import ipaddress
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, ParamSpec, TypeVar

from pydantic import AfterValidator, BaseModel, Field, JsonValue, ValidationError

from jiffybox_sdk._common import strict_json
from jiffybox_sdk._common.json_path import json_path
from jiffybox_sdk._common.line_numbers import lines_of
from jiffybox_sdk._common.pydantic_errors import first_detail, message
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator._catalogue import new_distribution
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._handlers import backups, boxes, checks
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._state.account import LAST_BOX, USED_NETWORKS, Account
from jiffybox_sdk.emulator._state.lookup import check_name
from jiffybox_sdk.emulator._state.objects import BoxState
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._fields import LAST_EPOCH, Boolean, Integer
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.create_contact_group import CreateContactGroup
from jiffybox_sdk.models.requests.enable_backups import EnableBackups
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.models.responses.distribution import Distribution
from jiffybox_sdk.models.responses.plan import Plan
from jiffybox_sdk.operations import BackupType

Seconds = Annotated[Integer, Field(ge=0, le=LAST_EPOCH)]
SeedDocument = Mapping[str, object] | str | os.PathLike[str]
"""The initial content of an account, as a mapping or as the path of a JSON file."""
Location = Sequence[int | str]
Items = list[dict[str, JsonValue]]
R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")
P = ParamSpec("P")

LAST_GROUP = 10**9

_MAY_RUN = (BoxStatus.READY, BoxStatus.RUNNING, BoxStatus.UPDATING)
"""The states in which a box can be powered on."""

_WORK = {
    BoxStatus.CREATING: "create",
    BoxStatus.FREEZING: Command.FREEZE,
    BoxStatus.THAWING: Command.THAW,
    BoxStatus.CHANGING_PLAN: Command.PLAN,
    BoxStatus.DELETING: "delete",
}
"""The kind of work in each transitional state, except UPDATING."""


def _address(text: str) -> str:
    address = ipaddress.ip_address(text)
    if getattr(address, "scope_id", None):
        raise ValueError("an address with a zone")
    return str(address)


class SeedIp(Request, frozen=True):
    """A further address of a box in a seed."""

    ip: Annotated[str, AfterValidator(_address)]
    type: Literal["public", "private"] = "public"
    reverseLookup: str | None = None  # noqa: N815 (in the style of the API)


class SeedBox(CreateBox, frozen=True):
    """A box in a seed, with its creation parameters and current state."""

    id: Annotated[
        Integer | None, Field(ge=1, le=LAST_BOX, description=f"an id up to {LAST_BOX}, in ascending order")
    ] = None
    status: Annotated[BoxStatus, Field(description="one of the known states; READY by default")] = BoxStatus.READY
    running: Annotated[
        Boolean | None, Field(description="true or false: the power state; by default, true for READY and RUNNING")
    ] = None
    created: Annotated[Seconds | None, Field(description="the time of creation, in seconds since the epoch")] = None
    floatingIps: Annotated[Integer, Field(ge=0, le=100, description="the number of floating addresses, 0 to 100")] = 0  # noqa: N815 (in the style of the API)
    ips: Annotated[
        list[SeedIp],
        Field(
            default_factory=list,
            description="a list of further addresses, each with an IPv4 or IPv6 address as ip, and optionally the type,"
            " public or private, and a name as reverseLookup",
        ),
    ]
    backups: Annotated[
        dict[BackupType, Seconds],
        Field(
            default_factory=dict, description="the creation time of the latest of each type, in seconds since the epoch"
        ),
    ]
    schedule: Annotated[
        EnableBackups | None, Field(description="the schedule of periodic backups: dayid and timeid")
    ] = None


class SeedGroup(CreateContactGroup, frozen=True):
    """A contact group in a seed."""

    id: Annotated[
        Integer | None, Field(ge=2, le=LAST_GROUP, description=f"an id from 2 to {LAST_GROUP}, in ascending order")
    ] = None


class Seed(Request, frozen=True):
    """The initial content of an account, in addition to its own contact group."""

    plans: Annotated[Items, Field(default_factory=list, description="a list of plans, as in responses")]
    distributions: Annotated[
        dict[str, dict[str, JsonValue]],
        Field(default_factory=dict, description="distributions by key, as in responses; only the name is required"),
    ]
    boxes: Annotated[Items, Field(default_factory=list, description="a list of boxes")]
    contactGroups: Annotated[  # noqa: N815 (in the style of the API)
        Items, Field(default_factory=list, description="a list of contact groups")
    ]
    checks: Annotated[
        Items,
        Field(
            default_factory=list, description="a list of checks, as in their creation, or with a box in place of the ip"
        ),
    ]


class _Mistake(Exception):
    """A mistake in a seed, with its location and the name of the missing field, if any."""

    def __init__(self, location: Location, reason: str, missing: str | None = None) -> None:
        super().__init__(reason)
        self.location = location
        self.missing = missing


@dataclass(frozen=True, slots=True)
class _Document:
    """A seed, with the name and text of its file."""

    name: str
    content: object
    text: str = ""

    def exception(self, mistake: _Mistake) -> JiffyArgumentException:
        path = json_path(mistake.location, self.content)
        line = f", line {lines_of(self.text, [mistake.location])[0]}" if self.text else ""
        problem = f"{path}: {mistake}" if mistake.missing is None else f"{path}.{mistake.missing} is missing: {mistake}"
        return JiffyArgumentException(f"invalid {self.name}{line}: {problem}")


def apply_seed(account: Account, seed: SeedDocument, clock: EmulatorClock) -> None:
    """Fill an empty account from a seed given as a mapping or as the path of a JSON file."""
    document = _Document("seed", dict(seed)) if isinstance(seed, Mapping) else _read(Path(seed))
    try:
        _add_all(account, document.content, clock)
    except _Mistake as mistake:
        exception = document.exception(mistake)
    else:
        return
    raise exception  # without the context, which may contain passwords


def _add_all(account: Account, content: object, clock: EmulatorClock) -> None:
    if problem := strict_json.find_problem(content):
        raise _Mistake(*problem)
    seed = _validate(Seed, content, ())
    for number, plan in enumerate(seed.plans):
        _add_plan(account, plan, ("plans", number))
    for key, distribution in seed.distributions.items():
        _add_distribution(account, key, distribution, ("distributions", key))
    for number, box in enumerate(seed.boxes):
        _add_box(account, _validate(SeedBox, box, ("boxes", number)), ("boxes", number), clock)
    for number, group in enumerate(seed.contactGroups):
        _add_group(account, _validate(SeedGroup, group, ("contactGroups", number)), ("contactGroups", number))
    for number, check in enumerate(seed.checks):
        _add_check(account, check, ("checks", number))


def _read(path: Path) -> _Document:
    name = f"seed {str(path)!r}"
    try:
        text = path.read_text("utf-8")
        return _Document(name, json.loads(text), text)
    except OSError as error:
        reason = f"can't read {name}: {error.strerror}"
    except json.JSONDecodeError as error:
        reason = f"invalid {name}, line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError):
        reason = f"invalid {name}: not JSON in UTF-8"
    raise JiffyArgumentException(reason)


def _validate(model: type[R], value: object, location: Location) -> R:
    # As in request bodies, null counts as absent.
    fields = {name: inner for name, inner in value.items() if inner is not None} if is_map(value) else value
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        detail = first_detail(error)
    inner = detail["loc"]
    field = model.model_fields.get(str(inner[0])) if inner else None
    expected = f"expected {field.description}" if field and field.description else message(detail)
    match detail["type"]:
        case "extra_forbidden":
            raise _Mistake((*location, *inner), "there is no such field")
        case "missing":
            raise _Mistake((*location, *inner[:-1]), expected, missing=str(inner[-1]))
        case _:
            raise _Mistake((*location, *inner), expected)


def _add_plan(account: Account, seed: Mapping[str, JsonValue], location: Location) -> None:
    plan = _validate(Plan, seed, location)
    _check_known(plan, location)
    if plan.id < 1:
        raise _Mistake((*location, "id"), "expected a positive id")
    if any(other["name"] == plan.name for number, other in account.plans.items() if number != plan.id):
        raise _Mistake((*location, "name"), "expected a name that no other plan has")
    plans = {**account.catalogue.plans, plan.id: {**_without_null(seed), "id": plan.id}}
    account.catalogue = replace(account.catalogue, plans=plans)


def _add_distribution(account: Account, key: str, seed: Mapping[str, JsonValue], location: Location) -> None:
    properties = {**new_distribution(""), **_without_null(seed)}
    if not properties["name"]:
        raise _Mistake(location, "expected a name", missing="name")
    _check_known(_validate(Distribution, properties, location), location)
    if not key:
        raise _Mistake(location, "expected a key that is not empty")
    distributions = {**account.catalogue.distributions, key: properties}
    account.catalogue = replace(account.catalogue, distributions=distributions)


def _check_known(model: Plan | Distribution, location: Location) -> None:
    for name in model.model_extra or ():
        raise _Mistake((*location, name), "there is no such field")


def _without_null(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in fields.items() if value is not None}


def _add_box(account: Account, seed: SeedBox, location: Location, clock: EmulatorClock) -> None:
    if seed.distribution is None:
        raise _Mistake((*location, "backupid"), "not supported in a seed: use distribution")
    if seed.running and seed.status not in _MAY_RUN:
        raise _Mistake((*location, "running"), f"a box is stopped in the state {seed.status}")
    _attempt((*location, "name"), check_name, account.box_names, seed.name)
    plan = _attempt((*location, "planid"), boxes.find_plan, account, seed.planid)
    distribution = _attempt((*location, "distribution"), boxes.find_distribution, account, seed.distribution)
    metadata = None
    if seed.metadata is not None or seed.status != BoxStatus.CREATING:
        metadata = _attempt((*location, "metadata"), boxes.merge_metadata, {}, seed.metadata)
    number = _next_id(seed.id, account.counters.next_box, location)
    account.counters = replace(account.counters, next_box=number)
    created = clock.now() if seed.created is None else seed.created
    box = account.add_box(seed.name, plan, distribution, metadata, created)
    for number, ip in enumerate(seed.ips):
        _add_ip(account, box, ip, (*location, "ips", number, "ip"))
    for _ in range(seed.floatingIps):
        account.add_ip(box.id)
    is_running = seed.running or (seed.running is None and seed.status in (BoxStatus.READY, BoxStatus.RUNNING))
    box = replace(box, status=seed.status, running_since=int(created) if is_running else None)
    box = backups.with_existing(box, seed.backups)
    if seed.schedule:
        day, slot = seed.schedule.dayid, seed.schedule.timeid
        box = replace(box, backups=replace(box.backups, day=day, slot=slot, since=clock.now()))
    account.boxes.put(box)
    power_change = Command.SHUTDOWN if box.running else Command.START
    if kind := power_change if box.status == BoxStatus.UPDATING else _WORK.get(box.status):
        boxes.start_work(account, box, kind, clock)


def _add_ip(account: Account, box: BoxState, seed: SeedIp, location: Location) -> None:
    address = ipaddress.ip_address(seed.ip)
    if any(address in network for network in USED_NETWORKS):
        networks = " and ".join(map(str, USED_NETWORKS))
        raise _Mistake(location, f"expected an address outside of {networks}, which the emulator assigns")
    if account.ip_at(seed.ip):
        raise _Mistake(location, "expected an address that no box has")
    public = seed.type == "public"
    account.add_ip(box.id, seed.ip, version=address.version, public=public, reverse=seed.reverseLookup)


def _add_group(account: Account, seed: SeedGroup, location: Location) -> None:
    _attempt((*location, "name"), check_name, account.group_names, seed.name)
    number = _next_id(seed.id, account.counters.next_group, location)
    account.counters = replace(account.counters, next_group=number)
    account.add_group(seed.name, seed.contacts)


def _add_check(account: Account, seed: Mapping[str, JsonValue], location: Location) -> None:
    fields = {name: value for name, value in seed.items() if value is not None}
    if "box" in fields:
        name = fields.pop("box")
        box = account.box_named(name) if isinstance(name, str) else None
        if box is None or "ip" in fields:
            raise _Mistake((*location, "box"), "expected the name of a box in this seed, or else an ip")
        fields["ip"] = account.ips_of(box.id)[0].ip
    model = TYPES.get(str(fields.get("checkType")))
    if model is None:
        expected = f"expected one of {', '.join(TYPES)}"
        if "checkType" in fields:
            raise _Mistake((*location, "checkType"), expected)
        raise _Mistake(location, expected, missing="checkType")
    check = _attempt(location, checks.add, account, _validate(model, fields, location))
    account.checks.put(checks.idle(check))


def _attempt(location: Location, function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Call a function and report its error as a mistake at a location."""
    try:
        return function(*arguments, **options)
    except ServiceError as error:
        raise _Mistake(location, str(error)) from None


def _next_id(given: int | None, lowest: int, location: Location) -> int:
    if given is not None and given < lowest:
        raise _Mistake((*location, "id"), f"ids must be in ascending order: expected {lowest} or more")
    return given or lowest

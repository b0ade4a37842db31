"""The emulated account: its objects, and the work in progress. No I/O, no clock."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from functools import lru_cache
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.emulator._state.objects import (
    BoxState,
    Catalogue,
    CheckState,
    Content,
    Counters,
    Due,
    GroupState,
    IpState,
    Properties,
    Work,
    WorkKind,
)
from jiffybox_sdk.emulator._state.table import AnyTable, Changes, Index, Queue, Table
from jiffybox_sdk.exceptions import JiffyException
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.operations import OWN_GROUP

_PUBLIC = ipaddress.IPv4Address("198.18.0.0")  # reserved for benchmarks, RFC 2544
_PRIVATE = ipaddress.IPv4Address("10.0.0.0")
_FLOATING = ipaddress.IPv4Address("198.19.128.0")
LAST_BOX = int(_FLOATING) - int(_PUBLIC) - 1
"""The highest box id. The addresses of further boxes would overlap with the floating ones."""
USED_NETWORKS = (ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("10.0.0.0/15"))
"""The networks of the IPv4 addresses above."""
VARIED_NETWORKS = (ipaddress.ip_network("240.0.0.0/4"), ipaddress.ip_network("100.64.0.0/10"))  # RFC 1112, RFC 6598
"""The networks of the addresses that take the place of those, if the emulator varies. Reserved as well."""
_SUBNETS = ipaddress.IPv6Network("2001:db8::/32")  # reserved for documentation, RFC 3849

_ASSIGNED = (*USED_NETWORKS, *VARIED_NETWORKS, _SUBNETS)


@lru_cache(maxsize=4096)
def is_assigned(address: str) -> bool:
    """Return whether the emulator has assigned an address, rather than a seed."""
    network = ipaddress.ip_network(address)
    return any(network.version == used.version and network.subnet_of(used) for used in _ASSIGNED)  # type: ignore[arg-type] # of the same version


_NEW = Content(
    groups={1: GroupState(1, OWN_GROUP, ("kunde@example.org",))}, counters={0: Counters()}, catalogue={0: Catalogue()}
)


class StateNotSaved(JiffyException):
    """The state file can't be written or read. Nothing has changed."""


class Account:
    """All of a customer's objects, in tables.

    Attributes:
        changes: What has changed since they were last cleared.
        slot_hours: The start of each slot for backups, in hours UTC.
    """

    slot_hours: Mapping[int, int] = {1: 0, 2: 4, 3: 6, 4: 12, 5: 18, 6: 22}

    def __init__(self, content: Content | None = None) -> None:
        """Create an account, by default an empty one.

        Args:
            content: All of its objects.
        """
        self.changes: Changes = {}
        self.box_names: Index[BoxState] = Index(lambda box: box.name)
        self.group_names: Index[GroupState] = Index(lambda group: group.name)
        self.addresses: Index[IpState] = Index(lambda ip: ip.ip)
        self._ips_by_box: Index[IpState] = Index(lambda ip: ip.box)
        self._checks_by_ip: Index[CheckState] = Index(lambda check: check.ip)
        self._queue: Queue[Due] = Queue(lambda due: due.when)

        boxes, ips = [self.box_names], [self.addresses, self._ips_by_box]
        self.boxes: Table[BoxState] = Table(self.changes, "boxes", lambda content: content.boxes, boxes)
        self.ips: Table[IpState] = Table(self.changes, "ips", lambda content: content.ips, ips)
        self.groups: Table[GroupState] = Table(
            self.changes, "groups", lambda content: content.groups, [self.group_names]
        )
        self.checks: Table[CheckState] = Table(
            self.changes, "checks", lambda content: content.checks, [self._checks_by_ip]
        )
        self.due: Table[Due] = Table(self.changes, "due", lambda content: content.due, [self._queue])
        self._counters: Table[Counters] = Table(self.changes, "counters", lambda content: content.counters)
        self._catalogue: Table[Catalogue] = Table(self.changes, "catalogue", lambda content: content.catalogue)
        tables = self.boxes, self.ips, self.groups, self.checks, self.due, self._counters, self._catalogue
        self._tables: Mapping[str, AnyTable] = {table.name: table for table in tables}
        self.update(content or _NEW)

    def get(self, name: str, number: int) -> object:
        """Return an object, given by its table and id, or `None` if it does not exist."""
        return self._tables[name].get(number)

    def ids(self) -> Iterator[tuple[str, int]]:
        """Yield the tables and ids of all objects."""
        for name, table in self._tables.items():
            for number in table:
                yield name, number

    def load(self, content: Content) -> None:
        """Start over with objects that were read. Not recorded as a change."""
        for table in self._tables.values():
            table.load(content)

    def update(self, content: Content, removed: Iterable[tuple[str, int]] = ()) -> None:
        """Put objects that were read, and remove those that no longer exist. Not recorded as a change."""
        for table in self._tables.values():
            table.update(content)
        for name, number in removed:
            self._tables[name].discard(number)

    def replace(self, content: Content) -> None:
        """Replace all objects."""
        for table in self._tables.values():
            table.replace(content)

    def content(self) -> Content:
        """Return all objects."""
        return Content(
            self.boxes.copy(),
            self.ips.copy(),
            self.groups.copy(),
            self.checks.copy(),
            self.due.copy(),
            self._counters.copy(),
            self._catalogue.copy(),
        )

    @property
    def counters(self) -> Counters:
        """The next ids."""
        return self._counters[0]

    @counters.setter
    def counters(self, counters: Counters) -> None:
        self._counters.put(counters)

    @property
    def catalogue(self) -> Catalogue:
        """The account's own plans and distributions."""
        return self._catalogue[0]

    @catalogue.setter
    def catalogue(self, catalogue: Catalogue) -> None:
        self._catalogue.put(catalogue)

    @property
    def plans(self) -> Mapping[int, Properties]:
        """The plans by id, in the order of their ids."""
        own = self.catalogue.plans
        return dict(sorted({**PLANS, **own}.items())) if own else PLANS

    @property
    def distributions(self) -> Mapping[str, Properties]:
        """The distributions by key."""
        own = self.catalogue.distributions
        return {**DISTRIBUTIONS, **own} if own else DISTRIBUTIONS

    def undo(self) -> None:
        """Undo all changes since they were last cleared."""
        while self.changes:
            change = next(reversed(self.changes))
            self.changes[change]()
            self.changes.pop(change)  # not earlier: after an interrupt, the rest is undone later

    def add_box(
        self, name: str, plan: int, distribution: str, metadata: dict[str, JsonValue] | None, now: float
    ) -> BoxState:
        """Add a box with its addresses, in the status CREATING."""
        box = BoxState(self.counters.next_box, name, plan, distribution, int(now), metadata)
        self.boxes.put(box)
        self.counters = replace(self.counters, next_box=box.id + 1)
        self.add_ip(box.id, str(_PUBLIC + box.id))
        self.add_ip(box.id, str(_PRIVATE + box.id), public=False)
        subnet = _SUBNETS.network_address + (box.id << 64)
        self.add_ip(box.id, f"{subnet}/64", version=6, delegated_to=("ns1.example.org", "ns2.example.org"))
        return box

    def add_ip(
        self,
        box: int,
        address: str | None = None,
        *,
        version: Literal[4, 6] = 4,
        public: bool = True,
        delegated_to: tuple[str, ...] = (),
        reverse: str | None = None,
    ) -> IpState:
        """Add the given address to a box, or else a new floating one."""
        number = self.counters.next_ip
        text = address or str(_FLOATING + number)
        self.counters = replace(self.counters, next_ip=number + 1)
        ip = IpState(number, box, text, version, public, address is None, delegated_to, reverse)
        return self.ips.put(self.assigned(ip))

    def assigned(self, ip: IpState) -> IpState:
        """Return the address to add in place of a given one."""
        return ip

    def move_ip(self, ip: IpState, box: int) -> None:
        """Move an address to a box."""
        self.ips.put(replace(ip, box=box))

    def add_group(self, name: str, contacts: Iterable[str]) -> GroupState:
        """Add a contact group."""
        number = self.counters.next_group
        self.counters = replace(self.counters, next_group=number + 1)
        return self.groups.put(GroupState(number, name, tuple(contacts)))

    def add_check(self, ip: int, settings: dict[str, JsonValue], groups: tuple[int, ...]) -> CheckState:
        """Add a check of an address, given by its id."""
        number = self.counters.next_check
        self.counters = replace(self.counters, next_check=number + 1)
        return self.checks.put(CheckState(number, ip, settings, groups))

    def ips_of(self, box: int) -> list[IpState]:
        """Return a box's addresses."""
        return [self.ips[number] for number in self._ips_by_box.ids(box)]

    def box_named(self, name: str) -> BoxState | None:
        """Return the box with a name."""
        return next((self.boxes[number] for number in self.box_names.ids(name)), None)

    def ip_at(self, address: str) -> IpState | None:
        """Return the ip with an address."""
        return next((self.ips[number] for number in self.addresses.ids(address)), None)

    def checks_of(self, ip: int) -> list[CheckState]:
        """Return the checks of an address, given by its id."""
        return [self.checks[number] for number in self._checks_by_ip.ids(ip)]

    def box_payload(self, box: BoxState) -> dict[str, JsonValue]:
        """Return a box as the service sends it."""
        own = self.catalogue
        plan = own.plans.get(box.plan) or PLANS[box.plan]
        distribution = own.distributions.get(box.distribution) or DISTRIBUTIONS[box.distribution]
        return box.payload(self.ips_of(box.id), plan, distribution)

    def start_work(self, box: BoxState, status: BoxStatus, work: Work) -> BoxState:
        """Start work on a box and set its transitional status. Return the changed box."""
        due = self.schedule(work.due, "box", box.id)
        return self.boxes.put(replace(box, status=status, work=replace(work, due=due)))

    def schedule(self, when: float, kind: WorkKind, number: int, detail: str = "") -> float:
        """Schedule the completion of work. Return when it will be complete."""
        due = self.due.put(Due(self.counters.next_due, when, kind, number, detail))
        self.counters = replace(self.counters, next_due=due.id + 1)
        return due.when

    def is_due(self, now: float) -> bool:
        """Return whether work is due."""
        first = self._queue.first(self.due)
        return first is not None and first.when <= now

    def take_due(self, now: float) -> Iterator[Due]:
        """Remove the work that is due and yield it in order of completion."""
        while (due := self._queue.first(self.due)) and due.when <= now:
            self.due.remove(due.id)
            yield due

    def idle_at(self) -> float:
        """Return the time at which all accepted work will be complete, or 0 if there is none."""
        return max((due.when for due in self.due.values()), default=0.0)

    def set_back(self, now: float, seconds: float) -> None:
        """Adapt to a time that is set back by some seconds: work takes as long as before, and nothing is later."""

        def earlier(moment: int) -> int:
            return min(moment, int(now))

        for box in list(self.boxes.values()):
            made = {kind: replace(backup, created=earlier(backup.created)) for kind, backup in box.backups.made.items()}
            self.boxes.put(
                replace(
                    box,
                    created=earlier(box.created),
                    running_since=None if box.running_since is None else earlier(box.running_since),
                    backups=replace(box.backups, since=min(box.backups.since, now), made=made),
                    work=box.work and replace(box.work, due=max(box.work.due - seconds, 0.0)),
                )
            )
        for due in list(self.due.values()):
            self.due.put(replace(due, when=max(due.when - seconds, 0.0)))

    def skip_ids_of(self, other: "Account") -> None:
        """Continue the numbering after another account, so that no id of that account is reused."""
        pairs = zip(astuple(self.counters), astuple(other.counters), strict=True)
        self.counters = Counters(*(max(pair) for pair in pairs))

    def remove_box(self, number: int) -> None:
        """Remove a box with its addresses and checks."""
        for ip in self.ips_of(number):
            for check in self.checks_of(ip.id):
                self.checks.remove(check.id)
            self.ips.remove(ip.id)
        self.boxes.remove(number)

"""The emulated account's state: its objects and the work in progress. No I/O, no clock.

State files contain these dataclasses, so fields can't be renamed.
"""

import heapq
import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.models.responses.check_status import CheckStatus
from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus
from jiffybox_sdk.operations import OWN_GROUP, BackupType

_FIRST_BOX = 10_001
_PUBLIC = ipaddress.IPv4Address("198.18.0.0")  # reserved for benchmarks, RFC 2544
_PRIVATE = ipaddress.IPv4Address("10.0.0.0")
_FLOATING = ipaddress.IPv4Address("198.19.128.0")
LAST_BOX = int(_FLOATING) - int(_PUBLIC) - 1
"""The highest box id. The addresses of further boxes would overlap with the floating ones."""
USED_NETWORKS = (ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("10.0.0.0/15"))
"""The networks of the IPv4 addresses above."""
_SUBNETS = ipaddress.IPv6Network("2001:db8::/32")  # reserved for documentation, RFC 3849
_SWAP_MB = 512

Properties = Mapping[str, JsonValue]
"""A plan or a distribution as the service sends it."""

WorkKind = Literal["box", "backup", "forgotten backup", "group", "check"]


@dataclass(frozen=True, slots=True)
class Work:
    """Work in progress on a box, and the box's state afterwards. `None` means no change."""

    due: float  # in seconds since the epoch, like all times of the account
    status: BoxStatus | None = BoxStatus.READY  # None if the box will be deleted
    running: bool | None = None
    plan: int | None = None
    source: int | None = None  # the id of the box that is being copied


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup, with an id of 32 hexadecimal digits."""

    id: str
    created: int


@dataclass(slots=True)
class Backups:
    """A box's backups and the schedule of periodic ones."""

    made: dict[BackupType, Backup] = field(default_factory=dict)  # the latest, without those of the current schedule
    day: int | None = None  # of weekly backups, 0 for Sunday; None if periodic backups are disabled
    slot: int = 1  # 1 to 6
    since: float = 0.0  # the start of the schedule
    deleting: set[str] = field(default_factory=set)  # ids
    forgotten: set[str] = field(default_factory=set)  # ids of deleted backups


@dataclass(slots=True)
class IpState:
    """An IP address or a subnet."""

    id: int
    box: int
    ip: str
    version: Literal[4, 6] = 4
    public: bool = True
    floating: bool = False
    delegated_to: list[str] = field(default_factory=list)
    reverse: str | None = None  # the name for reverse DNS; None for the usual one

    @property
    def subnet(self) -> bool:
        """Whether this is a subnet."""
        return "/" in self.ip

    def payload(self) -> dict[str, JsonValue]:
        """Return the address as the service sends it."""
        usual = f"box{self.box}.example.org" if self.public else ""
        name = usual if self.reverse is None else self.reverse
        return {
            "id": self.id,
            "ip": self.ip,
            "ipVersion": self.version,
            "isSubnet": self.subnet,
            "reverseLookup": {"delegatedTo": list[JsonValue](self.delegated_to)} if self.delegated_to else name,
            "type": "public" if self.public else "private",
            "floating": "true" if self.floating else "false",  # as text [recorded]
        }


@dataclass(slots=True)
class GroupState:
    """A contact group."""

    id: int
    name: str
    contacts: list[str]
    status: ContactGroupStatus = ContactGroupStatus.STATUS_READY
    busy: bool = False

    def payload(self) -> dict[str, JsonValue]:
        """Return the group as the service sends it."""
        contacts = list[JsonValue](self.contacts)
        return {"id": self.id, "name": self.name, "contacts": contacts, "status": self.status}


@dataclass(slots=True)
class CheckState:
    """A monitoring check. It belongs to whichever box has its address."""

    id: int
    ip: int  # the id of the monitored address
    settings: dict[str, JsonValue]  # the parameters, without the contact groups
    groups: list[int]  # the ids of the contact groups to notify
    status: CheckStatus = CheckStatus.STATUS_READY
    busy: bool = False


@dataclass(slots=True)
class BoxState:
    """A box."""

    id: int
    name: str
    plan: int
    distribution: str
    created: int
    metadata: dict[str, JsonValue] | None  # None if the box is being created without
    status: BoxStatus = BoxStatus.CREATING
    running_since: int | None = None
    being_copied: bool = False
    work: Work | None = None
    backups: Backups = field(default_factory=Backups)
    backup_running: bool = False

    @property
    def running(self) -> bool:
        """Whether the box is powered on."""
        return self.running_since is not None

    def payload(self, ips: Sequence[IpState], plan: Properties, distribution: Properties) -> dict[str, JsonValue]:
        """Return the box as the service sends it."""
        public: list[JsonValue] = [ip.ip for ip in ips if ip.public and not ip.subnet]
        private: list[JsonValue] = [ip.ip for ip in ips if not ip.public and not ip.subnet]
        result: dict[str, JsonValue] = {
            "id": self.id,
            "name": self.name,
            "ips": {"public": public, "private": private},
            "status": self.status,
            "created": self.created,
            "recoverymodeActive": False,
            "manualBackupRunning": self.backup_running,
            "isBeingCopied": self.being_copied,
            "running": self.running,
            "host": f"vmhost-{self.id % 7 + 1}",
            "plan": dict(plan),
        }
        if self.metadata is not None:
            result["metadata"] = deepcopy(self.metadata)
        if self.running_since is not None:
            result["runningSince"] = self.running_since
        if self.status not in (BoxStatus.CREATING, BoxStatus.THAWING):
            result["activeProfile"] = self._profile(plan, distribution)
        return result

    def _profile(self, plan: Properties, distribution: Properties) -> dict[str, JsonValue]:
        size = plan["diskSizeInMB"]
        common: dict[str, JsonValue] = {"created": self.created, "status": BoxStatus.READY}
        return {
            **common,
            "name": "Standard",
            "runlevel": "default",
            "kernel": distribution["defaultKernel"],
            "rootdisk": "/dev/xvda",
            "rootdiskMode": distribution["rootdiskMode"],
            "disks": {
                "xvda": {
                    **common,
                    "name": distribution["name"],
                    "filesystem": "ext4",
                    "sizeInMB": size - _SWAP_MB if isinstance(size, int) else size,
                    "distribution": self.distribution,
                },
                "xvdb": {**common, "name": "Swap", "filesystem": "swap", "sizeInMB": _SWAP_MB},
            },
        }


@dataclass(order=True, frozen=True, slots=True)
class Due:
    """A scheduled completion of work, ordered by time and then by the order of acceptance."""

    when: float
    accepted: int
    kind: WorkKind
    number: int  # the id of the box, group or check
    detail: str = ""  # the backup's id if a backup is being deleted


@dataclass(slots=True)
class Account:
    """All of a customer's objects. Ids are never reused."""

    boxes: dict[int, BoxState] = field(default_factory=dict)
    ips: dict[int, IpState] = field(default_factory=dict)
    groups: dict[int, GroupState] = field(default_factory=lambda: {1: GroupState(1, OWN_GROUP, ["kunde@example.org"])})
    checks: dict[int, CheckState] = field(default_factory=dict)
    next_box: int = _FIRST_BOX
    next_ip: int = 2001
    next_group: int = 2
    next_check: int = 1001
    due: list[Due] = field(default_factory=list)  # a heap
    accepted: int = 0  # the number of times that work was accepted
    own_plans: dict[int, dict[str, JsonValue]] = field(default_factory=dict)  # in addition to the usual ones
    own_distributions: dict[str, dict[str, JsonValue]] = field(default_factory=dict)

    @property
    def plans(self) -> Mapping[int, Properties]:
        """The plans by id, in the order of their ids."""
        return dict(sorted({**PLANS, **self.own_plans}.items())) if self.own_plans else PLANS

    @property
    def distributions(self) -> Mapping[str, Properties]:
        """The distributions by key."""
        return {**DISTRIBUTIONS, **self.own_distributions} if self.own_distributions else DISTRIBUTIONS

    def add_box(
        self, name: str, plan: int, distribution: str, metadata: dict[str, JsonValue] | None, now: float
    ) -> BoxState:
        """Add a box with its addresses, in the status CREATING."""
        box = BoxState(self.next_box, name, plan, distribution, int(now), metadata)
        self.boxes[box.id] = box
        self.next_box += 1
        self.add_ip(box.id, str(_PUBLIC + box.id))
        self.add_ip(box.id, str(_PRIVATE + box.id), public=False)
        subnet = _SUBNETS.network_address + (box.id << 64)
        self.add_ip(box.id, f"{subnet}/64", version=6, delegated_to=["ns1.example.org", "ns2.example.org"])
        return box

    def add_ip(
        self,
        box: int,
        address: str | None = None,
        *,
        version: Literal[4, 6] = 4,
        public: bool = True,
        delegated_to: list[str] | None = None,
        reverse: str | None = None,
    ) -> IpState:
        """Add the given address to a box, or else a new floating one."""
        text = address or str(_FLOATING + self.next_ip)
        ip = IpState(self.next_ip, box, text, version, public, address is None, delegated_to or [], reverse)
        self.ips[ip.id] = ip
        self.next_ip += 1
        return ip

    def ips_of(self, box: int) -> list[IpState]:
        """Return a box's addresses."""
        return [ip for ip in self.ips.values() if ip.box == box]

    def ips_by_box(self) -> dict[int, list[IpState]]:
        """Return the addresses of all boxes. Faster than asking for those of each."""
        ips: dict[int, list[IpState]] = {number: [] for number in self.boxes}
        for ip in self.ips.values():
            ips[ip.box].append(ip)
        return ips

    def box_payload(self, box: BoxState, ips: Sequence[IpState] | None = None) -> dict[str, JsonValue]:
        """Return a box as the service sends it. `ips` are its addresses, if they are known."""
        ips = self.ips_of(box.id) if ips is None else ips
        return box.payload(ips, self.plans[box.plan], self.distributions[box.distribution])

    def start_work(self, box: BoxState, status: BoxStatus, work: Work) -> None:
        """Start work on a box and set its transitional status."""
        box.status = status
        box.work = work
        self.schedule(work.due, "box", box.id)

    def schedule(self, when: float, kind: WorkKind, number: int, detail: str = "") -> None:
        """Schedule the completion of work."""
        self.accepted += 1
        heapq.heappush(self.due, Due(when, self.accepted, kind, number, detail))

    def take_due(self, now: float) -> Iterator[Due]:
        """Remove the work that is due and yield it in order of completion."""
        while self.due and self.due[0].when <= now:
            yield heapq.heappop(self.due)

    def idle_at(self) -> float:
        """Return the time at which all accepted work will be complete, or 0 if there is none."""
        return max((due.when for due in self.due), default=0.0)

    def set_back(self, now: float, seconds: float) -> None:
        """Adapt to a time that is set back by some seconds: work takes as long as before, and nothing is later."""
        for box in self.boxes.values():
            box.created = min(box.created, int(now))
            if box.running_since is not None:
                box.running_since = min(box.running_since, int(now))
            box.backups.since = min(box.backups.since, now)
            for kind, backup in box.backups.made.items():
                box.backups.made[kind] = replace(backup, created=min(backup.created, int(now)))
            if box.work:
                box.work = replace(box.work, due=max(box.work.due - seconds, 0.0))
        self.due = [replace(due, when=max(due.when - seconds, 0.0)) for due in self.due]
        heapq.heapify(self.due)

    def skip_ids_of(self, other: "Account") -> None:
        """Continue the numbering after another account, so that no id of that account is reused."""
        for name in ("next_box", "next_ip", "next_group", "next_check", "accepted"):
            setattr(self, name, max(getattr(self, name), getattr(other, name)))

    def remove_box(self, number: int) -> None:
        """Remove a box with its addresses and checks."""
        del self.boxes[number]
        self.ips = {key: ip for key, ip in self.ips.items() if ip.box != number}
        self.checks = {key: check for key, check in self.checks.items() if check.ip in self.ips}

"""What the emulated service knows: all that an account has, and the work that is under way on it. No I/O, no time."""

import heapq
import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.models.responses.check_status import CheckStatus
from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus
from jiffybox_sdk.operations import OWN_GROUP, BackupType

_FIRST_BOX = 10_001
_PUBLIC = ipaddress.IPv4Address("198.18.0.0")  # a range set aside for tests, RFC 2544
_PRIVATE = ipaddress.IPv4Address("10.0.0.0")
_FLOATING = ipaddress.IPv4Address("198.19.128.0")
LAST_BOX = int(_FLOATING) - int(_PUBLIC) - 1
"""The highest number of a box: the addresses of the next one would be floating ones."""
_SUBNETS = ipaddress.IPv6Network("2001:db8::/32")  # set aside for documentation, RFC 3849
_SWAP_MB = 512

DueIn = Callable[[float], float]
"""From a duration to the moment at which it is over."""

Kind = Literal["box", "backup", "forgotten backup", "group", "check"]
"""What is being worked on."""


@dataclass(frozen=True, slots=True)
class Work:
    """Work that was accepted, and what it leads to.

    Attributes:
        due: When it is done, in seconds since the epoch.
        status: The box's state then; `None` when the box is gone then.
        running: Whether the box is switched on then; `None` to leave that as it is.
        plan: The plan that the box is on then; `None` to leave that as it is.
        source: The box that was being copied meanwhile.
    """

    due: float
    status: BoxStatus | None = BoxStatus.READY
    running: bool | None = None
    plan: int | None = None
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup.

    Attributes:
        id: 32 hexadecimal digits.
        created: When it was made, in seconds since the epoch.
    """

    id: str
    created: int

    def answer(self) -> dict[str, JsonValue]:
        """Returns the backup as the service sends it."""
        return {"id": self.id, "created": self.created}


@dataclass(slots=True)
class Backups:
    """The backups of a box.

    Attributes:
        made: The latest of each type, but for what the schedule has brought about since.
        day: The day of the weekly ones, 0 for Sunday; `None` where periodical backups are off.
        slot: The hours in which they are made.
        since: When the schedule began to hold, in seconds since the epoch.
        deleting: Ids of backups whose deletion was accepted.
        forgotten: Ids of backups that were deleted.
    """

    made: dict[BackupType, Backup] = field(default_factory=dict)
    day: int | None = None
    slot: int = 1
    since: float = 0.0
    deleting: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)


@dataclass(slots=True)
class IpState:
    """An address, or a subnet, as the service keeps it."""

    id: int
    box: int
    ip: str
    version: Literal[4, 6] = 4
    public: bool = True
    floating: bool = False
    delegated_to: list[str] = field(default_factory=list)

    @property
    def subnet(self) -> bool:
        """Whether it is no single address."""
        return "/" in self.ip

    def answer(self) -> dict[str, JsonValue]:
        """Returns the address as the service sends it."""
        name = f"box{self.box}.example.org" if self.public else ""
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
    """A contact group as the service keeps it."""

    id: int
    name: str
    contacts: list[str]
    status: ContactGroupStatus = ContactGroupStatus.STATUS_READY
    busy: bool = False

    def answer(self) -> dict[str, JsonValue]:
        """Returns the group as the service sends it."""
        contacts = list[JsonValue](self.contacts)
        return {"id": self.id, "name": self.name, "contacts": contacts, "status": self.status}


@dataclass(slots=True)
class CheckState:
    """A monitoring check as the service keeps it. Its box is the one that has the address just now.

    Attributes:
        ip: Number of the address that is checked.
        settings: All that it was created with, but for its groups.
        groups: Numbers of the contact groups that are told.
    """

    id: int
    ip: int
    settings: dict[str, JsonValue]
    groups: list[int]
    status: CheckStatus = CheckStatus.STATUS_READY
    busy: bool = False


@dataclass(slots=True)
class BoxState:
    """A box as the service keeps it."""

    id: int
    name: str
    plan: int
    distribution: str
    created: int
    metadata: dict[str, JsonValue]
    status: BoxStatus = BoxStatus.CREATING
    running_since: int | None = None
    being_copied: bool = False
    work: Work | None = None
    backups: Backups = field(default_factory=Backups)
    backup_running: bool = False

    @property
    def running(self) -> bool:
        """Whether it is switched on."""
        return self.running_since is not None

    def answer(self, ips: Mapping[str, list[JsonValue]]) -> dict[str, JsonValue]:
        """Returns the box as the service sends it.

        Args:
            ips: Its addresses, by `public` and `private`.
        """
        result: dict[str, JsonValue] = {
            "id": self.id,
            "name": self.name,
            "ips": {"public": ips["public"], "private": ips["private"]},
            "status": self.status,
            "created": self.created,
            "recoverymodeActive": False,
            "manualBackupRunning": self.backup_running,
            "isBeingCopied": self.being_copied,
            "running": self.running,
            "plan": dict(PLANS[self.plan]),
        }
        if self.running_since is not None:
            result["runningSince"] = self.running_since
        if self.status != BoxStatus.CREATING:
            result |= {"host": f"vmhost-{self.id % 7 + 1}", "metadata": deepcopy(self.metadata)}
            if self.status != BoxStatus.THAWING:
                result["activeProfile"] = self._profile()
        return result

    def _profile(self) -> dict[str, JsonValue]:
        distribution = DISTRIBUTIONS[self.distribution]
        size = PLANS[self.plan]["diskSizeInMB"]
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
    """A moment at which work is done: when, in which order it was accepted, and on what.

    Attributes:
        detail: What the work needs to know: the id of a backup.
    """

    when: float
    accepted: int
    kind: Kind
    number: int
    detail: str = ""


@dataclass(slots=True)
class Account:
    """All that one customer has. Ids grow and are never used twice.

    Attributes:
        due: The work that is under way, as a heap.
        accepted: How many works were accepted so far.
    """

    boxes: dict[int, BoxState] = field(default_factory=dict)
    ips: dict[int, IpState] = field(default_factory=dict)
    groups: dict[int, GroupState] = field(default_factory=lambda: {1: GroupState(1, OWN_GROUP, ["kunde@example.org"])})
    checks: dict[int, CheckState] = field(default_factory=dict)
    next_box: int = _FIRST_BOX
    next_ip: int = 2001
    next_group: int = 2
    next_check: int = 1001
    due: list[Due] = field(default_factory=list)
    accepted: int = 0

    def add_box(
        self, name: str, plan: int, distribution: str, metadata: Mapping[str, JsonValue], now: float
    ) -> BoxState:
        """Adds a box that is about to be created, with its addresses."""
        box = BoxState(self.next_box, name, plan, distribution, int(now), dict(metadata))
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
    ) -> IpState:
        """Adds an address to a box; one that floats, if it is not said which."""
        text = address or str(_FLOATING + self.next_ip)
        ip = IpState(self.next_ip, box, text, version, public, address is None, delegated_to or [])
        self.ips[ip.id] = ip
        self.next_ip += 1
        return ip

    def ips_of(self, box: int) -> list[IpState]:
        """Returns the addresses of a box."""
        return [ip for ip in self.ips.values() if ip.box == box]

    def box_answer(self, box: BoxState) -> dict[str, JsonValue]:
        """Returns a box as the service sends it."""
        return self._box_answer(box, self.ips_of(box.id))

    def box_answers(self) -> dict[str, JsonValue]:
        """Returns all boxes as the service sends them."""
        ips: dict[int, list[IpState]] = {number: [] for number in self.boxes}
        for ip in self.ips.values():
            ips[ip.box].append(ip)
        return {str(box.id): self._box_answer(box, ips[box.id]) for box in self.boxes.values()}

    @staticmethod
    def _box_answer(box: BoxState, ips: Sequence[IpState]) -> dict[str, JsonValue]:
        single = [ip for ip in ips if not ip.subnet]
        public: list[JsonValue] = [ip.ip for ip in single if ip.public]
        private: list[JsonValue] = [ip.ip for ip in single if not ip.public]
        return box.answer({"public": public, "private": private})

    def begin(self, box: BoxState, meanwhile: BoxStatus, work: Work) -> None:
        """Begins work on a box."""
        box.status = meanwhile
        box.work = work
        self.schedule(work.due, "box", box.id)

    def schedule(self, when: float, kind: Kind, number: int, detail: str = "") -> None:
        """Takes note of when work will be done."""
        self.accepted += 1
        heapq.heappush(self.due, Due(when, self.accepted, kind, number, detail))

    def take_due(self, now: float) -> Iterator[Due]:
        """Yields all work that is due, in the order in which it became so. It is the caller who finishes it."""
        while self.due and self.due[0].when <= now:
            yield heapq.heappop(self.due)

    def idle_at(self) -> float | None:
        """Returns when all accepted work will be done; `None` when there is none."""
        return max(due.when for due in self.due) if self.due else None

    def go_on_after(self, other: "Account") -> None:
        """Takes care that no id that another account has used is used again."""
        for name in ("next_box", "next_ip", "next_group", "next_check", "accepted"):
            setattr(self, name, max(getattr(self, name), getattr(other, name)))

    def remove_box(self, number: int) -> None:
        """Forgets a box, with all that is its own."""
        del self.boxes[number]
        self.ips = {key: ip for key, ip in self.ips.items() if ip.box != number}
        self.checks = {key: check for key, check in self.checks.items() if check.ip in self.ips}

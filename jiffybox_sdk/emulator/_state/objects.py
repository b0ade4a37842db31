"""The objects of an emulated account, which are immutable. No I/O, no clock.

State files contain these dataclasses, so fields can't be renamed.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.models.responses.check_status import CheckStatus
from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus
from jiffybox_sdk.operations import BackupType

FIRST_BOX = 10_001
_SWAP_MB = 512

Properties = Mapping[str, JsonValue]
"""A plan or a distribution as the service sends it."""

WorkKind = Literal["box", "backup", "forgotten backup", "group", "check", "ip"]


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


@dataclass(frozen=True, slots=True)
class Backups:
    """A box's backups and the schedule of periodic ones."""

    made: dict[BackupType, Backup] = field(default_factory=dict)  # the latest, without those of the current schedule
    day: int | None = None  # of weekly backups, 0 for Sunday; None if periodic backups are disabled
    slot: int = 1  # 1 to 6
    since: float = 0.0  # the start of the schedule
    deleting: frozenset[str] = frozenset()  # ids
    forgotten: frozenset[str] = frozenset()  # ids of deleted backups


@dataclass(frozen=True, slots=True)
class IpState:
    """An IP address or a subnet."""

    id: int
    box: int
    ip: str
    version: Literal[4, 6] = 4
    public: bool = True
    floating: bool = False
    delegated_to: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True)
class GroupState:
    """A contact group."""

    id: int
    name: str
    contacts: tuple[str, ...]
    status: ContactGroupStatus = ContactGroupStatus.STATUS_READY
    busy: bool = False

    def payload(self) -> dict[str, JsonValue]:
        """Return the group as the service sends it."""
        contacts = list[JsonValue](self.contacts)
        return {"id": self.id, "name": self.name, "contacts": contacts, "status": self.status}


@dataclass(frozen=True, slots=True)
class CheckState:
    """A monitoring check. It belongs to whichever box has its address."""

    id: int
    ip: int  # the id of the monitored address
    settings: dict[str, JsonValue]  # the parameters, without the contact groups
    groups: tuple[int, ...]  # the ids of the contact groups to notify
    status: CheckStatus = CheckStatus.STATUS_READY
    busy: bool = False


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Due:
    """A scheduled completion of work. Of several at the same time, the one that was accepted first is the first."""

    id: int  # the number of times that work had been accepted
    when: float
    kind: WorkKind
    number: int  # the id of the box, group, check or address
    detail: str = ""  # the id of a backup that is being deleted, or of the box that an address moves to


@dataclass(frozen=True, slots=True)
class Counters:
    """The next ids. Ids are never reused."""

    next_box: int = FIRST_BOX
    next_ip: int = 2001
    next_group: int = 2
    next_check: int = 1001
    next_due: int = 1

    @property
    def id(self) -> int:
        """The only id."""
        return 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Plans by id and distributions by key, in addition to the usual ones."""

    plans: dict[int, dict[str, JsonValue]] = field(default_factory=dict)
    distributions: dict[str, dict[str, JsonValue]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The only id."""
        return 0


@dataclass(frozen=True, slots=True)
class Content:
    """Objects of an account by id. There is one of `counters` and one of `catalogue`, with the id 0."""

    boxes: dict[int, BoxState] = field(default_factory=dict)
    ips: dict[int, IpState] = field(default_factory=dict)
    groups: dict[int, GroupState] = field(default_factory=dict)
    checks: dict[int, CheckState] = field(default_factory=dict)
    due: dict[int, Due] = field(default_factory=dict)
    counters: dict[int, Counters] = field(default_factory=dict)
    catalogue: dict[int, Catalogue] = field(default_factory=dict)

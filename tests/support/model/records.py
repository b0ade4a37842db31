"""The objects of the modelled account."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk import JiffyMessageException, JiffyNotFoundException
from tests.support.states import ACCEPTED

BackupType = Literal["manual", "daily", "weekly", "biweekly"]

OWN_GROUP = "Stammdaten-E-Mail-Adresse"


class Rejected(Exception):
    """The service rejects the call."""

    kind: type[JiffyMessageException] = JiffyMessageException


class NotFound(Rejected):
    """The object does not exist."""

    kind = JiffyNotFoundException


@dataclass(frozen=True)
class Backup:
    """The identity of a backup.

    Attributes:
        accepted: The serial number of the work that created a manual one; 0 for periodic ones.
    """

    box: int
    kind: BackupType
    created: int
    accepted: int = 0


@dataclass
class Box:
    """A box. Initially, it is stopped, in the state `CREATING`."""

    id: int
    name: str
    plan: int
    distribution: str
    created: int
    metadata: dict[str, JsonValue] | None  # None while a box is created without
    status: str = "CREATING"
    running_since: int | None = None
    copied: bool = False
    saving: bool = False
    schedule: tuple[int, int] | None = None
    backups: dict[BackupType, Backup] = field(default_factory=dict)
    deleting: set[Backup] = field(default_factory=set)

    @property
    def running(self) -> bool:
        return self.running_since is not None

    @property
    def idle(self) -> bool:
        return self.status in ("READY", "FROZEN") and not self.copied

    @property
    def state(self) -> str:
        """The state, as `tests.support.states` names it."""
        if self.copied:
            return "being copied"
        if self.status in ("READY", "FROZEN"):
            return "frozen" if self.status == "FROZEN" else "running" if self.running else "stopped"
        return self.status.lower().removesuffix(" plan")

    def fits(self, verb: str) -> bool:
        """Whether the state accepts a command."""
        return self.idle and verb in ACCEPTED[self.state]

    def can_be_saved(self) -> bool:
        """Whether a manual backup can be created or restored."""
        return self.idle and not self.saving and self.status != "FROZEN"

    def lists(self, backup: Backup) -> bool:
        """Whether a backup is listed."""
        return self.backups.get(backup.kind) == backup

    def has(self, backup: Backup) -> bool:
        """Whether a backup is listed and not being deleted."""
        return self.lists(backup) and backup not in self.deleting


@dataclass
class Ip:
    """An IP address or a subnet."""

    id: int
    box: int
    version: int = 4
    public: bool = True
    floating: bool = False


@dataclass
class Group:
    """A contact group."""

    id: int
    name: str
    contacts: list[str]
    status: str = "STATUS_READY"

    @property
    def idle(self) -> bool:
        return self.status == "STATUS_READY"

    @property
    def changeable(self) -> bool:
        """Whether the group accepts changes. The account's own group does not, nor does a copy with its name."""
        return self.idle and self.name != OWN_GROUP

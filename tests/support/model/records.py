"""What is in the modelled account, and how it says no."""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from jiffybox_sdk import JiffyMessageException, JiffyNotFoundException
from tests.support.states import FITTING

BackupType = Literal["manual", "daily", "weekly", "biweekly"]

OWN_GROUP = "Stammdaten-E-Mail-Adresse"


class Refused(Exception):
    """The service says no."""

    kind: type[JiffyMessageException] = JiffyMessageException


class NotFound(Refused):
    """The service says that there is no such thing."""

    kind = JiffyNotFoundException


@dataclass(frozen=True)
class Backup:
    """What makes a backup the one that it is.

    Attributes:
        accepted: Which work it was that made it; 0 for periodical ones, which their moment tells apart.
    """

    box: int
    kind: BackupType
    created: int
    accepted: int = 0


@dataclass
class Box:
    """A box; it comes into being switched off, in the state `CREATING`."""

    id: int
    name: str
    plan: int
    distribution: str
    created: int
    metadata: dict[str, JsonValue]
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
        """Its state, in the words of `tests.support.states`."""
        if self.copied:
            return "being copied"
        if self.status in ("READY", "FROZEN"):
            return "frozen" if self.status == "FROZEN" else "running" if self.running else "stopped"
        return self.status.lower().removesuffix(" plan")

    def fits(self, verb: str) -> bool:
        """Whether a verb fits its state."""
        return self.idle and verb in FITTING[self.state]

    def can_be_saved(self) -> bool:
        """Whether a manual backup can be made of it, or put in its place."""
        return self.idle and not self.saving and self.status != "FROZEN"

    def lists(self, backup: Backup) -> bool:
        """Whether a backup is listed."""
        return self.backups.get(backup.kind) == backup

    def has(self, backup: Backup) -> bool:
        """Whether a backup is listed, and not about to be deleted."""
        return self.lists(backup) and backup not in self.deleting


@dataclass
class Ip:
    """An address, or a subnet."""

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
        """Whether it can be changed just now; the account's own can't, nor can a copy that keeps its name."""
        return self.idle and self.name != OWN_GROUP

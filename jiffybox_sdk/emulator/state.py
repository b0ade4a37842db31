"""What the emulated service knows: the boxes of an account, and the work that is under way on them. No I/O, no time."""

import heapq
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from jiffybox_sdk.emulator.catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.models.box_status import BoxStatus

_FIRST_BOX = 10_001
_PUBLIC = ipaddress.IPv4Address("198.18.0.0")  # a range set aside for tests, RFC 2544
_PRIVATE = ipaddress.IPv4Address("10.0.0.0")
_SWAP_MB = 512


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

    @property
    def running(self) -> bool:
        """Whether it is switched on."""
        return self.running_since is not None

    def answer(self) -> dict[str, JsonValue]:
        """Returns the box as the service sends it."""
        result: dict[str, JsonValue] = {
            "id": self.id,
            "name": self.name,
            "ips": {"public": [str(_PUBLIC + self.id)], "private": [str(_PRIVATE + self.id)]},
            "status": self.status,
            "created": self.created,
            "recoverymodeActive": False,
            "manualBackupRunning": False,
            "isBeingCopied": self.being_copied,
            "running": self.running,
            "plan": dict(PLANS[self.plan]),
        }
        if self.running_since is not None:
            result["runningSince"] = self.running_since
        if self.status != BoxStatus.CREATING:
            result |= {"host": f"vmhost-{self.id % 7 + 1}", "metadata": dict(self.metadata)}
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


@dataclass(slots=True)
class Account:
    """All that one customer has. Ids grow and are never used twice."""

    boxes: dict[int, BoxState] = field(default_factory=dict)
    next_box: int = _FIRST_BOX
    _due: list[tuple[float, int, int]] = field(default_factory=list)
    _accepted: int = 0

    def add(self, name: str, plan: int, distribution: str, metadata: Mapping[str, JsonValue], now: float) -> BoxState:
        """Adds a box that is about to be created."""
        box = BoxState(self.next_box, name, plan, distribution, int(now), dict(metadata))
        self.boxes[box.id] = box
        self.next_box += 1
        return box

    def begin(self, box: BoxState, meanwhile: BoxStatus, work: Work) -> None:
        """Begins work on a box."""
        box.status = meanwhile
        box.work = work
        self._accepted += 1
        heapq.heappush(self._due, (work.due, self._accepted, box.id))

    def finish_due(self, now: float) -> None:
        """Finishes all work that is due, in the order in which it became so."""
        while self._due and self._due[0][0] <= now:
            _, _, number = heapq.heappop(self._due)
            box = self.boxes[number]
            if box.work:
                self._finish(box, box.work)

    def idle_at(self) -> float | None:
        """Returns when all accepted work will be done; `None` when there is none."""
        return max(due for due, _, _ in self._due) if self._due else None

    def _finish(self, box: BoxState, work: Work) -> None:
        box.work = None
        if work.source in self.boxes:
            self.boxes[work.source].being_copied = False
        if work.status is None:
            del self.boxes[box.id]
            return
        box.status = work.status
        box.plan = work.plan or box.plan
        if work.running is not None:
            box.running_since = int(work.due) if work.running else None

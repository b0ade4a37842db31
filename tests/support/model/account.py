"""A model of an account, written from the documentation and without the emulator's code.

Undocumented facts, such as durations, are those that the emulator invented.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue
from pydantic_core import to_json

from tests.support.model.records import OWN_GROUP, Backup, BackupType, Box, Group, Ip, NotFound, Rejected

MOST_METADATA = 4096

DAY = 86400
PERIODS: dict[BackupType, int] = {"daily": DAY, "weekly": 7 * DAY, "biweekly": 14 * DAY}
HOURS = {1: 0, 2: 4, 3: 6, 4: 12, 5: 18, 6: 22}
FIRST_SUNDAY = 3 * DAY  # the epoch began on a Thursday


@dataclass(frozen=True)
class Work:
    """Work in progress. It refers to objects by id, so that an account can be copied."""

    due: float
    accepted: int
    finish: Callable[["Account"], object]


@dataclass
class Account:
    """An account. Each method has the effect of a call, or raises `Rejected` and changes nothing."""

    now: float
    boxes: dict[int, Box] = field(default_factory=dict)
    ips: dict[int, Ip] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=lambda: {1: Group(1, OWN_GROUP, ["kunde@example.org"])})
    works: list[Work] = field(default_factory=list)
    last_box: int = 10_000
    last_ip: int = 2000
    last_group: int = 1
    accepted: int = 0

    def continue_after(self, other: "Account") -> None:
        """Continue the numbering after another account."""
        self.last_box = max(self.last_box, other.last_box)
        self.last_ip = max(self.last_ip, other.last_ip)
        self.last_group = max(self.last_group, other.last_group)
        self.accepted = max(self.accepted, other.accepted)

    # Time.

    @property
    def idle_at(self) -> float:
        """The time at which all work will be complete."""
        return max((work.due for work in self.works), default=self.now)

    @property
    def next_due(self) -> float:
        """The time at which some work will be complete next."""
        return min((work.due for work in self.works), default=self.now)

    def pass_until(self, moment: float) -> None:
        """Advance the time."""
        while self.works and self.next_due <= moment:
            work = min(self.works, key=lambda work: (work.due, work.accepted))
            self.works.remove(work)
            self._create_periodic_backups(work.due)
            work.finish(self)
        self._create_periodic_backups(moment)

    def _create_periodic_backups(self, until: float) -> None:
        for box in self.boxes.values():
            if box.schedule is not None:
                day, slot = box.schedule
                first = FIRST_SUNDAY + day * DAY + HOURS[slot] * 3600
                for kind, period in PERIODS.items():
                    latest = int(until - (until - first) % period)
                    if latest > self.now:
                        box.backups[kind] = Backup(box.id, kind, latest)
        self.now = until

    def _later(self, seconds: float, finish: Callable[["Account"], object]) -> None:
        self.accepted += 1
        self.works.append(Work(self.now + seconds, self.accepted, finish))

    # Boxes.

    def box(self, number: int) -> Box:
        """Return a box by id."""
        if number not in self.boxes:
            raise NotFound
        return self.boxes[number]

    def reject(self, number: int) -> None:
        """Reject a command that does not fit the state of a box."""
        self.box(number)
        raise Rejected

    def _box_for(self, number: int, verb: str) -> Box:
        box = self.box(number)
        if not box.fits(verb) or (verb == "freeze" and box.saving):
            raise Rejected
        return box

    def create(self, name: str, plan: int, source: str | Backup, metadata: Mapping[str, JsonValue] | None) -> Box:
        """Create a box from a distribution or a backup."""
        self._check_name(name, self.boxes)
        if isinstance(source, Backup):
            of = self.boxes.get(source.box)
            if of is None or not of.lists(source):
                raise NotFound
            source = of.distribution
        return self._add_box(name, plan, source, metadata, 40, None)

    def duplicate(self, number: int, name: str, plan: int, metadata: Mapping[str, JsonValue]) -> Box:
        """Copy a box, which is busy meanwhile."""
        source = self._box_for(number, "duplicate")
        self._check_name(name, self.boxes)
        copy = self._add_box(name, plan, source.distribution, metadata, 50, number)
        source.copied = True
        return copy

    def _add_box(
        self,
        name: str,
        plan: int,
        distribution: str,
        metadata: Mapping[str, JsonValue] | None,
        seconds: float,
        source: int | None,
    ) -> Box:
        shown = None if metadata is None else _merged({}, metadata)
        self.last_box += 1
        box = Box(self.last_box, name, plan, distribution, int(self.now), shown)
        self.boxes[box.id] = box
        self._add_ip(box.id)
        self._add_ip(box.id, public=False)
        self._add_ip(box.id, version=6)
        number, due = box.id, int(self.now + seconds)

        def finish(account: Account) -> None:
            account.boxes[number].running_since = due
            account.boxes[number].metadata = account.boxes[number].metadata or {}
            account.boxes[number].status = "READY"
            if source is not None:
                account.boxes[source].copied = False

        self._later(seconds, finish)
        return box

    def start(self, number: int, plan: int | None) -> Box:
        """Start a box."""
        return self._begin(number, "start", "UPDATING", 10, plan=plan, on=True)

    def stop(self, number: int) -> Box:
        """Shut down a box."""
        return self._begin(number, "stop", "UPDATING", 10, on=False)

    def pull_plug(self, number: int) -> Box:
        """Power off a box."""
        return self._begin(number, "pull_plug", "UPDATING", 3, on=False)

    def freeze(self, number: int) -> Box:
        """Freeze a box."""
        return self._begin(number, "freeze", "FREEZING", 30, "FROZEN")

    def thaw(self, number: int, plan: int) -> Box:
        """Thaw a box."""
        return self._begin(number, "thaw", "THAWING", 30, plan=plan)

    def change_plan(self, number: int, plan: int) -> Box:
        """Change the plan of a box."""
        return self._begin(number, "change_plan", "CHANGING PLAN", 20, plan=plan)

    def _begin(
        self,
        number: int,
        verb: str,
        transitional: str,
        seconds: float,
        final: str = "READY",
        *,
        plan: int | None = None,
        on: bool | None = None,
    ) -> Box:
        box = self._box_for(number, verb)
        box.status = transitional
        due = int(self.now + seconds)

        def finish(account: Account) -> None:
            box = account.boxes[number]
            box.status = final
            box.plan = plan or box.plan
            if on is not None:
                box.running_since = due if on else None

        self._later(seconds, finish)
        return box

    def update_metadata(self, number: int, changes: Mapping[str, JsonValue]) -> Box:
        """Change the metadata of a box."""
        box = self._box_for(number, "update_metadata")
        box.metadata = _merged(box.metadata or {}, changes)
        return box

    def delete(self, number: int) -> bool:
        """Delete a box with its addresses."""

        def finish(account: Account) -> None:
            del account.boxes[number]
            account.ips = {key: ip for key, ip in account.ips.items() if ip.box != number}

        self._box_for(number, "delete").status = "DELETING"
        self._later(10, finish)
        return True

    # Backups.

    def create_backup(self, number: int) -> bool:
        """Create a manual backup."""
        box = self.box(number)
        if not box.can_be_saved():
            raise Rejected
        box.saving = True
        made = Backup(number, "manual", int(self.now + 120), self.accepted + 1)

        def finish(account: Account) -> None:
            if number in account.boxes:
                account.boxes[number].saving = False
                account.boxes[number].backups["manual"] = made

        self._later(120, finish)
        return True

    def restore_backup(self, backup: Backup) -> bool:
        """Restore a backup to its box."""
        box = self.box(backup.box)
        if not box.has(backup):
            raise NotFound
        if not box.can_be_saved():
            raise Rejected
        box.status = "UPDATING"

        def finish(account: Account) -> None:
            account.boxes[backup.box].status = "READY"

        self._later(50, finish)
        return True

    def delete_backup(self, backup: Backup) -> bool:
        """Delete a backup."""
        box = self.box(backup.box)
        if not box.has(backup):
            raise NotFound
        box.deleting.add(backup)

        def finish(account: Account) -> None:
            of = account.boxes.get(backup.box)
            if of is not None and of.lists(backup):
                del of.backups[backup.kind]

        self._later(5, finish)
        return True

    def schedule(self, number: int, day: int | None, slot: int | None, *, on: bool) -> tuple[int, int]:
        """Enable periodic backups, or change their schedule. Existing ones are kept."""
        box = self.box(number)
        if on is (box.schedule is not None):
            raise Rejected
        old_day, old_slot = box.schedule or (0, 0)
        box.schedule = (old_day if day is None else day, old_slot if slot is None else slot)
        return box.schedule

    def switch_off_backups(self, number: int) -> bool:
        """Disable periodic backups, and delete all but the manual one."""
        box = self.box(number)
        if box.schedule is None:
            raise Rejected
        box.schedule = None
        box.backups = {kind: backup for kind, backup in box.backups.items() if kind == "manual"}
        return True

    # Addresses.

    def _add_ip(self, box: int, *, version: int = 4, public: bool = True, floating: bool = False) -> None:
        self.last_ip += 1
        self.ips[self.last_ip] = Ip(self.last_ip, box, version, public, floating)

    def ips_of(self, number: int) -> list[Ip]:
        """Return the addresses of a box."""
        box = self.box(number)
        return [ip for ip in self.ips.values() if ip.box == box.id]

    def add_floating_ip(self, box: int) -> None:
        """Order a floating address."""
        self._add_ip(box, floating=True)

    def move_ip(self, ip: int, box: int, target: int) -> bool:
        """Move a floating address from one box to another."""
        self.box(box)
        if ip not in self.ips or self.ips[ip].box != box:
            raise NotFound
        self.ips[ip].box = self.box(target).id
        return True

    # Contact groups.

    def group(self, number: int) -> Group:
        """Return a contact group by id."""
        if number not in self.groups:
            raise NotFound
        return self.groups[number]

    def create_group(self, name: str, contacts: Sequence[str]) -> Group:
        """Create a contact group."""
        self._check_name(name, self.groups)
        return self._add_group(name, contacts)

    def duplicate_group(self, number: int, name: str | None, contacts: Sequence[str] | None) -> Group:
        """Copy a contact group. Without a given name, the copy has the same one."""
        source = self._idle_group(number)
        if name is not None:
            self._check_name(name, self.groups)
        return self._add_group(name or source.name, contacts or source.contacts)

    def change_group(self, number: int, name: str | None, contacts: Sequence[str] | None) -> Group:
        """Change a contact group, which is busy afterwards."""
        group = self._idle_group(number)
        if name is not None and name != group.name:
            self._check_name(name, self.groups)
        group.name = name or group.name
        group.contacts = list(contacts or group.contacts)
        return self._begin_group(group, "STATUS_UPDATING")

    def delete_group(self, number: int) -> bool:
        """Delete a contact group."""
        group = self._idle_group(number)
        group.status = "STATUS_DELETING"
        self._later(5, lambda account: account.groups.pop(number))
        return True

    def _idle_group(self, number: int) -> Group:
        group = self.group(number)
        if not group.idle:
            raise Rejected
        return group

    def _add_group(self, name: str, contacts: Sequence[str]) -> Group:
        self.last_group += 1
        group = self.groups[self.last_group] = Group(self.last_group, name, list(contacts))
        return self._begin_group(group, "STATUS_CREATING")

    def _begin_group(self, group: Group, transitional: str) -> Group:
        group.status = transitional
        number = group.id

        def finish(account: Account) -> None:
            account.groups[number].status = "STATUS_READY"

        self._later(5, finish)
        return group

    @staticmethod
    def _check_name(name: str, among: Mapping[int, Box] | Mapping[int, Group]) -> None:
        if name in [other.name for other in among.values()]:
            raise Rejected


def _merged(old: Mapping[str, JsonValue], changes: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    merged = dict(old)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value
    if len(to_json(merged)) > MOST_METADATA:
        raise Rejected
    return merged

# Generated from jiffybox_sdk/aio/backups.py by `make generate`. Do not edit.

"""Box backups and their schedule."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, final
from weakref import WeakKeyDictionary

from jiffybox_sdk import _client, operations
from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import Attached, attach, fill, get_extra
from jiffybox_sdk._records.of_box import OfBox, of_box
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyWaitException
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import backups as fields
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.schedule import Schedule
from jiffybox_sdk.models.responses.time_slot import TimeSlot
from jiffybox_sdk.models.responses.weekday import Weekday
from jiffybox_sdk.operations import BackupType

if TYPE_CHECKING:
    from jiffybox_sdk._client.backoff import PollInterval
    from jiffybox_sdk.api.client import JiffyBox

_REPLACED: "WeakKeyDictionary[JiffyBox, dict[int, Backup | None]]" = WeakKeyDictionary()
"""The manual backups that there were when clients called `create_manual()`, by client and box."""


@final
class Backups(fields.Backups, OfBox, Attached["JiffyBox"], frozen=True):
    """The finished backups of a box, as the service last listed them.

    Records are immutable, and reading an attribute never makes a request. Each verb makes one call unless stated
    otherwise. `JiffyBox` lists the exceptions that every verb may raise.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(self, json: Mapping[str, object], api: "JiffyBox | None" = None, id_: int | str | None = None) -> None:
        """Create the record from one of the service's payloads.

        Args:
            json: The JSON object as the service sent it. It does not contain the id of the box.
            api: The client for the verbs. Without one, the record is read-only.
            id_: The id of the box.

        Raises:
            JiffyAttributeException: If `json` does not match the schema or `id_` is invalid.
        """
        problem = fill(self, json)
        if problem:
            del json
            raise problem
        attach(of_box(self, id_), api)

    def __hash__(self) -> int:
        return hash((type(self), get_extra(self, "box_id")))

    def of_type(self, kind: BackupType) -> Backup:
        """Return the latest backup of a type.

        Args:
            kind: The type: `manual`, `daily`, `weekly` or `biweekly`.

        Raises:
            JiffyArgumentException: If the type is unknown or this record has no such backup.
        """
        arguments.choice(kind, BackupType, "type of backup")
        backup: Backup | None = getattr(self, kind)
        if backup is None:
            raise JiffyArgumentException(
                f"no {kind} backup: the box had none when this record was read; call refresh() to read it again"
            )
        return backup

    def refresh(self) -> "Backups":
        """Return the current backups of the box: `GET backups/<box>` [documented]."""
        return self.api.send(operations.get_backups(self.box_id))

    def switch_on(self, day: Weekday | int, time: TimeSlot | int) -> Schedule:
        """Turn periodic backups on: `POST backups/<box>` [documented].

        Args:
            day: The day of the weekly backups.
            time: The time slot in which backups are made. The hours of slots 3, 4 and 5 are not on record.

        Returns:
            The new schedule.

        Raises:
            JiffyArgumentException: If the day or the slot is unknown. Nothing is sent.
        """
        return self.api.send(operations.enable_backups(self.box_id, day, time))

    def change_schedule(self, day: Weekday | int | None = None, time: TimeSlot | int | None = None) -> Schedule:
        """Change the schedule of periodic backups: `PUT backups/<box>` [documented].

        Args:
            day: The day of the weekly backups. Unchanged if omitted.
            time: The time slot in which backups are made. Unchanged if omitted.

        Returns:
            The new schedule.

        Raises:
            JiffyArgumentException: If the day or the slot is unknown, or both are omitted. Nothing is sent.
        """
        return self.api.send(operations.change_backups(self.box_id, day, time))

    def switch_off(self) -> bool:
        """Turn periodic backups off: `DELETE backups/<box>` [documented].

        Deletes the existing periodic backups. The manual backup is kept.

        Returns:
            Whether the request was accepted.
        """
        return self.api.send(operations.disable_backups(self.box_id))

    def create_manual(self) -> bool:
        """Start a manual backup: `POST backups/<box>/manual` [documented].

        A box has at most one manual backup, so the new one replaces the old one.

        Returns:
            Whether the request was accepted. Use `wait_for_manual()` to wait until the backup is done.
        """
        accepted = self.api.send(operations.create_backup(self.box_id))
        _REPLACED.setdefault(self.api, {})[self.box_id] = self.manual
        return accepted

    def wait_for_manual(
        self,
        max_wait: float | timedelta = 600,
        poll_interval: "PollInterval" = 7,
        *,
        progress: Callable[[Box], object] | None = None,
    ) -> "Backups":
        """Wait until the manual backup is done, and compare it with the previous one.

        Call this on any record of the box if its client called `create_manual()`. If another client or process did,
        call this on a record that was read before. Polls the box, `GET jiffyBoxes/<id>` [documented], and reads the
        backups at the end.

        Args:
            max_wait: The time-out in seconds. The last poll may take one second longer.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            progress: A function that is called with the box after each poll.

        Returns:
            The backups, including the new manual one.

        Raises:
            JiffyWaitException: If no backup is in progress and there is no new one, because it failed or was never
                started, or because this record was read too late to see the difference.
            JiffyTimeoutException: If the time-out expires. It contains the box as last seen.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        options = _client.polling.PollOptions(max_wait, poll_interval, progress)
        replaced = _REPLACED.setdefault(self.api, {})
        before = replaced.get(self.box_id, self.manual)
        started = self.api.clock.monotonic()
        box = self.api.send(operations.get_box(self.box_id), within=options.total)
        from jiffybox_sdk.api import _polling  # noqa: PLC0415 (needed only by waits)

        poller = _client.polling.Poller(box, Box, _client.polling.BACKUP_DONE, options, started)
        poller.saw(box)
        box = _polling.poll(self.api, poller)
        backups = self.refresh()
        if backups.manual is None or backups.manual == before:
            reason = "no manual backup was made: it failed or was never started"
            if backups.manual and self.box_id not in replaced:
                reason = (
                    "no manual backup was made since this record was read: it failed, was never started or was already "
                    "done; call wait_for_manual() on a record read before create_manual() was called"
                )
            raise JiffyWaitException(reason, record=box)
        replaced.pop(self.box_id, None)
        return backups

    def restore(self, kind: BackupType) -> bool:
        """Replace all data of the box with a backup: `POST backups/<box>/<type>/<backup>` [documented].

        Args:
            kind: The type of backup: `manual`, `daily`, `weekly` or `biweekly`.

        Returns:
            Whether the request was accepted. Use `Box.wait_for_status()` to wait until the work is done.

        Raises:
            JiffyArgumentException: If this record has no such backup. Nothing is sent.
        """
        return self.api.send(operations.restore_backup(self.box_id, kind, self.of_type(kind).id))

    def delete(self, kind: BackupType) -> bool:
        """Delete a backup: `DELETE backups/<box>/<type>/<backup>` [documented].

        Args:
            kind: The type of backup: `manual`, `daily`, `weekly` or `biweekly`.

        Returns:
            Whether the request was accepted.

        Raises:
            JiffyArgumentException: If this record has no such backup. Nothing is sent.
        """
        return self.api.send(operations.delete_backup(self.box_id, kind, self.of_type(kind).id))


class BackupCalls(Connection):
    """The client's methods for backups."""

    def backups(self) -> list[Backups]:
        """Return the backups of all boxes: `GET backups` [documented].

        Slow, because the service queries its backup servers. Use `Box.backups()` for a single box.
        """
        by_box = self._send(operations.list_backups(), dict[str, Backups])
        return list(by_box.values())

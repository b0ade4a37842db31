"""Backups: of all boxes and of one, when they are made, and what to do with them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._client import polling
from jiffybox_sdk._records.base import Attached, attach, fill
from jiffybox_sdk.api import _polling
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.data import BackupsData, of_box
from jiffybox_sdk.exceptions import JiffyWaitException
from jiffybox_sdk.models._fields import plain_constructor
from jiffybox_sdk.models.responses.schedule import Schedule
from jiffybox_sdk.models.responses.time_slot import TimeSlot
from jiffybox_sdk.models.responses.weekday import Weekday
from jiffybox_sdk.operations import BackupType

if TYPE_CHECKING:
    from jiffybox_sdk.api.client import JiffyBox


@final
class Backups(BackupsData, Attached["JiffyBox"], frozen=True):
    """The backups of a box, as they were when the service listed them. Only finished ones are listed.

    A record never changes and reading it makes no call; a verb makes one call, if it does not say otherwise.

    Every verb raises, beside what it says itself: `JiffyMessageException` when the service refuses,
    `JiffyOutcomeUnknownException` when the call was sent and its answer lost, `JiffyTransportException` when the
    service was not reached, `JiffyAttributeException` when the answer does not fit its schema,
    `JiffyDetachedException` when the record has no client.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(self, json: Mapping[str, object], api: "JiffyBox | None" = None, id_: int | str | None = None) -> None:
        """Makes the backups of a box from what the service sent.

        Args:
            json: The object as the service sent it. It does not say whose backups these are.
            api: The client that carries out the verbs. Without it, the record can be read and nothing else.
            id_: Number of the box.

        Raises:
            JiffyAttributeException: `json` does not fit the schema, or `id_` is no number of a box.
        """
        problem = fill(self, json)
        if problem:
            del json
            raise problem
        attach(of_box(self, id_), api)

    def refresh(self) -> "Backups":
        """Reads the backups again: `GET backups/<box>` [documented].

        Returns:
            The backups as they are now. This record stays as it is.
        """
        return self.api.backups_of(self.box_id)

    def switch_on(self, day: Weekday | int, time: TimeSlot | int) -> Schedule:
        """Has periodical backups made: `POST backups/<box>` [documented].

        Args:
            day: The day of the weekly ones.
            time: The hours in which they are made. Those of the slots 3, 4 and 5 are not on record.

        Returns:
            The schedule as it is now.

        Raises:
            JiffyArgumentException: there is no such day or slot; nothing was sent.
        """
        return self.api.send(operations.enable_backups(self.box_id, day, time), Schedule)

    def change_schedule(self, day: Weekday | int | None = None, time: TimeSlot | int | None = None) -> Schedule:
        """Changes when periodical backups are made: `PUT backups/<box>` [documented].

        Args:
            day: The day of the weekly ones; as before if not given.
            time: The hours in which they are made; as before if not given.

        Returns:
            The schedule as it is now.

        Raises:
            JiffyArgumentException: there is no such day or slot, or neither was given; nothing was sent.
        """
        return self.api.send(operations.change_backups(self.box_id, day, time), Schedule)

    def switch_off(self) -> bool:
        """Has no periodical backups made any more: `DELETE backups/<box>` [documented].

        Those that there are disappear; the manual one stays.

        Returns:
            Whether that was accepted.
        """
        return self.api.send(operations.disable_backups(self.box_id), bool)

    def create_manual(self) -> bool:
        """Has a backup made now: `POST backups/<box>/manual` [documented].

        A box has one manual backup at the most, so the new one takes the place of the old one.

        Returns:
            Whether that was accepted. It takes a while: see `wait_for_manual()`.
        """
        return self.api.send(operations.create_backup(self.box_id), bool)

    def wait_for_manual(
        self,
        max_wait: float | timedelta = 600,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[[Box], object] | None = None,
    ) -> "Backups":
        """Waits until the manual backup is made; call it on the record that `create_manual()` was called on.

        It looks at the box, `GET jiffyBoxes/<id>` [documented], and reads the backups in the end.

        Args:
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look, in seconds.
            progress: Is given the box at each look.

        Returns:
            The backups as they are then, the new manual one among them.

        Raises:
            JiffyWaitException: no backup is being made and there is no manual one but that which this record shows:
                making it failed, or was never asked for.
            JiffyTimeoutException: the time is up. It carries the last box seen.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        options: polling.PollOptions[Box] = polling.PollOptions(max_wait, poll_interval, progress)
        now = self.api.clock.monotonic()
        box = self.api.send(operations.get_box(self.box_id), Box, within=options.total)
        waiter = polling.Poller(box, polling.BACKUP, options, now)
        waiter.saw(box)
        box = _polling.go_on(self.api, waiter)
        found = self.refresh()
        if found.manual is None or found.manual == self.manual:
            raise JiffyWaitException("no manual backup was made: that failed, or was never asked for", record=box)
        return found

    def restore(self, kind: BackupType) -> bool:
        """Puts a backup in place of all data of the box: `POST backups/<box>/<type>/<backup>` [documented].

        Args:
            kind: Which one: `manual`, `daily`, `weekly` or `biweekly`.

        Returns:
            Whether that was accepted. It takes a while: `Box.wait_for_status()` waits until it is done.

        Raises:
            JiffyArgumentException: this record shows no such backup; nothing was sent.
        """
        return self.api.send(operations.restore_backup(self.box_id, kind, self.of_type(kind).id), bool)

    def delete(self, kind: BackupType) -> bool:
        """Deletes a backup: `DELETE backups/<box>/<type>/<backup>` [documented].

        Args:
            kind: Which one: `manual`, `daily`, `weekly` or `biweekly`.

        Returns:
            Whether that was accepted.

        Raises:
            JiffyArgumentException: this record shows no such backup; nothing was sent.
        """
        return self.api.send(operations.delete_backup(self.box_id, kind, self.of_type(kind).id), bool)


class BackupCalls(Connection):
    """What a client can ask about backups."""

    def backups(self) -> list[Backups]:
        """Lists the backups of all boxes: `GET backups` [documented].

        Slow and expensive, since the service asks its backup servers: use `Box.backups()` for a single box.
        """
        found = self.send(operations.list_backups(), dict[str, Backups])
        return [of_box(backups, box) for box, backups in found.items()]

    def backups_of(self, box: Box | int | str) -> Backups:
        """Reads the backups of a box: `GET backups/<box>` [documented].

        Args:
            box: The box, or its number.

        Raises:
            JiffyNotFoundException: there is no such box.
            JiffyArgumentException: `box` can't be one; nothing was sent.
        """
        number = box.id if isinstance(box, Box) else box
        return of_box(self.send(operations.get_backups(number), Backups), number)

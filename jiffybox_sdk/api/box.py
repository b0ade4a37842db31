# Generated from jiffybox_sdk/aio/box.py by `make generate`. Do not edit.

"""Boxes, the cloud servers in an account."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, final

from jiffybox_sdk import _client, operations
from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import Attached, attach, fill
from jiffybox_sdk._records.box import BoxRecord
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.responses.box_status import BoxStatus

if TYPE_CHECKING:
    from pydantic import SecretStr

    from jiffybox_sdk._client.backoff import PollInterval
    from jiffybox_sdk._common.status_names import StatusName
    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk.api.backups import Backups
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.api.ips import Ip
    from jiffybox_sdk.models.responses.backup import Backup


@final
class Box(BoxRecord, Attached["JiffyBox"], frozen=True):
    """A cloud server, as the service last described it.

    Records are immutable, and reading an attribute never makes a request. Each verb makes one call and returns a new
    record. The service works asynchronously. A verb returns once the work is *accepted*, with the box in a transitional
    state, and `wait_for_status()` waits until the work is done. Only the service decides what a box in a given state
    can do. Verbs never check the state of this record, which may be out of date.

    Boxes are equal if their data is equal. Copies and pickles have no client, so only their data can be used. This
    class can't be subclassed, because verbs return a new `Box`.

    `JiffyBox` lists the exceptions that every verb may raise.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(self, json: Mapping[str, object], api: "JiffyBox | None" = None, id_: int | str | None = None) -> None:
        """Create a box from one of the service's payloads.

        Args:
            json: The JSON object as the service sent it.
            api: The client for the verbs. Without one, the record is read-only.
            id_: The id, if the object does not contain one.

        Raises:
            JiffyAttributeException: If `json` does not match the schema.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem
        attach(self, api)

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @classmethod
    def create(
        cls,
        api: "JiffyBox",
        name: str,
        plan: Plan | int | str,
        backupid: "Backup | str | None" = None,
        distribution: "Distribution | str | None" = None,
        password: "str | SecretStr | None" = None,
        use_sshkey: bool | None = None,  # noqa: FBT001 (the documented signature)
        metadata: Mapping[str, object] | None = None,
    ) -> "Box":
        """Create a box: `POST jiffyBoxes` [documented]. The same as `api.create_box`.

        Args:
            api: The account to create it in.
            name: The name of the box.
            plan: A plan, its id or its name.
            backupid: A backup to create the box from, or its id. Pass either this or `distribution`.
            distribution: A distribution or its id. Pass either this or `backupid`.
            password: The root password.
            use_sshkey: Whether to install the SSH key stored in the control panel.
            metadata: Your own data.

        Returns:
            The new box, with the status `CREATING`.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        password = None if password is None else arguments.secret(password)
        return api.create_box(name, plan, backupid, distribution, password, use_sshkey, metadata)

    def refresh(self) -> "Box":
        """Return the box with its current state: `GET jiffyBoxes/<id>` [documented].

        Raises:
            JiffyNotFoundException: If the box no longer exists.
        """
        return self.api.box(self.id)

    def start(self, plan: Plan | int | str | None = None) -> "Box":
        """Start the box: `PUT jiffyBoxes/<id>` with `START` [documented].

        Args:
            plan: The plan for the box. Defaults to its current plan.

        Returns:
            The box, with the status `UPDATING`.
        """
        return self._command(Command.START, plan)

    def stop(self) -> "Box":
        """Shut the box down: `PUT jiffyBoxes/<id>` with `SHUTDOWN` [documented].

        Returns:
            The box, with the status `UPDATING`.
        """
        return self._command(Command.SHUTDOWN)

    def pull_plug(self) -> "Box":
        """Power the box off without a shutdown: `PUT jiffyBoxes/<id>` with `PULLPLUG` [documented].

        Returns:
            The box, with the status `UPDATING`.
        """
        return self._command(Command.PULLPLUG)

    def freeze(self) -> "Box":
        """Move a stopped box to cheaper storage: `PUT jiffyBoxes/<id>` with `FREEZE` [documented].

        Returns:
            The box, with the status `FREEZING`, which later becomes `FROZEN`.
        """
        return self._command(Command.FREEZE)

    def thaw(self, plan: Plan | int | str) -> "Box":
        """Bring a frozen box back: `PUT jiffyBoxes/<id>` with `THAW` [documented].

        Args:
            plan: The plan for the box.

        Returns:
            The box, with the status `THAWING`. Later, it is `READY` and stopped.
        """
        return self._command(Command.THAW, plan)

    def change_plan(self, plan: Plan | int | str) -> "Box":
        """Move a stopped box to another plan: `PUT jiffyBoxes/<id>` with `PLAN` [documented].

        Args:
            plan: The new plan.

        Returns:
            The box, with the status `CHANGING PLAN`, which later becomes `READY`.
        """
        return self._command(Command.PLAN, plan)

    def duplicate(self, name: str, plan: Plan | int | str, metadata: Mapping[str, object] | None = None) -> "Box":
        """Copy the box: `POST jiffyBoxes/<id>` [documented].

        Args:
            name: The name of the copy, with the same rules as for `create`.
            plan: The plan of the copy.
            metadata: The metadata of the copy.

        Returns:
            The copy, with the status `CREATING`. Until the copy is done, `isBeingCopied` is true for this box.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        return self.api.send(operations.duplicate_box(self.id, name, plan, metadata=metadata))

    def update_metadata(self, changes: Mapping[str, object]) -> "Box":
        """Update the metadata of the box: `PUT jiffyBoxes/<id>` with `metadata` alone [inferred].

        Args:
            changes: Names and their new JSON values. `None` deletes a name. Other names are left unchanged.

        Returns:
            The box with its new metadata.

        Raises:
            JiffyArgumentException: If `changes` is not a JSON object or is larger than 4 kB. Nothing is sent.
        """
        return self.api.send(operations.update_metadata(self.id, changes))

    def delete(self, *, missing_ok: bool = False) -> bool:
        """Delete the box, which must be stopped and not frozen: `DELETE jiffyBoxes/<id>` [documented].

        Stop a box that is running first, or thaw one that is frozen, and wait until it is `READY`.

        Args:
            missing_ok: Whether to accept that the box is gone or being deleted, see `JiffyBox.delete_box`.

        Returns:
            Whether the deletion was accepted. Use `wait_until_deleted()` to wait until the box is gone.
        """
        return self.api.delete_box(self.id, missing_ok=missing_ok)

    def backups(self) -> "Backups":
        """Return the backups of the box: `GET backups/<box>` [documented].

        The returned record has verbs to create, restore and delete backups.
        """
        return self.api.send(operations.get_backups(self.id))

    def list_ips(self) -> "list[Ip]":
        """Return the addresses of the box with all their details: `GET ips/<box>` [documented]."""
        by_id = self.api.send(operations.get_ips(self.id))
        return list(by_id.values())

    def wait_for_status(
        self,
        status: "BoxStatus | StatusName" = "READY",
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        grace: float | timedelta | None = None,
        progress: Callable[["Box"], object] | None = None,
    ) -> "Box":
        """Wait until the box reaches a status, polling only this box: `GET jiffyBoxes/<id>` [documented].

        Polls immediately, then at each interval, and one last time when the time-out expires. If a poll fails to
        connect, the wait continues. Ctrl-C ends the wait immediately.

        Args:
            status: The status to wait for. If it comes from a file, for example, pass `BoxStatus(text)`. An unknown one
                emits a `UserWarning`; use `wait_until` for states that the service sends but the SDK does not know.
            max_wait: The time-out in seconds. The last poll may take one second longer.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            grace: The seconds, up to `max_wait`, for which the service may not find a new box, whose status is
                `CREATING`. Once a poll has seen it, it must exist. Defaults to 10, or to `max_wait` if that is shorter.
            progress: A function that is called with the box after each poll.

        Returns:
            The box with that status.

        Raises:
            JiffyTimeoutException: If the time-out expires. It contains the box as last seen.
            JiffyNotFoundException: If the box is gone (its creation failed or it was deleted), or a new box is
                not found within the grace.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        return self._wait(_client.polling.has_status(status), max_wait, poll_interval, progress, grace)

    def wait_until(
        self,
        predicate: Callable[["Box"], bool],
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        grace: float | timedelta | None = None,
        progress: Callable[["Box"], object] | None = None,
    ) -> "Box":
        """Wait until a condition is true for the box. Polls like `wait_for_status`.

        Args:
            predicate: A function that is called with the box after each poll. A true result ends the wait.
            max_wait: The time-out in seconds.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            grace: The seconds for which the service may not find a new box, see `wait_for_status`.
            progress: A function that is called with the box after each poll.

        Returns:
            The box that satisfies the condition.

        Raises:
            JiffyTimeoutException: If the time-out expires. It contains the box as last seen.
            JiffyNotFoundException: If the box is gone.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        return self._wait(_client.polling.satisfies(predicate), max_wait, poll_interval, progress, grace)

    def wait_until_deleted(
        self,
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        progress: Callable[["Box"], object] | None = None,
    ) -> None:
        """Wait until the box is gone. Call this after `delete()`. Polls like `wait_for_status`.

        Args:
            max_wait: The time-out in seconds.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            progress: A function that is called with the box after each poll.

        Raises:
            JiffyWaitException: If the box is `READY` again, or `FROZEN`, because its deletion failed.
            JiffyTimeoutException: If the time-out expires. It contains the box as last seen.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        self._wait(_client.polling.DELETED, max_wait, poll_interval, progress)

    def _command(self, command: Command, plan: Plan | int | str | None = None) -> "Box":
        return self.api.send(operations.set_status(self.id, command, plan))

    def _wait(
        self,
        condition: "_client.polling.Condition[Box]",
        max_wait: float | timedelta,
        poll_interval: "PollInterval",
        progress: Callable[["Box"], object] | None,
        grace: float | timedelta | None = 0,
    ) -> "Box":
        from jiffybox_sdk.api import _polling  # noqa: PLC0415 (needed only by waits)

        options = _client.polling.PollOptions(max_wait, poll_interval, progress, grace)
        return _polling.wait(self.api, self, Box, condition, options)

"""Boxes: the cloud servers themselves."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._client import polling
from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import AsyncAttached, attach, fill
from jiffybox_sdk._records.plan import Plan, plan_id
from jiffybox_sdk.aio import _polling
from jiffybox_sdk.data import BoxData
from jiffybox_sdk.models._fields import plain_constructor
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.responses.box_status import BoxStatus

if TYPE_CHECKING:
    from pydantic import SecretStr

    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk.aio.backups import AsyncBackups
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.aio.ips import AsyncIp
    from jiffybox_sdk.models.responses.backup import Backup


@final
class AsyncBox(BoxData, AsyncAttached["AsyncJiffyBox"], frozen=True):
    """A cloud server, as it was when the service described it.

    A record never changes and reading it makes no call; a verb makes one call and returns a new record. Everything is
    asynchronous at the service: a verb returns when the work is *accepted*, in a transitional state, and
    `wait_for_status()` waits until it is done. What is possible in which state is decided by the service, which refuses
    with `JiffyMessageException`; a record may be out of date and therefore never does.

    Boxes are equal when their data are. Comparing, copying and pickling leave the client out, so a copy can be read and
    nothing else. What is immutable is the record; the lists and dictionaries in it are ordinary ones. It is not made to
    be subclassed: verbs return a new `AsyncBox`.

    Every verb raises, beside what it says itself: `JiffyMessageException` when the service refuses,
    `JiffyOutcomeUnknownException` when the call was sent and its answer lost, `JiffyTransportException` when the
    service was not reached, `JiffyAttributeException` when the answer does not fit its schema,
    `JiffyDetachedException` when the box has no client.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(
        self, json: Mapping[str, object], api: "AsyncJiffyBox | None" = None, id_: int | str | None = None
    ) -> None:
        """Makes a box from what the service sent.

        Args:
            json: The object as the service sent it.
            api: The client that carries out the verbs. Without it, the box can be read and nothing else.
            id_: The id, if the object itself carries none.

        Raises:
            JiffyAttributeException: `json` does not fit the schema.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem
        attach(self, api)

    # No `async def`, for the reason that stands at `AsyncJiffyBox.create_box`.
    @classmethod
    def create(
        cls,
        api: "AsyncJiffyBox",
        name: str,
        plan: Plan | int | str,
        backupid: "Backup | str | None" = None,
        distribution: "Distribution | str | None" = None,
        password: "str | SecretStr | None" = None,
        use_sshkey: bool | None = None,  # noqa: FBT001 (the documented signature)
        metadata: Mapping[str, object] | None = None,
    ) -> Coroutine[None, None, "AsyncBox"]:
        """Creates a box: `POST jiffyBoxes` [documented]. The same as `api.create_box`.

        Args:
            api: The account to create it in.
            name: Its name.
            plan: A plan, its number, or its name.
            backupid: A backup to create it from, or the id of one. Give this or `distribution`.
            distribution: A distribution or the id of one. Give this or `backupid`.
            password: The root password.
            use_sshkey: Whether to install the SSH key kept in the control panel.
            metadata: Data of your own.

        Returns:
            The new box, in the state `CREATING`.

        Raises:
            JiffyArgumentException: an argument breaks a rule; nothing was sent.
        """
        password = None if password is None else arguments.secret(password)
        return api.create_box(name, plan, backupid, distribution, password, use_sshkey, metadata)

    async def refresh(self) -> "AsyncBox":
        """Reads the box again: `GET jiffyBoxes/<id>` [documented].

        Returns:
            The box as it is now. This record stays as it is.

        Raises:
            JiffyNotFoundException: there is no such box any more.
        """
        return await self.api.box(self.id)

    async def start(self, plan: Plan | int | str | None = None) -> "AsyncBox":
        """Switches the box on: `PUT jiffyBoxes/<id>` with `START` [documented].

        Args:
            plan: The plan to switch it on with; the box's own if not given.

        Returns:
            The box, in the state `UPDATING`.
        """
        return await self._command(Command.START, None if plan is None else plan_id(plan))

    async def stop(self) -> "AsyncBox":
        """Shuts the box down: `PUT jiffyBoxes/<id>` with `SHUTDOWN` [documented].

        Returns:
            The box, in the state `UPDATING`.
        """
        return await self._command(Command.SHUTDOWN)

    async def pull_plug(self) -> "AsyncBox":
        """Switches the box off without shutting it down: `PUT jiffyBoxes/<id>` with `PULLPLUG` [documented].

        Returns:
            The box, in the state `UPDATING`.
        """
        return await self._command(Command.PULLPLUG)

    async def freeze(self) -> "AsyncBox":
        """Puts a box that is switched off in storage: `PUT jiffyBoxes/<id>` with `FREEZE` [documented].

        It costs less there.

        Returns:
            The box, in the state `FREEZING`; `FROZEN` afterwards.
        """
        return await self._command(Command.FREEZE)

    async def thaw(self, plan: Plan | int | str) -> "AsyncBox":
        """Takes a frozen box out of storage: `PUT jiffyBoxes/<id>` with `THAW` [documented].

        Args:
            plan: The plan that it is to be on.

        Returns:
            The box, in the state `THAWING`; `READY` and switched off afterwards.
        """
        return await self._command(Command.THAW, plan_id(plan))

    async def change_plan(self, plan: Plan | int | str) -> "AsyncBox":
        """Moves a box that is switched off to another plan: `PUT jiffyBoxes/<id>` with `PLAN` [documented].

        Args:
            plan: The plan that it is to be on.

        Returns:
            The box, in the state `CHANGING PLAN`; `READY` afterwards.
        """
        return await self._command(Command.PLAN, plan_id(plan))

    async def duplicate(
        self, name: str, plan: Plan | int | str, metadata: Mapping[str, object] | None = None
    ) -> "AsyncBox":
        """Makes a copy of the box: `POST jiffyBoxes/<id>` [documented].

        Args:
            name: Name of the copy, as for `create`.
            plan: Plan of the copy.
            metadata: Metadata of the copy.

        Returns:
            The copy, in the state `CREATING`. This box has `isBeingCopied` until it is done.

        Raises:
            JiffyArgumentException: an argument breaks a rule; nothing was sent.
        """
        return await self.api.send(operations.duplicate_box(self.id, name, plan_id(plan), metadata=metadata), AsyncBox)

    async def update_metadata(self, changes: Mapping[str, object]) -> "AsyncBox":
        """Changes the box's metadata: `PUT jiffyBoxes/<id>` with `metadata` alone [inferred].

        Args:
            changes: Names to set, with JSON values; `None` deletes its name, names not given stay as they are.

        Returns:
            The box with its new metadata.

        Raises:
            JiffyArgumentException: `changes` is no JSON object, or more than 4 kB; nothing was sent.
        """
        return await self.api.send(operations.update_metadata(self.id, changes), AsyncBox)

    async def delete(self) -> bool:
        """Deletes the box, which must be switched off: `DELETE jiffyBoxes/<id>` [documented].

        Returns:
            Whether the deletion was accepted. `wait_until_deleted()` waits until the box is gone.
        """
        return await self.api.delete_box(self.id)

    async def backups(self) -> "AsyncBackups":
        """Reads the box's backups: `GET backups/<box>` [documented].

        What can be done about backups, making one among it, are the verbs of what this returns.
        """
        return await self.api.backups_of(self.id)

    async def list_ips(self) -> "list[AsyncIp]":
        """Lists the box's addresses, with all that is known of them: `GET ips/<box>` [documented]."""
        return await self.api.ips_of(self.id)

    async def wait_for_status(
        self,
        status: BoxStatus | str = "READY",
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncBox"], object] | None = None,
    ) -> "AsyncBox":
        """Waits until the box is in a state, reading this box alone: `GET jiffyBoxes/<id>` [documented].

        The first look is at once, the last when the time is up. A connection that fails meanwhile does not end the
        waiting. Ctrl-C does, at once.

        Args:
            status: The awaited state.
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look, in seconds.
            progress: Is given the box at each look.

        Returns:
            The box in that state.

        Raises:
            JiffyTimeoutException: the time is up. It carries the last box seen.
            JiffyNotFoundException: the box is gone: its creation failed, or it was deleted.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        return await self._wait(polling.status_of(status), max_wait, poll_interval, progress)

    async def wait_until(
        self,
        predicate: Callable[["AsyncBox"], bool],
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncBox"], object] | None = None,
    ) -> "AsyncBox":
        """Waits until something is true of the box; all else is as with `wait_for_status`.

        Args:
            predicate: Is given the box at each look, and says whether it is as awaited.
            max_wait: For how long, in seconds.
            poll_interval: How often to look, in seconds.
            progress: Is given the box at each look.

        Returns:
            The box of which it is true.

        Raises:
            JiffyTimeoutException: the time is up. It carries the last box seen.
            JiffyNotFoundException: the box is gone.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        return await self._wait(polling.condition(predicate), max_wait, poll_interval, progress)

    async def wait_until_deleted(
        self,
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncBox"], object] | None = None,
    ) -> None:
        """Waits until the box is gone; call it after `delete()`. All else is as with `wait_for_status`.

        Args:
            max_wait: For how long, in seconds.
            poll_interval: How often to look, in seconds.
            progress: Is given the box at each look.

        Raises:
            JiffyWaitException: the box is `READY` again: its deletion failed.
            JiffyTimeoutException: the time is up. It carries the last box seen.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        await self._wait(polling.DELETION, max_wait, poll_interval, progress)

    async def _command(self, command: Command, plan: int | str | None = None) -> "AsyncBox":
        return await self.api.send(operations.set_status(self.id, command, plan), AsyncBox)

    async def _wait(
        self,
        aim: "polling.Condition[AsyncBox]",
        max_wait: float | timedelta,
        poll_interval: float | timedelta,
        progress: Callable[["AsyncBox"], object] | None,
    ) -> "AsyncBox":
        options: polling.PollOptions[AsyncBox] = polling.PollOptions(max_wait, poll_interval, progress)
        return await _polling.wait(self.api, polling.Poller(self, aim, options, self.api.clock.monotonic()))

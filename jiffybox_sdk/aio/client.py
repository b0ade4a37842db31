"""The entry point: one account at the service."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from jiffybox_sdk import operations
from jiffybox_sdk._client import polling
from jiffybox_sdk._client.polling import WaitResult
from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.plan import Plan, plan_id
from jiffybox_sdk.aio import _polling
from jiffybox_sdk.aio.backups import AsyncBackupCalls
from jiffybox_sdk.aio.box import AsyncBox
from jiffybox_sdk.aio.checks import AsyncCheckCalls
from jiffybox_sdk.aio.contact_groups import AsyncContactGroupCalls
from jiffybox_sdk.aio.doc import AsyncDocCalls
from jiffybox_sdk.aio.ips import AsyncIpCalls
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.box_status import BoxStatus

if TYPE_CHECKING:
    from pydantic import SecretStr


class AsyncJiffyBox(AsyncBackupCalls, AsyncIpCalls, AsyncContactGroupCalls, AsyncCheckCalls, AsyncDocCalls):
    """An account at the JiffyBox service, and the connections to it.

    It works on asyncio and on trio. One client may be used by many tasks of one event loop, and by one loop alone. Use
    it in an `async with` statement, or await `close()`; a client that is simply dropped can't close its connections,
    and warns of that (`ResourceWarning`).

    A call that is cancelled ends at once and is not repeated. If it changes something, that may have been done.

    What is repeated: a call that only reads is repeated after a connection that failed, a broken gateway, or an
    answer that is not the service's. A call that changes something is repeated only when it certainly was not carried
    out: when no connection was made, or when the service said that it was called too often. Else
    `JiffyOutcomeUnknownException` says that only a look can tell. By default there are four attempts within 60
    seconds; `Retry` changes that.

    The token is part of every URL, so it is kept out of everything that can be printed or logged. (A token of less than
    eight characters is not looked for in what a server sends: it would be found everywhere. Real ones have 32.)

    Its methods raise, beside what they say themselves: `JiffyMessageException` when the service refuses,
    `JiffyOutcomeUnknownException` when a call was sent and its answer lost, `JiffyTransportException` when the
    service was not reached, `JiffyAttributeException` when the answer does not fit its schema,
    `JiffyDetachedException` after `close()`.
    """

    async def boxes(self) -> list[AsyncBox]:
        """Lists all boxes: `GET jiffyBoxes` [documented].

        Expensive for the service, which asks not to poll with it: use `AsyncBox.wait_for_status()` to watch a box.
        """
        return list((await self.send(operations.list_boxes(), dict[str, AsyncBox])).values())

    async def box(self, id: int | str) -> AsyncBox:  # noqa: A002 (the documented signature)
        """Reads a box: `GET jiffyBoxes/<id>` [documented].

        Args:
            id: The box's number, as an integer or as text.

        Raises:
            JiffyNotFoundException: there is no such box.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return await self.send(operations.get_box(id), AsyncBox)

    # No `async def`: the frame of a coroutine that is cancelled before it begins would show the password.
    def create_box(
        self,
        name: str,
        plan: Plan | int | str,
        backupid: Backup | str | None = None,
        distribution: Distribution | str | None = None,
        password: "str | SecretStr | None" = None,
        use_sshkey: bool | None = None,  # noqa: FBT001 (the documented signature)
        metadata: Mapping[str, object] | None = None,
    ) -> Coroutine[None, None, AsyncBox]:
        """Creates a box: `POST jiffyBoxes` [documented].

        Args:
            name: 1 to 30 letters (äöüß among them), digits, spaces, `_()=!*@.-` and backslashes; unique in the account.
            plan: A plan, its number, or its name.
            backupid: A backup to create it from, or the id of one. Give this or `distribution`.
            distribution: A distribution or the id of one. Give this or `backupid`.
            password: The root password. Without it, the service makes one up and mails it.
            use_sshkey: Whether to install the SSH key kept in the control panel.
            metadata: Data of your own, JSON values only, at most 4 kB as JSON text.

        Returns:
            The new box, in the state `CREATING`.

        Raises:
            JiffyArgumentException: an argument breaks a rule; nothing was sent.
        """
        password = None if password is None else arguments.secret(password)
        operation = operations.create_box(
            name,
            plan_id(plan),
            distribution=distribution.id if isinstance(distribution, Distribution) else distribution,
            backupid=backupid.id if isinstance(backupid, Backup) else backupid,
            password=password,
            use_sshkey=use_sshkey,
            metadata=metadata,
        )
        return self.send(operation, AsyncBox)

    async def delete_box(self, id: int | str) -> bool:  # noqa: A002 (the documented signature)
        """Deletes a box, which must be switched off: `DELETE jiffyBoxes/<id>` [documented].

        Args:
            id: The box's number, as an integer or as text.

        Returns:
            Whether the deletion was accepted. It takes a while: see `AsyncBox.wait_until_deleted()`.

        Raises:
            JiffyNotFoundException: there is no such box.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return await self.send(operations.delete_box(id), bool)

    async def distributions(self) -> list[Distribution]:
        """Lists what boxes can be created with: `GET distributions` [recorded]."""
        found = await self.send(operations.list_distributions(), dict[str, Distribution])
        return [distribution.with_id(key) for key, distribution in found.items()]

    async def distribution(self, id: str) -> Distribution:  # noqa: A002 (the documented signature)
        """Reads a distribution: `GET distributions/<id>` [recorded].

        Args:
            id: Its key, such as `debian_stretch_64bit`.

        Raises:
            JiffyNotFoundException: there is no such distribution.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return (await self.send(operations.get_distribution(id), Distribution)).with_id(id)

    async def plans(self) -> list[Plan]:
        """Lists the plans: `GET plans` [recorded]."""
        return list((await self.send(operations.list_plans(), dict[str, Plan])).values())

    async def plan(self, id: int | str) -> Plan:  # noqa: A002 (the documented signature)
        """Reads a plan: `GET plans/<id or name>` [recorded].

        Args:
            id: The plan's number, as an integer or as text, or its name.

        Raises:
            JiffyNotFoundException: there is no such plan.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return await self.send(operations.get_plan(id), Plan)

    async def wait_for_all(
        self,
        boxes: Iterable[AsyncBox],
        status: BoxStatus | str = "READY",
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        concurrency: int = 8,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> WaitResult[AsyncBox]:
        """Waits until several boxes are in a state, reading each alone: `GET jiffyBoxes/<id>` [documented].

        All of them share one deadline, and are looked at equally often. No exception says that some did not arrive:
        look at the result.

        Args:
            boxes: The boxes; one that is given twice counts once.
            status: The awaited state.
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look at each, in seconds.
            concurrency: How many looks there may be at the same moment.
            progress: Is given the box at each look.

        Returns:
            Which boxes arrived, and why the others did not.

        Raises:
            JiffyArgumentException: an argument makes no sense; nothing was sent.
        """
        return await self._wait_for_all(
            boxes, polling.status_of(status), max_wait, poll_interval, concurrency, progress
        )

    async def wait_until_all(
        self,
        boxes: Iterable[AsyncBox],
        predicate: Callable[[AsyncBox], bool],
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        concurrency: int = 8,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> WaitResult[AsyncBox]:
        """Waits until something is true of several boxes; all else is as with `wait_for_all`.

        Args:
            boxes: The boxes; one that is given twice counts once.
            predicate: Is given a box at each look, and says whether it is as awaited.
            max_wait: For how long, in seconds.
            poll_interval: How often to look at each, in seconds.
            concurrency: How many looks there may be at the same moment.
            progress: Is given the box at each look.

        Returns:
            Which boxes arrived, and why the others did not.

        Raises:
            JiffyArgumentException: an argument makes no sense; nothing was sent.
        """
        return await self._wait_for_all(
            boxes, polling.condition(predicate), max_wait, poll_interval, concurrency, progress
        )

    async def wait_until_all_deleted(
        self,
        boxes: Iterable[AsyncBox],
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        concurrency: int = 8,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> WaitResult[AsyncBox]:
        """Waits until several boxes are gone; call it after `AsyncBox.delete()`. All else is as with `wait_for_all`.

        Args:
            boxes: The boxes; one that is given twice counts once.
            max_wait: For how long, in seconds.
            poll_interval: How often to look at each, in seconds.
            concurrency: How many looks there may be at the same moment.
            progress: Is given the box at each look.

        Returns:
            Which boxes are gone, as they were last seen, and why the others are not: `JiffyWaitException` when a
            deletion failed.

        Raises:
            JiffyArgumentException: an argument makes no sense; nothing was sent.
        """
        return await self._wait_for_all(boxes, polling.DELETION, max_wait, poll_interval, concurrency, progress)

    async def _wait_for_all(
        self,
        boxes: Iterable[AsyncBox],
        aim: polling.Condition[AsyncBox],
        max_wait: float | timedelta,
        poll_interval: float | timedelta,
        concurrency: int,
        progress: Callable[[AsyncBox], object] | None,
    ) -> WaitResult[AsyncBox]:
        options: polling.PollOptions[AsyncBox] = polling.PollOptions(max_wait, poll_interval, progress)
        watch = polling.MultiPoller(boxes, AsyncBox, aim, options, concurrency, self.clock.monotonic())
        return await _polling.wait_for_all(self, watch)

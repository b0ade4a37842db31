"""The client for one account at the service."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, TypeVar, overload

from jiffybox_sdk import _client, operations
from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.cost import Cost
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.aio.backups import AsyncBackupCalls, AsyncBackups
from jiffybox_sdk.aio.box import AsyncBox
from jiffybox_sdk.aio.catalogue import AsyncCatalogueCalls
from jiffybox_sdk.aio.checks import AsyncCheck, AsyncCheckCalls
from jiffybox_sdk.aio.contact_groups import AsyncContactGroup, AsyncContactGroupCalls
from jiffybox_sdk.aio.doc import AsyncDocCalls
from jiffybox_sdk.aio.ips import AsyncIp, AsyncIpCalls
from jiffybox_sdk.exceptions import (
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
)
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.box_status import BoxStatus

if TYPE_CHECKING:
    from pydantic import SecretStr

    from jiffybox_sdk._client.backoff import PollInterval
    from jiffybox_sdk._client.polling import WaitResult
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk._common.status_names import StatusName
    from jiffybox_sdk.models import responses

T = TypeVar("T")


class AsyncJiffyBox(
    AsyncCatalogueCalls, AsyncBackupCalls, AsyncIpCalls, AsyncContactGroupCalls, AsyncCheckCalls, AsyncDocCalls
):
    """A client for one JiffyBox account, with its connection pool.

    Works on asyncio and trio. The tasks of one event loop can share a client; another event loop needs its own. A
    forked child can use the client in an event loop of its own, with connections of its own. Use the client as an async
    context manager, or await `close()`: an unclosed client emits a `ResourceWarning`. A cancelled call ends immediately
    and is not retried; if it changes something, the change may have been made.

    A call that only reads is retried after a connection failure, a gateway error, or a response that is not from the
    service. A call that changes something is retried only if it was certainly not carried out, because the connection
    could not be made or the service answered that the rate limit was exceeded. Otherwise, the call raises
    `JiffyOutcomeUnknownException`. By default, there are up to four attempts within 60 seconds. `Retry` changes that.

    The API token is part of every URL, so it is removed from logs, exceptions and everything else that can be printed.
    Responses that echo the token are redacted if the token has at least eight characters. Real tokens have 32.

    Besides the exceptions they document, all methods may raise `JiffyMessageException` (the service rejected the call),
    `JiffyOutcomeUnknownException` (the call was sent, but its response was lost), `JiffyTransportException` (the
    service could not be reached), `JiffyAttributeException` (the response does not match its schema), and
    `JiffyDetachedException` (the client is closed, or the record has no client).
    """

    _records: ClassVar[tuple[type[object], ...]] = (AsyncBackups, AsyncBox, AsyncCheck, AsyncContactGroup, AsyncIp)

    @overload
    async def send(self, operation: "Operation[responses.Box]", *, within: float | None = None) -> AsyncBox: ...
    @overload
    async def send(
        self, operation: "Operation[dict[str, responses.Box]]", *, within: float | None = None
    ) -> dict[str, AsyncBox]: ...
    @overload
    async def send(self, operation: "Operation[responses.Backups]", *, within: float | None = None) -> AsyncBackups: ...
    @overload
    async def send(
        self, operation: "Operation[dict[str, responses.Backups]]", *, within: float | None = None
    ) -> dict[str, AsyncBackups]: ...
    @overload
    async def send(
        self, operation: "Operation[dict[str, responses.Ip]]", *, within: float | None = None
    ) -> dict[str, AsyncIp]: ...
    @overload
    async def send(
        self, operation: "Operation[dict[str, dict[str, responses.Ip]]]", *, within: float | None = None
    ) -> dict[str, dict[str, AsyncIp]]: ...
    @overload
    async def send(
        self, operation: "Operation[responses.ContactGroup]", *, within: float | None = None
    ) -> AsyncContactGroup: ...
    @overload
    async def send(
        self, operation: "Operation[dict[str, responses.ContactGroup]]", *, within: float | None = None
    ) -> dict[str, AsyncContactGroup]: ...
    @overload
    async def send(self, operation: "Operation[responses.Check]", *, within: float | None = None) -> AsyncCheck: ...
    @overload
    async def send(
        self, operation: "Operation[dict[str, responses.Check]]", *, within: float | None = None
    ) -> dict[str, AsyncCheck]: ...
    @overload
    async def send(self, operation: "Operation[T]", *, within: float | None = None) -> T: ...
    async def send(self, operation: "Operation", *, within: float | None = None) -> object:
        """Make a call, with retries, and return its result.

        All other methods do the same with a record or an id. Use this one to change an object without reading it first,
        such as with `operations.delete_check`. The type of the result follows from the operation.

        Args:
            operation: The call, from `jiffybox_sdk.operations`.
            within: The seconds after which to give up, if sooner than the time-outs.

        Returns:
            A record, a `dict` of records by id, or whether the call was accepted.

        Raises:
            JiffyArgumentException: If `operation` is invalid. Nothing is sent.
        """
        return await self._send(operation, self._type_of_result(operation), within=within)

    async def boxes(self) -> list[AsyncBox]:
        """Return all boxes: `GET jiffyBoxes` [documented].

        Expensive for the service, so don't poll with it. Use `AsyncBox.wait_for_status()` to watch a box.
        """
        by_id = await self._send(operations.list_boxes(), dict[str, AsyncBox])
        return list(by_id.values())

    async def box(self, id: int | str) -> AsyncBox:  # noqa: A002 (the documented signature)
        """Return a box: `GET jiffyBoxes/<id>` [documented].

        Args:
            id: The id, as an integer or a string of digits.

        Raises:
            JiffyNotFoundException: If the box does not exist.
            JiffyArgumentException: If `id` is invalid. Nothing is sent.
        """
        return await self._send(operations.get_box(id), AsyncBox)

    # aio: Not `async def`, because a traceback of a coroutine that was never started would show the password.
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
        """Create a box: `POST jiffyBoxes` [documented].

        Args:
            name: 1 to 30 letters (including äöüß), digits, spaces, backslashes or `_()=!*@.-`. It must be unique in the
                account.
            plan: A plan, its id or its name.
            backupid: A backup to create the box from, or its id. Pass either this or `distribution`.
            distribution: A distribution or its id. Pass either this or `backupid`.
            password: The root password. If omitted, the service generates one and sends it by e-mail.
            use_sshkey: Whether to install the SSH key stored in the control panel.
            metadata: Your own data, as JSON values of at most 4 kB of JSON text.

        Returns:
            The new box, with the status `CREATING`.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        password = None if password is None else arguments.secret(password)
        operation = operations.create_box(
            name,
            plan,
            distribution=distribution,
            backupid=backupid,
            password=password,
            use_sshkey=use_sshkey,
            metadata=metadata,
        )
        return self._send(operation, AsyncBox)

    # aio: Not `async def`, see `create_box`.
    def ensure_box(
        self,
        name: str,
        plan: Plan | int | str,
        *,
        backupid: Backup | str | None = None,
        distribution: Distribution | str | None = None,
        password: "str | SecretStr | None" = None,
        use_sshkey: bool | None = None,
        metadata: Mapping[str, object] | None = None,
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
    ) -> Coroutine[None, None, AsyncBox]:
        """Return the box of a name, created if there is none: `GET jiffyBoxes`, `POST jiffyBoxes` [documented].

        Safe to call again after any failure, and from several callers at once: names are unique, so there is never a
        second box. If a creation's response is lost or the service rejects it, whatever the message, this looks for the
        box. If a box is still missing one interval after a lost response, it is created again, within the time-out and
        at most as often as `Retry.attempts`.

        A box that exists must have the plan, the distribution, and each of the names in the metadata with its value, as
        far as the service shows them. It never shows from which backup, or with which password or key, a box was
        created. A new box has no distribution yet. This waits until it has one, unless this call created the box and
        got the response. It also waits for a deletion in progress, and creates the box afterwards.

        Args:
            name: The name, with the same rules as for `create_box`.
            plan: A plan, its id or its name.
            backupid: A backup to create the box from, or its id. Pass either this or `distribution`.
            distribution: A distribution or its id. Pass either this or `backupid`.
            password: The root password of a new box.
            use_sshkey: Whether to install the SSH key stored in the control panel on a new box.
            metadata: Your own data. The box may have other names as well. `None` means that the name must be missing.
            max_wait: The time-out in seconds for everything. Calls at its end may take one second each.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.

        Returns:
            The box. Its status may be `CREATING`, so use `wait_for_status()`.

        Raises:
            JiffyMismatchException: If the box differs from the one asked for. Nothing is changed.
            JiffyTimeoutException: If the time-out expires before the box is deleted or shows its distribution.
            JiffyMessageException: If the service rejects the creation, and there is no such box.
            JiffyOutcomeUnknownException: If the response to the last creation is lost, and the box does not appear.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        password = None if password is None else arguments.secret(password)
        from jiffybox_sdk.aio import _ensure_box  # noqa: PLC0415 (needed only by this)

        creation = operations.create_box(
            name,
            plan,
            distribution=distribution,
            backupid=backupid,
            password=password,
            use_sshkey=use_sshkey,
            metadata=metadata,
        )
        wanted = _client.wanted_box.WantedBox(name, plan, distribution, metadata)
        options: _client.polling.PollOptions[AsyncBox] = _client.polling.PollOptions(max_wait, poll_interval, None)
        most = self._policy.retry.attempts
        return _ensure_box.ensure_box(self, AsyncBox, dict[str, AsyncBox], creation, wanted, options, most)

    async def delete_box(self, id: int | str, *, missing_ok: bool = False) -> bool:  # noqa: A002 (the documented signature)
        """Delete a box, which must be stopped and not frozen: `DELETE jiffyBoxes/<id>` [documented].

        Args:
            id: The id, as an integer or a string of digits.
            missing_ok: Whether to accept that the box is gone or being deleted. If the service rejects the call or its
                response is lost, this looks for the box: `GET jiffyBoxes`. So the call can safely be repeated.

        Returns:
            Whether the deletion was accepted. Use `AsyncBox.wait_until_deleted()` to wait until the box is gone.

        Raises:
            JiffyNotFoundException: If the box does not exist, unless `missing_ok` is set.
            JiffyArgumentException: If `id` is invalid. Nothing is sent.
        """
        operation = operations.delete_box(id)
        try:
            return await self._send(operation, bool)
        except (JiffyMessageException, JiffyOutcomeUnknownException) as failure:
            if not missing_ok or (isinstance(failure, JiffyMessageException) and failure.retry_after is not None):
                raise
            if not isinstance(failure, JiffyNotFoundException):
                box = next((box for box in await self.boxes() if box.id == int(id)), None)
                if box and box.status != BoxStatus.DELETING:
                    raise
            return True

    async def cost(self, boxes: Iterable[AsyncBox] | None = None) -> Cost:
        """Return the costs of boxes in their current states: `GET jiffyBoxes` [documented] unless you pass some.

        Args:
            boxes: The boxes, which are not read again. Duplicates are ignored. Defaults to all boxes of the account.
        """
        records = await self.boxes() if boxes is None else {box.id: box for box in boxes}.values()
        return sum((box.cost() for box in records), Cost())

    async def wait_for_status(
        self,
        id: int | str,  # noqa: A002 (as for `box`)
        status: "BoxStatus | StatusName" = "READY",
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        grace: float | timedelta | None = None,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> AsyncBox:
        """Wait until a box reaches a status, by its id: `GET jiffyBoxes/<id>` [documented].

        This lets another process continue a wait. Otherwise the same as `AsyncBox.wait_for_status`.

        Args:
            id: The id, as an integer or a string of digits.
            status: The status to wait for. An unknown one emits a `UserWarning`.
            max_wait: The time-out in seconds. The last poll may take one second longer.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            grace: The seconds, up to `max_wait`, for which the service may not find the box. After a poll has seen it,
                it must exist. Defaults to 10, or to `max_wait` if that is shorter.
            progress: A function that is called with the box after each poll.

        Returns:
            The box with that status.

        Raises:
            JiffyTimeoutException: If the time-out expires. It contains the box as last seen, if it was seen.
            JiffyNotFoundException: If the box is gone, or is not found within the grace.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        from jiffybox_sdk.aio import _polling  # noqa: PLC0415 (needed only by waits)

        options = _client.polling.PollOptions(max_wait, poll_interval, progress, grace)
        box = _client.polling.UnseenBox(arguments.whole_id(id, "box"))
        return await _polling.wait(self, box, AsyncBox, _client.polling.has_status(status), options)

    async def wait_for_all(
        self,
        boxes: Iterable[AsyncBox],
        status: "BoxStatus | StatusName" = "READY",
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        concurrency: int = 8,
        grace: float | timedelta | None = None,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> "WaitResult[AsyncBox]":
        """Wait until several boxes reach a status, polling each one: `GET jiffyBoxes/<id>` [documented].

        The boxes share one time-out and are polled equally often. No exception is raised for boxes that don't reach the
        status, so check the result.

        Args:
            boxes: The boxes. Duplicates are ignored.
            status: The status to wait for. An unknown one emits a `UserWarning`.
            max_wait: The time-out in seconds. The last poll may take one second longer.
            poll_interval: The seconds between polls of a box, or a function of their number so far, like `Backoff()`.
            concurrency: The maximum number of polls at the same time.
            grace: The seconds for which the service may not find a new box, see `AsyncBox.wait_for_status`.
            progress: A function that is called with the box after each poll.

        Returns:
            The boxes that have the status and the reasons why others don't.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        options = _client.polling.PollOptions(max_wait, poll_interval, progress, grace)
        return await self._wait_for_all(boxes, _client.polling.has_status(status), options, concurrency)

    async def wait_until_all(
        self,
        boxes: Iterable[AsyncBox],
        predicate: Callable[[AsyncBox], bool],
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        concurrency: int = 8,
        grace: float | timedelta | None = None,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> "WaitResult[AsyncBox]":
        """Wait until a condition is true for several boxes. Polls like `wait_for_all`.

        Args:
            boxes: The boxes. Duplicates are ignored.
            predicate: A function that is called with the box after each poll. A true result ends the wait for this box.
            max_wait: The time-out in seconds.
            poll_interval: The seconds between polls of a box, or a function of their number so far, like `Backoff()`.
            concurrency: The maximum number of polls at the same time.
            grace: The seconds for which the service may not find a new box, see `AsyncBox.wait_for_status`.
            progress: A function that is called with the box after each poll.

        Returns:
            The boxes that satisfy the condition and the reasons why others don't.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        options = _client.polling.PollOptions(max_wait, poll_interval, progress, grace)
        return await self._wait_for_all(boxes, _client.polling.satisfies(predicate), options, concurrency)

    async def wait_until_all_deleted(
        self,
        boxes: Iterable[AsyncBox],
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        concurrency: int = 8,
        progress: Callable[[AsyncBox], object] | None = None,
    ) -> "WaitResult[AsyncBox]":
        """Wait until several boxes are gone. Call this after `AsyncBox.delete()`. Polls like `wait_for_all`.

        Args:
            boxes: The boxes. Duplicates are ignored.
            max_wait: The time-out in seconds.
            poll_interval: The seconds between polls of a box, or a function of their number so far, like `Backoff()`.
            concurrency: The maximum number of polls at the same time.
            progress: A function that is called with the box after each poll.

        Returns:
            The boxes that are gone, as last seen, and the reasons why others aren't, such as `JiffyWaitException` if
            the deletion failed.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        options = _client.polling.PollOptions(max_wait, poll_interval, progress)
        return await self._wait_for_all(boxes, _client.polling.DELETED, options, concurrency)

    async def _wait_for_all(
        self,
        boxes: Iterable[AsyncBox],
        condition: "_client.polling.Condition[AsyncBox]",
        options: "_client.polling.PollOptions[AsyncBox]",
        concurrency: int,
    ) -> "WaitResult[AsyncBox]":
        from jiffybox_sdk.aio import _polling  # noqa: PLC0415 (needed only by waits)

        records = _client.polling.by_id(boxes, AsyncBox)
        now = self.clock.monotonic()
        pollers = [_client.polling.Poller(box, AsyncBox, condition, options, now) for box in records.values()]
        return await _polling.wait_for_all(self, _client.polling.MultiPoller(pollers, concurrency, now + options.total))

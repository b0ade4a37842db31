"""Monitoring: what is checked, and what the checks found."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._client import polling
from jiffybox_sdk._records.base import AsyncAttached, attach, fill
from jiffybox_sdk.aio import _polling
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.data import CheckData, by_number, fitting_changes, result_of
from jiffybox_sdk.models._fields import plain_constructor
from jiffybox_sdk.models.requests.change_check import ChangeCheck
from jiffybox_sdk.models.requests.new_check import NewCheck
from jiffybox_sdk.models.responses.check_result import CheckResult

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox


@final
class AsyncCheck(CheckData, AsyncAttached["AsyncJiffyBox"], frozen=True):
    """A monitoring check, as it was when the service described it.

    A record never changes and reading it makes no call; a verb makes one call. As with boxes, a verb returns when the
    work is accepted, and `wait_until_ready()` waits until it is done. A password in it is shown masked, in JSON too.

    Every verb raises, beside what it says itself: `JiffyMessageException` when the service refuses,
    `JiffyOutcomeUnknownException` when the call was sent and its answer lost, `JiffyTransportException` when the
    service was not reached, `JiffyAttributeException` when the answer does not fit its schema,
    `JiffyDetachedException` when the record has no client.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(
        self, json: Mapping[str, object], api: "AsyncJiffyBox | None" = None, id_: int | str | None = None
    ) -> None:
        """Makes a monitoring check from what the service sent.

        Args:
            json: The object as the service sent it.
            api: The client that carries out the verbs. Without it, the record can be read and nothing else.
            id_: The id, if the object itself carries none.

        Raises:
            JiffyAttributeException: `json` does not fit the schema.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem
        attach(self, api)

    async def refresh(self) -> "AsyncCheck":
        """Reads the check again: `GET monitoring/<id>` [documented].

        Returns:
            The check as it is now. This record stays as it is.

        Raises:
            JiffyNotFoundException: there is no such check any more.
        """
        return await self.api.check(self.id)

    async def result(self) -> CheckResult:
        """Reads what the check found when it last looked: `GET monitoring/<id or IPv4 address>/status` [documented].

        Raises:
            JiffyNotFoundException: there is no such check any more.
            JiffyAttributeException: the service told of other checks alone.
        """
        return result_of(self, await self.api.check_results(self.id))

    async def duplicate(self, changes: ChangeCheck | None = None) -> "AsyncCheck":
        """Makes a copy of the check: `POST monitoring/<id>` [documented].

        Args:
            changes: What is to be different in the copy.

        Returns:
            The copy, in the state `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: `changes` is none, or has a field that is none of this type's; nothing was sent.
        """
        return await self.api.send(operations.duplicate_check(self.id, fitting_changes(self, changes)), AsyncCheck)

    async def delete(self) -> bool:
        """Deletes the check: `DELETE monitoring/<id>` [recorded].

        Returns:
            Whether the deletion was accepted. `wait_until_deleted()` waits until the check is gone.
        """
        return await self.api.send(operations.delete_check(self.id), bool)

    async def wait_until_ready(
        self,
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncCheck"], object] | None = None,
    ) -> "AsyncCheck":
        """Waits until nothing is going on with the check, reading it: `GET monitoring/<id>` [documented].

        Args:
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look, in seconds.
            progress: Is given the check at each look.

        Returns:
            The check as it is then.

        Raises:
            JiffyWaitException: the service could not do what it was asked to: the state is `STATUS_ERROR`.
            JiffyTimeoutException: the time is up. It carries the check as it was last seen.
            JiffyNotFoundException: the check is gone.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        return await self._wait(polling.READINESS, max_wait, poll_interval, progress)

    async def wait_until_deleted(
        self,
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncCheck"], object] | None = None,
    ) -> None:
        """Waits until the check is gone; call it after `delete()`. All else is as with `wait_until_ready`.

        Args:
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look, in seconds.
            progress: Is given the check at each look.

        Raises:
            JiffyWaitException: the check is ready again: its deletion failed.
            JiffyTimeoutException: the time is up. It carries the check as it was last seen.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        await self._wait(polling.DELETION, max_wait, poll_interval, progress)

    async def _wait(
        self,
        aim: "polling.Condition[AsyncCheck]",
        max_wait: float | timedelta,
        poll_interval: float | timedelta,
        progress: Callable[["AsyncCheck"], object] | None,
    ) -> "AsyncCheck":
        options: polling.PollOptions[AsyncCheck] = polling.PollOptions(max_wait, poll_interval, progress)
        return await _polling.wait(self.api, polling.Poller(self, aim, options, self.api.clock.monotonic()))


class AsyncCheckCalls(AsyncConnection):
    """What a client can ask about monitoring."""

    async def checks(self) -> list[AsyncCheck]:
        """Lists all monitoring checks: `GET monitoring` [documented]."""
        return list((await self.send(operations.list_checks(), dict[str, AsyncCheck])).values())

    async def check(self, id: int | str) -> AsyncCheck:  # noqa: A002 (as with the documented methods)
        """Reads a monitoring check: `GET monitoring/<id>` [documented].

        Args:
            id: Its number, as an integer or as text.

        Raises:
            JiffyNotFoundException: there is no such check.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return await self.send(operations.get_check(id), AsyncCheck)

    async def create_check(self, check: NewCheck) -> AsyncCheck:
        """Creates a monitoring check: `POST monitoring` [documented].

        Args:
            check: What to check: a `PingCheck`, an `HttpCheck` or any other; each type knows what it needs.

        Returns:
            The new check, in the state `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: `check` is none; nothing was sent.
        """
        return await self.send(operations.create_check(check), AsyncCheck)

    async def check_results(self, check: AsyncCheck | int | str | IPv4Address) -> dict[int, CheckResult]:
        """Reads what checks found when they last looked: `GET monitoring/<id or IPv4 address>/status` [documented].

        Args:
            check: A check, the number of one, or the IPv4 address that is checked.

        Returns:
            What each found, by number of the check.

        Raises:
            JiffyNotFoundException: there is no such check.
            JiffyArgumentException: `check` is neither, an IPv6 address for example; nothing was sent.
        """
        which = check.id if isinstance(check, AsyncCheck) else check
        return by_number(await self.send(operations.get_check_results(which), dict[str, CheckResult]), "check")

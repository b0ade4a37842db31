"""Contact groups: people who are told when a check fails."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._client import polling
from jiffybox_sdk._records.base import AsyncAttached, attach, fill
from jiffybox_sdk.aio import _polling
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.data import ContactGroupData, changeable_id
from jiffybox_sdk.models._fields import plain_constructor

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox


@final
class AsyncContactGroup(ContactGroupData, AsyncAttached["AsyncJiffyBox"], frozen=True):
    """A contact group, as it was when the service described it.

    A record never changes and reading it makes no call; a verb makes one call. As with boxes, a verb returns when the
    work is accepted, and `wait_until_ready()` waits until it is done.

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
        """Makes a contact group from what the service sent.

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

    async def refresh(self) -> "AsyncContactGroup":
        """Reads the contact group again: `GET contactGroups/<id>` [documented].

        Returns:
            The contact group as it is now. This record stays as it is.

        Raises:
            JiffyNotFoundException: there is no such contact group any more.
        """
        return await self.api.contact_group(self.id)

    async def change(self, name: str | None = None, contacts: Sequence[str] | None = None) -> "AsyncContactGroup":
        """Changes the contact group: `PUT contactGroups/<id>` [documented].

        Args:
            name: Its new name, by the rules of a box's; as before if not given.
            contacts: All its e-mail addresses from now on, 1 to 10; as before if not given.

        Returns:
            The contact group, in the state `STATUS_UPDATING`.

        Raises:
            JiffyArgumentException: it is the account's own group, an argument breaks a rule, or none was given; nothing
                was sent.
        """
        return await self.api.send(
            operations.change_contact_group(changeable_id(self), name, contacts), AsyncContactGroup
        )

    async def duplicate(self, name: str | None = None, contacts: Sequence[str] | None = None) -> "AsyncContactGroup":
        """Makes a copy of the contact group: `POST contactGroups/<id>` [documented].

        Args:
            name: Name of the copy, by the rules of a box's.
            contacts: All e-mail addresses of the copy, 1 to 10; those of this group if not given.

        Returns:
            The copy, in the state `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: an argument breaks a rule, or none was given; nothing was sent.
        """
        return await self.api.send(operations.duplicate_contact_group(self.id, name, contacts), AsyncContactGroup)

    async def delete(self) -> bool:
        """Deletes the contact group: `DELETE contactGroups/<id>` [documented].

        Returns:
            Whether the deletion was accepted. `wait_until_deleted()` waits until the group is gone.

        Raises:
            JiffyArgumentException: it is the account's own group; nothing was sent.
        """
        return await self.api.send(operations.delete_contact_group(changeable_id(self)), bool)

    async def wait_until_ready(
        self,
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncContactGroup"], object] | None = None,
    ) -> "AsyncContactGroup":
        """Waits until nothing is going on with the contact group, reading it: `GET contactGroups/<id>` [documented].

        Args:
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look, in seconds.
            progress: Is given the contact group at each look.

        Returns:
            The contact group as it is then.

        Raises:
            JiffyWaitException: the service could not do what it was asked to: the state is `STATUS_ERROR`.
            JiffyTimeoutException: the time is up. It carries the contact group as it was last seen.
            JiffyNotFoundException: the contact group is gone.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        return await self._wait(polling.READINESS, max_wait, poll_interval, progress)

    async def wait_until_deleted(
        self,
        max_wait: float | timedelta = 60,
        poll_interval: float | timedelta = 7,
        *,
        progress: Callable[["AsyncContactGroup"], object] | None = None,
    ) -> None:
        """Waits until the contact group is gone; call it after `delete()`. All else is as with `wait_until_ready`.

        Args:
            max_wait: For how long, in seconds. A look at the end may take one second more.
            poll_interval: How often to look, in seconds.
            progress: Is given the contact group at each look.

        Raises:
            JiffyWaitException: the contact group is ready again: its deletion failed.
            JiffyTimeoutException: the time is up. It carries the contact group as it was last seen.
            JiffyArgumentException: a duration makes no sense; nothing was sent.
        """
        await self._wait(polling.DELETION, max_wait, poll_interval, progress)

    async def _wait(
        self,
        aim: "polling.Condition[AsyncContactGroup]",
        max_wait: float | timedelta,
        poll_interval: float | timedelta,
        progress: Callable[["AsyncContactGroup"], object] | None,
    ) -> "AsyncContactGroup":
        options: polling.PollOptions[AsyncContactGroup] = polling.PollOptions(max_wait, poll_interval, progress)
        return await _polling.wait(self.api, polling.Poller(self, aim, options, self.api.clock.monotonic()))


class AsyncContactGroupCalls(AsyncConnection):
    """What a client can ask about contact groups."""

    async def contact_groups(self) -> list[AsyncContactGroup]:
        """Lists all contact groups: `GET contactGroups` [documented]. The account's own one is among them."""
        return list((await self.send(operations.list_contact_groups(), dict[str, AsyncContactGroup])).values())

    async def contact_group(self, id: int | str) -> AsyncContactGroup:  # noqa: A002 (as with the documented methods)
        """Reads a contact group: `GET contactGroups/<id>` [documented].

        Args:
            id: Its number, as an integer or as text.

        Raises:
            JiffyNotFoundException: there is no such contact group.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return await self.send(operations.get_contact_group(id), AsyncContactGroup)

    async def create_contact_group(self, name: str, contacts: Sequence[str]) -> AsyncContactGroup:
        """Creates a contact group: `POST contactGroups` [documented].

        Args:
            name: Its name, by the rules of a box's; unique in the account.
            contacts: 1 to 10 e-mail addresses.

        Returns:
            The new contact group, in the state `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: an argument breaks a rule; nothing was sent.
        """
        return await self.send(operations.create_contact_group(name, contacts), AsyncContactGroup)

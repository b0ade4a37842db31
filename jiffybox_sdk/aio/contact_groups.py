"""Contact groups, the people who are notified when a check fails."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._records.base import AsyncAttached, attach, fill
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.aio._waits import AsyncWaits
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import contact_group as fields
from jiffybox_sdk.operations import OWN_GROUP

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox


@final
class AsyncContactGroup(fields.ContactGroup, AsyncWaits, AsyncAttached["AsyncJiffyBox"], frozen=True):
    """A contact group, as the service last described it.

    Records are immutable, and reading an attribute never makes a request. Each verb makes one call and returns once the
    work is accepted. `wait_until_ready()` waits until the work is done. `AsyncJiffyBox` lists the exceptions that every
    verb may raise.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(
        self, json: Mapping[str, object], api: "AsyncJiffyBox | None" = None, id_: int | str | None = None
    ) -> None:
        """Create a contact group from one of the service's payloads.

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

    @property
    def ready(self) -> bool:
        """Whether no work is in progress (status `STATUS_READY` or `STATUS_UPDATED`)."""
        return self.status in ("STATUS_READY", "STATUS_UPDATED")

    @property
    def own(self) -> bool:
        """Whether this is the account's own group, which can't be changed."""
        return self.name == OWN_GROUP

    async def refresh(self) -> "AsyncContactGroup":
        """Return the contact group with its current state: `GET contactGroups/<id>` [documented].

        Raises:
            JiffyNotFoundException: If the contact group no longer exists.
        """
        return await self.api.contact_group(self.id)

    async def change(self, name: str | None = None, contacts: Sequence[str] | None = None) -> "AsyncContactGroup":
        """Change the contact group: `PUT contactGroups/<id>` [documented].

        Args:
            name: The new name, with the same rules as for boxes. Unchanged if omitted.
            contacts: The new list of 1 to 10 e-mail addresses. Unchanged if omitted.

        Returns:
            The contact group, with the status `STATUS_UPDATING`.

        Raises:
            JiffyArgumentException: If this is the account's own group, an argument is invalid, or both are omitted.
                Nothing is sent.
        """
        return await self.api.send(operations.change_contact_group(self._changeable_id(), name, contacts))

    async def duplicate(self, name: str | None = None, contacts: Sequence[str] | None = None) -> "AsyncContactGroup":
        """Copy the contact group: `POST contactGroups/<id>` [documented].

        Args:
            name: The name of the copy, with the same rules as for boxes.
            contacts: The 1 to 10 e-mail addresses of the copy. Defaults to those of this group.

        Returns:
            The copy, with the status `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: If an argument is invalid or both are omitted. Nothing is sent.
        """
        return await self.api.send(operations.duplicate_contact_group(self.id, name, contacts))

    async def delete(self) -> bool:
        """Delete the contact group: `DELETE contactGroups/<id>` [documented].

        Returns:
            Whether the deletion was accepted. Use `wait_until_deleted()` to wait until the group is gone.

        Raises:
            JiffyArgumentException: If this is the account's own group. Nothing is sent.
        """
        return await self.api.send(operations.delete_contact_group(self._changeable_id()))

    def _changeable_id(self) -> int:
        if self.own:
            raise JiffyArgumentException(f"can't change {self.name!r}: it is the account's own contact group")
        return self.id


class AsyncContactGroupCalls(AsyncConnection):
    """The client's methods for contact groups."""

    async def contact_groups(self) -> list[AsyncContactGroup]:
        """Return all contact groups, including the account's own: `GET contactGroups` [documented]."""
        by_id = await self._send(operations.list_contact_groups(), dict[str, AsyncContactGroup])
        return list(by_id.values())

    async def contact_group(self, id: int | str) -> AsyncContactGroup:  # noqa: A002 (as in the documented methods)
        """Return a contact group: `GET contactGroups/<id>` [documented].

        Args:
            id: The id, as an integer or a string of digits.

        Raises:
            JiffyNotFoundException: If the contact group does not exist.
            JiffyArgumentException: If `id` is invalid. Nothing is sent.
        """
        return await self._send(operations.get_contact_group(id), AsyncContactGroup)

    async def create_contact_group(self, name: str, contacts: Sequence[str]) -> AsyncContactGroup:
        """Create a contact group: `POST contactGroups` [documented].

        Args:
            name: The name, with the same rules as for boxes. It must be unique in the account.
            contacts: 1 to 10 e-mail addresses.

        Returns:
            The new contact group, with the status `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        return await self._send(operations.create_contact_group(name, contacts), AsyncContactGroup)

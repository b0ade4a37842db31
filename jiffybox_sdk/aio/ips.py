"""Addresses: of all boxes and of one, and moving them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._records.base import AsyncAttached, attach, fill
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.aio.box import AsyncBox
from jiffybox_sdk.data import IpData, movable_id, of_box
from jiffybox_sdk.models._fields import plain_constructor

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox


@final
class AsyncIp(IpData, AsyncAttached["AsyncJiffyBox"], frozen=True):
    """An address, or a subnet, of a box, as it was when the service listed it.

    A record never changes and reading it makes no call; a verb makes one call.

    Every verb raises, beside what it says itself: `JiffyMessageException` when the service refuses,
    `JiffyOutcomeUnknownException` when the call was sent and its answer lost, `JiffyTransportException` when the
    service was not reached, `JiffyAttributeException` when the answer does not fit its schema,
    `JiffyDetachedException` when the record has no client.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(
        self,
        json: Mapping[str, object],
        api: "AsyncJiffyBox | None" = None,
        id_: int | str | None = None,
        box_id: int | str | None = None,
    ) -> None:
        """Makes an address from what the service sent.

        Args:
            json: The object as the service sent it. It does not say whose address it is.
            api: The client that carries out the verbs. Without it, the record can be read and nothing else.
            id_: The id, if the object itself carries none.
            box_id: Number of the box.

        Raises:
            JiffyAttributeException: `json` does not fit the schema, or `box_id` is no number of a box.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem
        attach(of_box(self, box_id), api)

    async def move(self, to: AsyncBox | int | str) -> bool:
        """Moves a floating IPv4 address to another box: `PUT ips/<box>/<ip>/move` [documented].

        Args:
            to: The box, or its number.

        Returns:
            Whether that was accepted.

        Raises:
            JiffyArgumentException: this address does not float, or `to` can't be a box; nothing was sent.
        """
        target = to.id if isinstance(to, AsyncBox) else to
        return await self.api.send(operations.move_ip(self.box_id, movable_id(self), target), bool)


class AsyncIpCalls(AsyncConnection):
    """What a client can ask about addresses."""

    async def ips(self) -> list[AsyncIp]:
        """Lists the addresses of all boxes: `GET ips` [documented]."""
        found = await self.send(operations.list_ips(), dict[str, dict[str, AsyncIp]])
        return [of_box(ip, box) for box, ips in found.items() for ip in ips.values()]

    async def ips_of(self, box: AsyncBox | int | str) -> list[AsyncIp]:
        """Lists the addresses of a box: `GET ips/<box>` [documented].

        Args:
            box: The box, or its number.

        Raises:
            JiffyNotFoundException: there is no such box.
            JiffyArgumentException: `box` can't be one; nothing was sent.
        """
        number = box.id if isinstance(box, AsyncBox) else box
        return [of_box(ip, number) for ip in (await self.send(operations.get_ips(number), dict[str, AsyncIp])).values()]

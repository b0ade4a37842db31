"""The addresses of boxes."""

import ipaddress
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._records.base import AsyncAttached, attach, fill
from jiffybox_sdk._records.of_box import OfBox, of_box
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.aio.box import AsyncBox
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import ip as fields

if TYPE_CHECKING:
    from jiffybox_sdk.aio.client import AsyncJiffyBox


@final
class AsyncIp(fields.Ip, OfBox, AsyncAttached["AsyncJiffyBox"], frozen=True):
    """An address or a subnet of a box, as the service last listed it.

    Records are immutable, and reading an attribute never makes a request. `AsyncJiffyBox` lists the exceptions that
    every verb may raise.
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
        """Create an address from one of the service's payloads.

        Args:
            json: The JSON object as the service sent it. It does not contain the id of the box.
            api: The client for the verbs. Without one, the record is read-only.
            id_: The id, if the object does not contain one.
            box_id: The id of the box.

        Raises:
            JiffyAttributeException: If `json` does not match the schema or `box_id` is invalid.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem
        attach(of_box(self, box_id), api)

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @property
    def address(self) -> IPv4Address | IPv6Address:
        """The address, or the address part of a subnet. See `ip` for the text as sent by the service.

        Raises:
            JiffyAttributeException: If the service sent an invalid address.
        """
        return self._interface().ip

    @property
    def network(self) -> IPv4Network | IPv6Network:
        """The subnet, or the network that contains only this address if it is a single one.

        Raises:
            JiffyAttributeException: If the service sent an invalid address.
        """
        return self._interface().network

    async def move(self, to: AsyncBox | int | str) -> bool:
        """Move a floating IPv4 address to another box: `PUT ips/<box>/<ip>/move` [documented].

        Args:
            to: The target box or its id.

        Returns:
            Whether the move was accepted.

        Raises:
            JiffyArgumentException: If this is not a floating IPv4 address or `to` is invalid. Nothing is sent.
        """
        if self.ipVersion != 4 or self.isSubnet or not self.floating:
            raise JiffyArgumentException(f"can't move {self.ip!r}: expected a floating IPv4 address")
        target = to.id if isinstance(to, AsyncBox) else to
        return await self.api.send(operations.move_ip(self.box_id, self.id, target))

    def _interface(self) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface:
        try:
            return ipaddress.ip_interface(self.ip)
        except ValueError:
            raise JiffyAttributeException(
                "invalid Ip: ip: expected an address or a subnet", model=type(self).__name__, wrong=["ip"]
            ) from None


class AsyncIpCalls(AsyncConnection):
    """The client's methods for addresses."""

    async def ips(self) -> list[AsyncIp]:
        """Return the addresses of all boxes: `GET ips` [documented]. Use `AsyncBox.list_ips()` for a single box."""
        by_box = await self._send(operations.list_ips(), dict[str, dict[str, AsyncIp]])
        return [ip for ips in by_box.values() for ip in ips.values()]

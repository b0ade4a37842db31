"""Made from ``schemas/ip.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, Integer, Open, TextOrObject

from .delegation import Delegation
from .ip_type import IpType


class Ip(Model, frozen=True):
    """An address, or a subnet, of a box."""

    id: Integer
    """Its number."""
    ip: str
    """The address as text; of a subnet, `address/prefix`."""
    ipVersion: Integer
    """The version of the protocol: 4 or 6."""
    isSubnet: Boolean
    """Whether it is a subnet and no single address."""
    reverseLookup: Annotated[str | Delegation, TextOrObject()]
    """The name that it leads to, or the name servers which say so."""
    type: Annotated[IpType | str, Open()]
    """Whether the Internet reaches it."""
    floating: Boolean
    """Whether it can be moved to another box. (The service sends it as text.)"""

"""Generated from `schemas/ip.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, Integer, Open, TextOrObject

from .delegation import Delegation
from .ip_type import IpType


class Ip(Model, frozen=True):
    """An address, or a subnet, of a box."""

    id: Integer
    """The address's number."""
    ip: str
    """The address as text, or `address/prefix` for subnets."""
    ipVersion: Integer
    """IP version: 4 or 6."""
    isSubnet: Boolean
    """Whether it is a subnet rather than a single address."""
    reverseLookup: Annotated[str | Delegation, TextOrObject()]
    """The host name for reverse DNS, or the name servers that it is delegated to."""
    type: Annotated[IpType | str, Open()]
    """Whether the address is public or private."""
    floating: Boolean
    """Whether the address can be moved to another box. (The service sends it as text.)"""

"""Made from ``schemas/ip-type.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from enum import StrEnum


class IpType(StrEnum):
    """The known kinds of address. The service may send others."""

    PUBLIC = "public"
    PRIVATE = "private"

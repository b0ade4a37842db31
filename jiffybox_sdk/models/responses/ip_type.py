"""Generated from `schemas/ip-type.json` by `make generate`. Do not edit."""

from enum import StrEnum


class IpType(StrEnum):
    """The known types of addresses. The service may send others."""

    PUBLIC = "public"
    PRIVATE = "private"

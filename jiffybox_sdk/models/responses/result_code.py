"""Made from ``schemas/result-code.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from enum import IntEnum


class ResultCode(IntEnum):
    """What a check found, in Nagios' numbers. The service may send others."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3

"""Generated from `schemas/result-code.json` by `make generate`. Do not edit."""

from enum import IntEnum


class ResultCode(IntEnum):
    """The result of a check, as an exit status of Nagios plugins. The service may send others."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3

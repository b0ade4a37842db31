"""Generated from `schemas/check-result.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Open

from .result_code import ResultCode


class CheckResult(Model, frozen=True):
    """The latest result of a monitoring check."""

    code: Annotated[ResultCode | Integer, Open()]
    """The result: 0 for OK."""
    response: str
    """The result in words."""

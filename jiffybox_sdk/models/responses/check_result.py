"""Made from ``schemas/check-result.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Open

from .result_code import ResultCode


class CheckResult(Model, frozen=True):
    """What a monitoring check found when it last looked."""

    code: Annotated[ResultCode | Integer, Open()]
    """Whether all is well: 0."""
    response: str
    """The same in words."""

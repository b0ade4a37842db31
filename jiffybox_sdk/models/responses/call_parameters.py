"""Generated from `schemas/call-parameters.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import EmptyListIsMap

from .parameter_doc import ParameterDoc


class CallParameters(Model, frozen=True):
    """The parameters of a call."""

    must: Annotated[dict[str, ParameterDoc], EmptyListIsMap()]
    """Required parameters, by name."""
    may: Annotated[dict[str, ParameterDoc], EmptyListIsMap()]
    """Optional parameters, by name."""

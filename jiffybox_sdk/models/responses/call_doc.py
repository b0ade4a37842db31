"""Generated from `schemas/call-doc.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model

from .call_parameters import CallParameters


class CallDoc(Model, frozen=True):
    """The service's documentation of a call, in German."""

    description: str
    """A description, in German."""
    parameters: CallParameters
    """The parameters of the call."""

"""Generated from `schemas/parameter-doc.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model


class ParameterDoc(Model, frozen=True):
    """The service's documentation of a parameter."""

    description: str
    """A description, in German."""
    type: str
    """Type of the parameter."""

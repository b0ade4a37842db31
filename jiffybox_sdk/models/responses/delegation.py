"""Generated from `schemas/delegation.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model


class Delegation(Model, frozen=True):
    """The delegation of the reverse DNS zone of a subnet."""

    delegatedTo: list[str]
    """Host names of the name servers."""

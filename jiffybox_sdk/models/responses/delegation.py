"""Made from ``schemas/delegation.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model


class Delegation(Model, frozen=True):
    """Where the reverse look-up of a subnet was handed to."""

    delegatedTo: list[str]
    """Names of the name servers."""

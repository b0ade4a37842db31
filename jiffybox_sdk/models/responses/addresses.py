"""Made from ``schemas/addresses.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model


class Addresses(Model, frozen=True):
    """The addresses of a box, as text."""

    public: list[str]
    """Addresses that the Internet reaches."""
    private: list[str]
    """Addresses of the provider's inner network."""

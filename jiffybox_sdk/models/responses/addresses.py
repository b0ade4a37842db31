"""Generated from `schemas/addresses.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model


class Addresses(Model, frozen=True):
    """The addresses of a box, as text."""

    public: list[str]
    """Public addresses."""
    private: list[str]
    """Addresses in the provider's private network."""

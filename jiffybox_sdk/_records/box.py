"""Boxes without verbs."""

from jiffybox_sdk._records.cost import Cost, cost_of
from jiffybox_sdk.models.responses import box as fields


class BoxRecord(fields.Box, frozen=True):
    """The properties and methods that the boxes of both clients share."""

    @property
    def ready(self) -> bool:
        """Whether the status is `READY`, meaning that no work is in progress. See `running` for the power state."""
        return self.status == "READY"

    @property
    def public_ips(self) -> list[str]:
        """The addresses that can be reached from the internet."""
        return list(self.ips.public)

    @property
    def private_ips(self) -> list[str]:
        """The addresses in the provider's internal network."""
        return list(self.ips.private)

    def cost(self) -> Cost:
        """Return the cost of the box on its plan, from this record alone.

        A frozen box costs less, but a stopped one does not.
        """
        return cost_of(self.plan, frozen=self.status == "FROZEN")

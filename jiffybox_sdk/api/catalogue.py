# Generated from jiffybox_sdk/aio/catalogue.py by `make generate`. Do not edit.

"""The plans and distributions that the service offers."""

from jiffybox_sdk import operations
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.api._connection import Connection


class CatalogueCalls(Connection):
    """The client's methods for plans and distributions."""

    def distributions(self) -> list[Distribution]:
        """Return the distributions available for boxes: `GET distributions` [recorded]."""
        by_id = self._send(operations.list_distributions(), dict[str, Distribution])
        return list(by_id.values())

    def distribution(self, id: str) -> Distribution:  # noqa: A002 (the documented signature)
        """Return a distribution: `GET distributions/<id>` [recorded].

        Args:
            id: The id, such as `debian_stretch_64bit`.

        Raises:
            JiffyNotFoundException: If the distribution does not exist.
            JiffyArgumentException: If `id` is invalid. Nothing is sent.
        """
        return self._send(operations.get_distribution(id), Distribution)

    def plans(self) -> list[Plan]:
        """Return all plans: `GET plans` [recorded]."""
        by_id = self._send(operations.list_plans(), dict[str, Plan])
        return list(by_id.values())

    def plan(self, id: int | str) -> Plan:  # noqa: A002 (the documented signature)
        """Return a plan: `GET plans/<id or name>` [recorded].

        Args:
            id: The id, as an integer or a string of digits, or the name.

        Raises:
            JiffyNotFoundException: If the plan does not exist.
            JiffyArgumentException: If `id` is invalid. Nothing is sent.
        """
        return self._send(operations.get_plan(id), Plan)

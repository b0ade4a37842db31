"""Plans, the box sizes and their prices."""

from collections.abc import Mapping
from typing import final

from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import fill
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import plan as fields


@final
class Plan(fields.Plan, frozen=True):
    """A box size and its price. Immutable. Plans with the same id have the same hash."""

    @plain_constructor
    def __init__(
        self,
        json: Mapping[str, object],
        api: object = None,  # noqa: ARG002 (part of the documented signature)
        id_: int | str | None = None,
    ) -> None:
        """Create a plan from one of the service's payloads.

        Args:
            json: The JSON object as the service sent it.
            api: Ignored, because plans make no calls.
            id_: The id, if the object does not contain one.

        Raises:
            JiffyAttributeException: If `json` does not match the schema.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem

    def __hash__(self) -> int:
        return hash((Plan, self.id))


def plan_id(plan: Plan | int | str | None) -> int | str:
    """Return a plan's id or name."""
    return arguments.plan_reference(plan.id if isinstance(plan, Plan) else plan)

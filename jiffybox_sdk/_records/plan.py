"""Plans: what a box can be, and what that costs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import fill
from jiffybox_sdk.models._fields import plain_constructor
from jiffybox_sdk.models.responses import plan as fields

if TYPE_CHECKING:
    from jiffybox_sdk.api.client import JiffyBox


@final
class Plan(fields.Plan, frozen=True):
    """A tariff: the size of a box and what it costs. Immutable; plans with the same id hash alike."""

    @plain_constructor
    def __init__(
        self,
        json: Mapping[str, object],
        api: "JiffyBox | None" = None,  # noqa: ARG002 (part of the documented signature; a plan has no verbs)
        id_: int | str | None = None,
    ) -> None:
        """Makes a plan from what the service sent.

        Args:
            json: The object as the service sent it.
            api: The client it came from. A plan makes no calls, so it is not kept.
            id_: The id, if the object itself carries none.

        Raises:
            JiffyAttributeException: `json` does not fit the schema.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem

    def __hash__(self) -> int:
        return hash((Plan, self.id))


def plan_id(plan: Plan | int | str) -> int | str:
    """Returns what the service knows a plan by.

    Raises:
        JiffyArgumentException: it is no plan.
    """
    return arguments.plan_reference(plan.id if isinstance(plan, Plan) else plan)

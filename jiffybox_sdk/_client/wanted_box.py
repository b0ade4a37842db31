"""The box that `ensure_box` looks for, and how another differs from it. No I/O."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import JsonValue

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.json_path import join
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.plan import Plan, plan_id
from jiffybox_sdk.models.responses.box import Box
from jiffybox_sdk.models.responses.box_status import BoxStatus

B = TypeVar("B", bound=Box)


class WantedBox:
    """A box that should exist. The arguments are those of a creation that has been validated."""

    def __init__(
        self,
        name: str,
        plan: Plan | int | str,
        distribution: Distribution | str | None,
        metadata: Mapping[str, object] | None,
    ) -> None:
        self._name = name
        self._plan = plan_id(plan)
        self._distribution = distribution.id if isinstance(distribution, Distribution) else distribution
        self._metadata = arguments.json_object(metadata or {})

    def find(self, boxes: Iterable[B]) -> B | None:
        """Return the box with the name, if there is one. If there are two, prefer the one that is not being deleted."""
        named = [box for box in boxes if box.name == self._name]
        return min(named, key=lambda box: box.status == BoxStatus.DELETING, default=None)

    def pending(self, box: Box) -> str | None:
        """Return the event to wait for before the box can be compared, or `None` if it can be compared now."""
        if box.status == BoxStatus.DELETING:
            return "its deletion"
        is_shown = _distributions(box) or box.status in (BoxStatus.READY, BoxStatus.FROZEN)
        return "its distribution" if self._distribution and not is_shown and not self.differences(box) else None

    def is_settled(self, box: Box) -> bool:
        """Return whether the box can be compared now."""
        return self.pending(box) is None

    def differences(self, box: Box) -> dict[str, tuple[object, object]]:
        """Return the wanted and the current value of each difference, by JSON path. Values not shown are ignored."""
        differences: dict[str, tuple[object, object]] = {}
        plan = box.plan.name if isinstance(self._plan, str) else box.plan.id
        if plan != self._plan:
            differences["plan"] = self._plan, plan
        shown = _distributions(box)
        if self._distribution and shown and self._distribution not in shown:
            differences["distribution"] = self._distribution, ", ".join(shown)
        for name, value in self._metadata.items():
            current = (box.metadata or {}).get(name)
            if not _is_same(value, current):
                differences[join(["metadata", name])] = value, current
        return differences


def _distributions(box: Box) -> list[str]:
    disks = box.activeProfile.disks.values() if box.activeProfile else ()
    return sorted({disk.distribution for disk in disks if disk.distribution})


def _is_same(value: JsonValue, other: JsonValue) -> bool:
    """Return whether two JSON values are the same. In Python, `True` equals `1`."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(_is_same(value[name], other[name]) for name in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_is_same, value, other))
    return value == other and isinstance(value, bool) == isinstance(other, bool)

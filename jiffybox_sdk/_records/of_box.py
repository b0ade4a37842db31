"""Records that belong to a box. The box's id is not in their payload, but is the key under which they are listed."""

from collections.abc import Mapping
from typing import TypeVar

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk._records.base import get_extra, set_extra
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._base import Model

T = TypeVar("T")


class OfBox(Model, frozen=True):
    """A record that belongs to a box. The box's id is not in its payload, so it is dumped as `box_id`."""

    @property
    def box_id(self) -> int:
        """The id of the box.

        Raises:
            JiffyAttributeException: If the record was created without it.
        """
        name = type(self).__name__
        box = get_extra(self, "box_id")
        if isinstance(box, int | str):
            return _number(box, "box", name)
        text = f"this {name} has no box id: its payload does not contain it, so pass it when creating the record"
        raise JiffyAttributeException(text, model=name, missing=["box_id"])


R = TypeVar("R", bound=OfBox)


def of_box(record: R, box: int | str | None) -> R:
    """Set the box of a new record and return the record."""
    if box is not None:
        set_extra(record, "box_id", _number(box, "box", type(record).__name__))
    return record


def set_ids(result: object, key: str | None = None) -> None:
    """Set the ids of new records that their payloads do not contain: `key`, or the keys of a map."""
    if is_map(result):
        for name, value in result.items():
            set_ids(value, str(name) if key is None else key)
    elif key is not None and isinstance(result, OfBox):
        of_box(result, key)
    elif key is not None and isinstance(result, Distribution):
        set_extra(result, "id", key)


def by_number(by_key: Mapping[str, T], noun: str) -> dict[int, T]:
    """Return a map with ids as keys."""
    return {_number(key, noun, type(value).__name__): value for key, value in by_key.items()}


def _number(key: int | str, noun: str, model: str) -> int:
    try:
        return arguments.whole_id(key, noun)
    except JiffyArgumentException:
        text = f"invalid key {arguments.shown(key)} of a {model}: expected the id of a {noun}"
    raise JiffyAttributeException(text, model=model, wrong=[str(key)])

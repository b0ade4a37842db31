"""Records that belong to a box. The box's id is not in their payload, but is the key under which they are listed."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import PrivateAttr

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk._records.distribution import Distribution, set_id
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._base import Model

T = TypeVar("T")


class OfBox(Model, frozen=True):
    """A record that belongs to a box. The box's id survives copying and pickling but is not included in a dump."""

    _box_id: int | None = PrivateAttr(default=None)

    @property
    def box_id(self) -> int:
        """The id of the box.

        Raises:
            JiffyAttributeException: If the record was created without it.
        """
        if self._box_id is None:
            name = type(self).__name__
            text = f"this {name} has no box id: its payload does not contain it, so pass it when creating the record"
            raise JiffyAttributeException(text, model=name, missing=["box_id"])
        return self._box_id


R = TypeVar("R", bound=OfBox)


def of_box(record: R, box: int | str | None) -> R:
    """Set the box of a new record and return the record."""
    number = None if box is None else _number(box, "box", type(record).__name__)
    setattr(record, "_box_id", number)  # noqa: B010 (type checkers treat all attributes of a frozen model as read-only)
    return record


def set_ids(result: object, key: str | None = None) -> None:
    """Set the ids of new records that their payloads do not contain: `key`, or the keys of a map."""
    if is_map(result):
        for name, value in result.items():
            set_ids(value, str(name) if key is None else key)
    elif key is not None and isinstance(result, OfBox):
        of_box(result, key)
    elif key is not None and isinstance(result, Distribution):
        set_id(result, key)


def by_number(by_key: Mapping[str, T], noun: str) -> dict[int, T]:
    """Return a map with ids as keys."""
    return {_number(key, noun, type(value).__name__): value for key, value in by_key.items()}


def _number(key: int | str, noun: str, model: str) -> int:
    try:
        return arguments.whole_id(key, noun)
    except JiffyArgumentException:
        text = f"invalid key {arguments.shown(key)} of a {model}: expected the id of a {noun}"
    raise JiffyAttributeException(text, model=model, wrong=[str(key)])

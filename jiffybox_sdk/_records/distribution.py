"""Distributions, the operating systems available for boxes."""

from collections.abc import Iterator, Mapping
from typing import final

from pydantic import PrivateAttr

from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import fill
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import distribution as fields


@final
class Distribution(fields.Distribution, frozen=True):
    """An operating system available for new boxes. Immutable.

    The id survives copying and pickling but is not included in a dump.
    """

    _key: str | None = PrivateAttr(default=None)

    @plain_constructor
    def __init__(
        self,
        json: Mapping[str, object],
        api: object = None,  # noqa: ARG002 (part of the documented signature)
        id_: str | None = None,
    ) -> None:
        """Create a distribution from one of the service's payloads.

        Args:
            json: The JSON object as the service sent it. It does not contain the id.
            api: Ignored, because distributions make no calls.
            id_: The id, which is the key under which the service lists the distribution.

        Raises:
            JiffyAttributeException: If `json` does not match the schema.
            JiffyArgumentException: If `id_` is not a string or is empty.
        """
        problem = fill(self, json)
        if problem:
            del json
            raise problem
        key = json.get("id") if id_ is None else id_
        if key is not None:
            set_id(self, arguments.text_id(key, "distribution"))

    @property
    def id(self) -> str:
        """The id, which is the key under which the service lists the distribution.

        Raises:
            JiffyAttributeException: If the record was created without it.
        """
        if self._key is None:
            raise JiffyAttributeException(
                "this Distribution has no id: its payload does not contain it, so pass it as `id_`",
                model="Distribution",
                missing=["id"],
            )
        return self._key

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        yield "id", getattr(self, "_key", None)  # not yet set if the constructor raises
        yield from super().__repr_args__()

    def __hash__(self) -> int:
        return hash((Distribution, self._key))


def set_id(distribution: Distribution, id_: str) -> None:
    """Set the id of a new distribution."""
    setattr(distribution, "_key", id_)  # noqa: B010 (type checkers treat all attributes of a frozen model as read-only)

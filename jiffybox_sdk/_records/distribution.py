"""Distributions, the operating systems available for boxes."""

from collections.abc import Mapping
from typing import final

from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import fill, get_extra, set_extra
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import distribution as fields


@final
class Distribution(fields.Distribution, frozen=True):
    """An operating system available for new boxes. Immutable.

    The id is not in its payload, so it is dumped like an unknown field.
    """

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
        key = get_extra(self, "id") if id_ is None else id_
        if key is not None:
            set_extra(self, "id", arguments.text_id(key, "distribution"))

    @property
    def id(self) -> str:
        """The id, which is the key under which the service lists the distribution.

        Raises:
            JiffyAttributeException: If the record was created without it.
        """
        key = get_extra(self, "id")
        if isinstance(key, str):
            return key
        raise JiffyAttributeException(
            "this Distribution has no id: its payload does not contain it, so pass it as `id_`",
            model="Distribution",
            missing=["id"],
        )

    def __hash__(self) -> int:
        return hash((Distribution, get_extra(self, "id")))

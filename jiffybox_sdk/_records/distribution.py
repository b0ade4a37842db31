"""Distributions: the operating systems that a box can be created with."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, final

from pydantic import PrivateAttr

from jiffybox_sdk._common import arguments
from jiffybox_sdk._records.base import fill
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._fields import plain_constructor
from jiffybox_sdk.models.responses import distribution as fields

if TYPE_CHECKING:
    from jiffybox_sdk.api.client import JiffyBox


@final
class Distribution(fields.Distribution, frozen=True):
    """An operating system that a box can be created with. Immutable.

    Its id is not part of its data: a dump leaves it out, a copy and a pickle keep it.
    """

    _key: str | None = PrivateAttr(default=None)

    @plain_constructor
    def __init__(
        self,
        json: Mapping[str, object],
        api: "JiffyBox | None" = None,  # noqa: ARG002 (part of the documented signature; a distribution has no verbs)
        id_: str | None = None,
    ) -> None:
        """Makes a distribution from what the service sent.

        Args:
            json: The object as the service sent it. It carries no id.
            api: The client it came from. A distribution makes no calls, so it is not kept.
            id_: The id: the key under which the service lists it.

        Raises:
            JiffyAttributeException: `json` does not fit the schema.
            JiffyArgumentException: `id_` is no text, or empty.
        """
        problem = fill(self, json)
        if problem:
            del json
            raise problem
        found = json.get("id") if id_ is None else id_
        self._set_key(None if found is None else arguments.text_id(found, "distribution"))

    @property
    def id(self) -> str:
        """The key under which the service lists the distribution; creating a box names it so.

        Raises:
            JiffyAttributeException: it was made without one.
        """
        if self._key is None:
            raise JiffyAttributeException(
                "this Distribution has no id: the service sends it as the key of the list; give it as `id_`",
                model="Distribution",
                missing=["id"],
            )
        return self._key

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        yield "id", getattr(self, "_key", None)  # none yet in the traceback of a constructor that refuses
        yield from super().__repr_args__()

    def __hash__(self) -> int:
        return hash((Distribution, self._key))

    def with_id(self, id_: str) -> "Distribution":
        """Returns this distribution with an id.

        Args:
            id_: The key under which the service lists it.
        """
        copy = self.model_copy()
        copy._set_key(id_)  # noqa: SLF001 (its own class)
        return copy

    def _set_key(self, key: str | None) -> None:
        setattr(self, "_key", key)  # noqa: B010 (type checkers hold all attributes of a frozen model to be read-only)

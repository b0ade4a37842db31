"""What the records have in common: how they are made from JSON, and the client that carries out their verbs."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pydantic import BaseModel, ValidationError

from jiffybox_sdk.checking import attribute_exception, is_map
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException

if TYPE_CHECKING:
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.exceptions import JiffyAttributeException

P = ParamSpec("P")
R = TypeVar("R")


def plain_constructor(init: Callable[P, R]) -> Callable[P, R]:
    """Marks an `__init__` that validates like pydantic's own, so that nested records are made without calling it.

    It is the mark that pydantic's `RootModel` wears.
    """
    setattr(init, "__pydantic_base_init__", True)  # noqa: B010 (a plain assignment is refused by the type checkers)
    return init


def fill(
    record: BaseModel, json: Mapping[str, object], id_: int | str | None = None
) -> "JiffyAttributeException | None":
    """Fills a new record from what the service sent.

    Args:
        record: The record.
        json: The object as the service sent it.
        id_: The id, if the object itself carries none.

    Returns:
        What is wrong with it, to be raised where no frame holds the payload; `None` when all is well.
    """
    payload: object = json
    if id_ is not None and is_map(payload):
        payload = {"id": id_, **json}
    try:
        record.__pydantic_validator__.validate_python(payload, self_instance=record)
    except ValidationError as error:
        return attribute_exception(error, type(record).__name__, payload)
    return None


class Attached:
    """A record with verbs. Its client is no field: comparing, copying, pickling and printing the record pass it by."""

    __slots__ = ()

    if TYPE_CHECKING:
        _client: JiffyBox | None

    @property
    def api(self) -> "JiffyBox":
        """The client that carries out the verbs.

        Raises:
            JiffyDetachedException: there is none.
        """
        client: JiffyBox | None = getattr(self, "_client", None)
        if client is None:
            raise JiffyDetachedException(
                f"this {type(self).__name__} has no client, so it can be read and nothing else:"
                " get it from a JiffyBox, or give one as `api` when making it"
            )
        return client


def attach(result: object, client: "JiffyBox | None") -> None:
    """Gives a record, or each record of a map, the client that carries out its verbs.

    Raises:
        JiffyArgumentException: it is no client.
    """
    if client is not None and not hasattr(client, "send"):
        raise JiffyArgumentException(f"api of type {type(client).__name__} is refused: give a JiffyBox, or None")
    if isinstance(result, Attached):
        object.__setattr__(result, "_client", client)
    elif is_map(result):
        for record in result.values():
            attach(record, client)

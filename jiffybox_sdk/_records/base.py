"""What all records have in common: how they are made from JSON, and the client that carries out their verbs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeGuard, TypeVar

from pydantic import BaseModel, ValidationError

from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException
from jiffybox_sdk.models._reader import attribute_exception

if TYPE_CHECKING:
    from jiffybox_sdk.exceptions import JiffyAttributeException

Client = TypeVar("Client")


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


class Attached(Generic[Client]):
    """A record with verbs. Its client is no field: comparing, copying, pickling and printing the record pass it by.

    Each class of records keeps it in a slot, `_client`.
    """

    __slots__ = ()

    @property
    def api(self) -> Client:
        """The client that carries out the verbs.

        Raises:
            JiffyDetachedException: there is none.
        """
        client: Client | None = getattr(self, "_client", None)
        if client is None:
            raise JiffyDetachedException(
                f"this {type(self).__name__} has no client, so it can be read and nothing else:"
                " get it from a client, or give one as `api` when making it"
            )
        return client


class AsyncAttached(Attached[Client]):
    """The same for the records of an async client."""

    __slots__ = ()


def attach(result: object, client: object) -> None:
    """Gives a record, or each record of a map, the client that carries out its verbs.

    Raises:
        JiffyArgumentException: it is no client, or one that does not fit.
    """
    if _is_attached(result):
        fitting, opens = (
            ("an AsyncJiffyBox", "aenter") if isinstance(result, AsyncAttached) else ("a JiffyBox", "enter")
        )
        if client is not None and not (hasattr(client, "send") and hasattr(client, f"__{opens}__")):
            raise JiffyArgumentException(f"api of type {type(client).__name__} is refused: give {fitting}, or None")
        object.__setattr__(result, "_client", client)
    elif is_map(result):
        for record in result.values():
            attach(record, client)


def _is_attached(value: object) -> TypeGuard[Attached[object]]:
    return isinstance(value, Attached)

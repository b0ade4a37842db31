"""Base classes for all records, providing creation from a payload and the client for their verbs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeGuard, TypeVar

from pydantic import BaseModel, ValidationError

from jiffybox_sdk._common.headers import NO_HEADERS, Headers
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException

if TYPE_CHECKING:
    from jiffybox_sdk.exceptions import JiffyAttributeException

Client = TypeVar("Client")


def fill(
    record: BaseModel, json: Mapping[str, object], id_: int | str | None = None
) -> "JiffyAttributeException | None":
    """Fill a new record from a payload.

    Returns the exception instead of raising it, so that the caller can first drop the payload from its frame.
    """
    payload: object = json
    if id_ is not None and is_map(payload):
        payload = {"id": id_, **json}
    try:
        record.__pydantic_validator__.validate_python(payload, self_instance=record)
    except ValidationError as error:
        from jiffybox_sdk.models._reader import attribute_exception  # noqa: PLC0415 (needed only here)

        return attribute_exception(error, type(record).__name__, payload)
    return None


def set_extra(record: BaseModel, name: str, value: object) -> None:
    """Set a value that is not in a new record's payload. It is kept like an unknown field, so it is dumped, too."""
    if record.model_extra is not None:
        record.model_extra[name] = value
        record.model_fields_set.add(name)


def get_extra(record: BaseModel, name: str) -> object:
    """Return such a value, or `None`."""
    return (record.model_extra or {}).get(name)


class Attached(Generic[Client]):
    """A record with verbs.

    Each subclass has a slot `_client`. The client is not a field, so comparisons, copies, pickles and the `repr` ignore
    it.
    """

    __slots__ = ()

    @property
    def api(self) -> Client:
        """The client for the verbs.

        Raises:
            JiffyDetachedException: If the record has no client.
        """
        try:
            client: Client | None = object.__getattribute__(self, "_client")  # not an unknown field of that name
        except AttributeError:
            client = None
        if client is None:
            raise JiffyDetachedException(
                f"this {type(self).__name__} has no client: get it from a client, or pass one as `api`"
            )
        return client


class AsyncAttached(Attached[Client]):
    """A record with async verbs."""

    __slots__ = ()


def attach(result: object, client: object, headers: Headers | None = None) -> None:
    """Set the client of a record, or of each record in a map, and the headers of the response that it comes from."""
    if _is_attached(result):
        is_async = isinstance(result, AsyncAttached)
        is_client = hasattr(client, "send") and hasattr(client, "__aenter__" if is_async else "__enter__")
        if client is not None and not is_client:
            expected = "an AsyncJiffyBox" if is_async else "a JiffyBox"
            raise JiffyArgumentException(f"invalid api of type {type(client).__name__}: expected {expected}, or None")
        object.__setattr__(result, "_client", client)
    elif is_map(result):
        for record in result.values():
            attach(record, client, headers)
    if headers is not None and hasattr(type(result), "_headers"):
        object.__setattr__(result, "_headers", headers)


def response_headers(record: object) -> Headers:
    """Return the headers of the response that a record comes from.

    Each record that a call returns has them, also as an item of a list. Records inside other records, copies, and
    records that were not returned by a call have none.

    Args:
        record: The record, such as a box or a plan.

    Returns:
        The headers, such as `X-Request-Id` and `X-RateLimit-Remaining`, if the service sends them. Empty if the record
        does not come from a response.
    """
    headers: object = getattr(record, "_headers", None)
    return headers if isinstance(headers, Headers) else NO_HEADERS


def _is_attached(value: object) -> TypeGuard[Attached[object]]:
    return isinstance(value, Attached)

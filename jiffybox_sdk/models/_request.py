"""Base class for request body models, and the types that only these need.

Bodies are validated on construction. Errors name the value, unless it is a secret, and what was expected.
"""

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import GetPydanticSchema, PlainValidator, SecretStr, ValidationError, model_validator

from jiffybox_sdk._common import arguments, pydantic_errors
from jiffybox_sdk._common.json_path import json_path, value_at
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._base import DeferredModel, plain_constructor


class Request(DeferredModel, frozen=True, extra="forbid"):
    """Base class for request bodies, which are immutable and without fields that the service does not know."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ()
    at_least_one_of: ClassVar[tuple[str, ...]] = ()

    if not TYPE_CHECKING:  # type checkers derive a signature from the fields

        @plain_constructor
        def __init__(self, **fields: object) -> None:
            """Create a body. Fields that are `None` are left out.

            Raises:
                JiffyArgumentException: If a value breaks a rule of the schema.
            """
            problem = _fill(self, fields)
            if problem:
                fields.clear()  # tracebacks show variables, and one of these may be a password
                raise JiffyArgumentException(problem)

    @model_validator(mode="after")
    def _check_choices(self) -> Self:
        if self.exactly_one_of and len(self.model_fields_set.intersection(self.exactly_one_of)) != 1:
            raise ValueError(f"pass exactly one of {' and '.join(self.exactly_one_of)}")
        if self.at_least_one_of and not self.model_fields_set.intersection(self.at_least_one_of):
            raise ValueError(f"pass at least one of {' and '.join(self.at_least_one_of)}")
        return self


def _fill(request: Request, fields: dict[str, object]) -> str | None:
    """Validate the fields of a new body and return the problem, if any."""
    given = {name: value for name, value in fields.items() if value is not None}
    for name, value in given.items():
        if isinstance(value, bytes | bytearray):  # which pydantic would accept as text
            return f"invalid {_shown(name, value)}: expected text, not bytes"
    try:
        request.__pydantic_validator__.validate_python(given, self_instance=request)
    except ValidationError as error:
        detail = pydantic_errors.first_detail(error)
    else:
        return None
    model = type(request)
    location = detail["loc"]
    if not location:
        return f"{model.__name__}: {pydantic_errors.message(detail)}"
    name = str(location[0])
    if name not in model.model_fields:
        return f"unknown argument {name}: {model.__name__} takes {', '.join(model.model_fields)}"
    rule = model.model_fields[name].description or detail["msg"]
    if detail["type"] == "missing":
        return f"{model.__name__} needs {name}: {rule}"
    value = given.get(name)
    if len(location) > 1:
        name, value = json_path(location, given), value_at(location, given)
    return f"invalid {_shown(name, value)}: expected {rule}"


def _shown(name: str, value: object) -> str:
    secret = name == "password" or isinstance(value, SecretStr)
    return name if secret else f"{name} {arguments.shown(value)}"


def _ipv4(value: object) -> str:
    if not isinstance(value, str | IPv4Address):
        raise ValueError("not an IPv4 address")  # noqa: TRY004 (pydantic reports only a ValueError)
    return str(IPv4Address(value))


Secret = Annotated[SecretStr | str, GetPydanticSchema(lambda _, handler: handler.generate_schema(SecretStr))]
"""A string or a `SecretStr`, kept as a `SecretStr`."""

IPv4 = Annotated[str | IPv4Address, PlainValidator(_ipv4)]
"""An IPv4 address, given as a string or an object and kept as a string."""

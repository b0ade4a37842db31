"""What calls take: the base of the models of bodies, and the types that are special to them.

Making one checks it. Every refusal names the value, the rule, and the way out; a secret is never named.
"""

import ipaddress
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import BaseModel, GetCoreSchemaHandler, SecretStr, ValidationError, model_validator
from pydantic_core import CoreSchema, core_schema

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.json_path import json_path, value_at
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._base import plain_constructor


class Request(BaseModel, frozen=True, extra="forbid", hide_input_in_errors=True):
    """What each body of a call is: immutable, and closed, since a field that the service does not know is a mistake."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ()
    at_least_one_of: ClassVar[tuple[str, ...]] = ()

    if not TYPE_CHECKING:  # type checkers know the fields

        @plain_constructor
        def __init__(self, **fields: object) -> None:
            """Makes a body of what is given; fields that are `None` are left out.

            Raises:
                JiffyArgumentException: a rule of the body's schema is broken.
            """
            problem = _fill(self, fields)
            if problem:
                fields.clear()  # a password may be among them
                raise JiffyArgumentException(problem)

    @model_validator(mode="after")
    def _check_choices(self) -> Self:
        if self.exactly_one_of and len(self.model_fields_set.intersection(self.exactly_one_of)) != 1:
            raise ValueError(f"pass exactly one of {' and '.join(self.exactly_one_of)}")
        if self.at_least_one_of and not self.model_fields_set.intersection(self.at_least_one_of):
            raise ValueError(f"pass at least one of {' and '.join(self.at_least_one_of)}")
        return self


def _fill(request: Request, fields: dict[str, object]) -> str | None:
    """Fills a new body, and returns what is wrong with what it was given."""
    given = {name: value for name, value in fields.items() if value is not None}
    for name, value in given.items():
        if isinstance(value, bytes | bytearray):  # which pydantic would take for text
            return f"invalid {_named(name, value)}: expected text, not bytes"
    try:
        request.__pydantic_validator__.validate_python(given, self_instance=request)
    except ValidationError as error:
        finding = error.errors(include_url=False, include_context=False, include_input=False)[0]
    else:
        return None
    model = type(request)
    location = finding["loc"]
    if not location:
        return f"{model.__name__}: {finding['msg'].removeprefix('Value error, ')}"
    name = str(location[0])
    if name not in model.model_fields:
        return f"unknown argument {name}: {model.__name__} takes {', '.join(model.model_fields)}"
    rule = model.model_fields[name].description or finding["msg"]
    if finding["type"] == "missing":
        return f"{model.__name__} needs {name}: {rule}"
    value = given.get(name)
    if len(location) > 1:
        name, value = json_path(location, given), value_at(location, given)
    return f"invalid {_named(name, value)}: expected {rule}"


def _named(name: str, value: object) -> str:
    secret = name == "password" or isinstance(value, SecretStr)
    return name if secret else f"{name} {arguments.shown(value)}"


@dataclass(frozen=True, slots=True)
class _SecretRule:
    """Text that is never shown, given as it is or wrapped already."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(SecretStr)


@dataclass(frozen=True, slots=True)
class _IPv4Rule:
    """An IPv4 address, as text or as an object; text from then on."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_ipv4)


def _ipv4(value: object) -> str:
    if not isinstance(value, str | IPv4Address):
        raise ValueError("no IPv4 address")  # noqa: TRY004 (pydantic takes a ValueError for a finding)
    return str(ipaddress.IPv4Address(value))


Secret = Annotated[SecretStr | str, _SecretRule()]
IPv4 = Annotated[str | IPv4Address, _IPv4Rule()]

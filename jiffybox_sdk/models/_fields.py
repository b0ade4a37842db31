"""Field types for the generated models.

The service is a PHP application. It sends empty maps as ``[]``, and occasionally numbers and booleans as text. This
module decides which of these deviations are accepted and which of pydantic's own conversions are not. Everything is
built from pydantic's core validators, so that no Python code runs for values of the expected type.
"""

from datetime import UTC, datetime
from typing import Annotated, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, GetPydanticSchema, JsonValue
from pydantic_core import CoreSchema, core_schema

from jiffybox_sdk._common.json_path import EMPTY_LIST, MAP, OBJECT, TEXT
from jiffybox_sdk.models._notes import note_coercion, note_unknown_member

T = TypeVar("T")

LAST_EPOCH = 253_402_300_799
"""The last second of the year 9999, in seconds since the epoch."""

# JSON's grammar. Python's would also accept "1_000", "0x10", " 5" and "nan".
INTEGER_TEXT = r"^-?(0|[1-9][0-9]{0,18})$"
NUMBER_TEXT = r"^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?$"


class EmptyListIsMap:
    """Accepts ``[]`` as an empty map."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        new_map = core_schema.no_info_plain_validator_function(lambda _: dict[str, object]())
        empty: CoreSchema = core_schema.chain_schema([core_schema.list_schema(max_length=0, strict=True), new_map])
        empty = note_coercion(empty, handler.field_name, "empty list", "a map")
        return core_schema.union_schema([(handler(source), MAP), (empty, EMPTY_LIST)], mode="left_to_right")


class Open:
    """Validates a union of an enum and its plain type, as a member if the value is known or a plain value otherwise."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        enum, plain = get_args(source)
        member, value, field = handler(enum), handler(plain), handler.field_name
        if issubclass(enum, int):
            unknown = note_unknown_member(core_schema.int_schema(), field, enum.__name__)
            return core_schema.chain_schema([value, core_schema.union_schema([member, unknown], mode="left_to_right")])
        unknown = note_unknown_member(value, field, enum.__name__)
        return core_schema.union_schema([member, unknown], mode="left_to_right", custom_error_type="string_type")


class TextOrObject:
    """Validates a union of text and a model by the value's type, so that errors are about only one of them."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text, model = (handler(choice) for choice in get_args(source))
        return core_schema.tagged_union_schema(
            {TEXT: text, OBJECT: model}, discriminator=lambda value: TEXT if isinstance(value, str) else OBJECT
        )


def _first_of(choices: list[CoreSchema], error: str) -> CoreSchema:
    return core_schema.union_schema([*choices], mode="left_to_right", custom_error_type=error)


def _text(pattern: str, converted: CoreSchema) -> CoreSchema:
    return core_schema.chain_schema([core_schema.str_schema(strict=True, pattern=pattern), converted])


def _integer(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    fraction = core_schema.chain_schema([core_schema.float_schema(strict=True), core_schema.int_schema()])
    choices = [
        core_schema.int_schema(strict=True),
        note_coercion(fraction, handler.field_name, "fraction", "an integer"),
        note_coercion(_text(INTEGER_TEXT, core_schema.int_schema()), handler.field_name, "text", "an integer"),
    ]
    return _first_of(choices, "int_type")


def _number(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    text = note_coercion(_text(NUMBER_TEXT, core_schema.float_schema()), handler.field_name, "text", "a number")
    return _first_of([core_schema.float_schema(strict=True, allow_inf_nan=False), text], "float_type")


def _boolean(_: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    text: CoreSchema = core_schema.chain_schema(
        [core_schema.literal_schema(["true", "false"]), core_schema.bool_schema()]
    )
    text = note_coercion(text, handler.field_name, "text", "a boolean")
    return _first_of([core_schema.bool_schema(strict=True), text], "bool_type")


def _port(source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    none = core_schema.no_info_plain_validator_function(lambda _: None)
    empty: CoreSchema = core_schema.chain_schema([core_schema.literal_schema([""]), none])
    empty = note_coercion(empty, handler.field_name, "empty text", "an integer")
    return _first_of([_integer(source, handler), empty, core_schema.none_schema()], "int_type")


def _epoch(source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    whole = core_schema.int_schema(ge=0, le=LAST_EPOCH)
    seconds = core_schema.chain_schema([_integer(source, handler), whole, core_schema.datetime_schema()])
    moment = core_schema.datetime_schema(strict=True, tz_constraint="aware", ge=datetime(1970, 1, 1, tzinfo=UTC))
    in_utc = core_schema.no_info_after_validator_function(lambda moment: moment.astimezone(UTC), moment)
    error = "Input should be whole seconds since the epoch, up to the year 9999"
    return core_schema.json_or_python_schema(
        json_schema=core_schema.union_schema([seconds], custom_error_type="epoch", custom_error_message=error),
        python_schema=core_schema.union_schema(
            [in_utc, seconds], mode="left_to_right", custom_error_type="epoch", custom_error_message=error
        ),
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda moment: int(moment.timestamp()), when_used="json"
        ),
    )


Integer = Annotated[int, GetPydanticSchema(_integer)]
"""A JSON integer (``5``, ``5.0``) or decimal text (``"5"``), but not a boolean."""

Number = Annotated[float, GetPydanticSchema(_number)]
"""A finite number or decimal text, but not a boolean."""

Boolean = Annotated[bool, GetPydanticSchema(_boolean)]
"""A boolean or the text ``"true"`` or ``"false"``, but not a number."""

Epoch = Annotated[datetime, GetPydanticSchema(_epoch)]
"""Whole seconds since the epoch, as a datetime in UTC.

It is dumped to JSON as seconds again. In Python objects, an aware datetime is also accepted, so that a dumped model can
be validated again.
"""

Port = Annotated[int | None, GetPydanticSchema(_port)]
"""An integer, or empty text for no port."""

Map = Annotated[dict[str, T], EmptyListIsMap()]
JsonObject = Map[JsonValue]

"""How values of the wire become Python values: the types that the generated models are made of.

The service is a PHP application: it sends an empty map as ``[]``, and numbers and booleans now and then as text. What
is tolerated, and what is refused although pydantic would take it, is decided here and nowhere else. Everything is
said in pydantic's own validators, so that no Python code runs for a value that is as it should be.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, JsonValue
from pydantic_core import CoreSchema, core_schema

from jiffybox_sdk._common.json_path import EMPTY_LIST, MAP, OBJECT, TEXT
from jiffybox_sdk.models._notes import unknown_member, unless_usual

T = TypeVar("T")

LAST_EPOCH = 253_402_300_799
"""The last second of the year 9999, in seconds since the epoch."""

# JSON's own grammar, so that "1_000", "0x10", " 5" and "nan", which Python would take, stay refused.
INTEGER_TEXT = r"^-?(0|[1-9][0-9]{0,18})$"
NUMBER_TEXT = r"^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?$"


@dataclass(frozen=True, slots=True)
class _IntegerRule:
    """An integer: as JSON knows it (``5``, ``5.0``) or as decimal text (``"5"``), never a boolean."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _integer(handler.field_name)


@dataclass(frozen=True, slots=True)
class _NumberRule:
    """A finite number, or decimal text of one; never a boolean."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.chain_schema(
            [core_schema.str_schema(strict=True, pattern=NUMBER_TEXT), core_schema.float_schema()]
        )
        return core_schema.union_schema(
            [
                core_schema.float_schema(strict=True, allow_inf_nan=False),
                unless_usual(text, handler.field_name, "text", "a number"),
            ],
            mode="left_to_right",
            custom_error_type="float_type",
        )


@dataclass(frozen=True, slots=True)
class _BooleanRule:
    """A boolean, or the text ``"true"`` or ``"false"``; never a number."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.chain_schema([core_schema.literal_schema(["true", "false"]), core_schema.bool_schema()])
        return core_schema.union_schema(
            [core_schema.bool_schema(strict=True), unless_usual(text, handler.field_name, "text", "a boolean")],
            mode="left_to_right",
            custom_error_type="bool_type",
        )


@dataclass(frozen=True, slots=True)
class _EpochRule:
    """Whole seconds since the epoch as a datetime in UTC.

    From Python, a datetime with a time zone is taken too, so that a dumped model can be read back; dumped as JSON, it
    is seconds again.
    """

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        error = "Input should be whole seconds since the epoch, up to the year 9999"
        seconds = core_schema.chain_schema(
            [_integer(handler.field_name), core_schema.int_schema(ge=0, le=LAST_EPOCH), core_schema.datetime_schema()]
        )
        moment = core_schema.datetime_schema(strict=True, tz_constraint="aware", ge=datetime(1970, 1, 1, tzinfo=UTC))
        from_json = core_schema.union_schema([seconds], custom_error_type="epoch", custom_error_message=error)
        from_python = core_schema.union_schema(
            [core_schema.no_info_after_validator_function(_in_utc, moment), seconds],
            mode="left_to_right",
            custom_error_type="epoch",
            custom_error_message=error,
        )
        return core_schema.json_or_python_schema(
            json_schema=from_json,
            python_schema=from_python,
            serialization=core_schema.plain_serializer_function_ser_schema(_seconds, when_used="json"),
        )


@dataclass(frozen=True, slots=True)
class EmptyListIsMap:
    """Marks a map as one that arrives as ``[]`` when it is empty."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        empty: CoreSchema = core_schema.chain_schema(
            [
                core_schema.list_schema(max_length=0, strict=True),
                core_schema.no_info_plain_validator_function(_empty_map),
            ]
        )
        empty = unless_usual(empty, handler.field_name, "empty list", "a map")
        return core_schema.union_schema([(handler(source), MAP), (empty, EMPTY_LIST)], mode="left_to_right")


@dataclass(frozen=True, slots=True)
class _PortRule:
    """An integer, or an empty text for none."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        empty: CoreSchema = core_schema.chain_schema(
            [core_schema.literal_schema([""]), core_schema.no_info_plain_validator_function(_nothing)]
        )
        empty = unless_usual(empty, handler.field_name, "empty text", "an integer")
        return core_schema.union_schema(
            [_integer(handler.field_name), empty, core_schema.none_schema()],
            mode="left_to_right",
            custom_error_type="int_type",
        )


@dataclass(frozen=True, slots=True)
class Open:
    """Marks a union of an enum and text or integer: a member where the value is known, the value where it is not."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        enum, plain = get_args(source)
        known, taken, field = handler(enum), handler(plain), handler.field_name
        if issubclass(enum, int):
            unknown = unknown_member(core_schema.int_schema(), field, enum.__name__)
            return core_schema.chain_schema([taken, core_schema.union_schema([known, unknown], mode="left_to_right")])
        unknown = unknown_member(taken, field, enum.__name__)
        return core_schema.union_schema([known, unknown], mode="left_to_right", custom_error_type="string_type")


@dataclass(frozen=True, slots=True)
class TextOrObject:
    """Marks a union of text and a model, told apart by what arrives, so that an error speaks of what is meant."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text, model = (handler(choice) for choice in get_args(source))
        return core_schema.tagged_union_schema({TEXT: text, OBJECT: model}, discriminator=_text_or_object)


def _integer(field: str | None) -> CoreSchema:
    fraction = core_schema.chain_schema([core_schema.float_schema(strict=True), core_schema.int_schema()])
    text = core_schema.chain_schema(
        [core_schema.str_schema(strict=True, pattern=INTEGER_TEXT), core_schema.int_schema()]
    )
    return core_schema.union_schema(
        [
            core_schema.int_schema(strict=True),
            unless_usual(fraction, field, "fraction", "an integer"),
            unless_usual(text, field, "text", "an integer"),
        ],
        mode="left_to_right",
        custom_error_type="int_type",
    )


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _nothing(_: object) -> None:
    return None


def _text_or_object(value: object) -> str:
    return TEXT if isinstance(value, str) else OBJECT


def _empty_map(_: object) -> dict[str, object]:
    return {}


Integer = Annotated[int, _IntegerRule()]
Number = Annotated[float, _NumberRule()]
Boolean = Annotated[bool, _BooleanRule()]
Epoch = Annotated[datetime, _EpochRule()]
Port = Annotated[int | None, _PortRule()]
Map = Annotated[dict[str, T], EmptyListIsMap()]
JsonObject = Map[JsonValue]

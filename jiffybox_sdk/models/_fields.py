"""Field types for the generated models, and the deviations from the schemas that they tolerate.

The service is a PHP application. It sends empty maps as ``[]``, and occasionally numbers and booleans as text.
`TOLERANCES` lists which of these deviations are accepted. Everything is built from pydantic's core validators, so that
no Python code runs for values of the expected type.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from math import inf
from typing import Annotated, Final, Literal, Never, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, JsonValue, ValidationInfo
from pydantic_core import CoreSchema, PydanticKnownError, SchemaValidator, ValidationError, core_schema

from jiffybox_sdk._common.json_path import EMPTY_LIST, MAP, OBJECT, TEXT

T = TypeVar("T")

LAST_EPOCH = 253_402_300_799
"""The last second of the year 9999, in seconds since the epoch."""

# JSON's grammar. Python's would also accept "1_000", "0x10", " 5" and "nan".
INTEGER_TEXT = r"^-?(0|[1-9][0-9]{0,18})$"
NUMBER_TEXT = r"^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?$"


@dataclass(slots=True)
class Flags:
    """A validation context in which validators flag the fields with something to report, and nothing more.

    Attributes:
        new: The names of fields with drift, `FIELD` for unknown fields, and `None` for values outside of fields.
        quirk: The same for known quirks of the service.
    """

    new: set[str | None] = field(default_factory=set[str | None])
    quirk: set[str | None] = field(default_factory=set[str | None])

    def __bool__(self) -> bool:
        return bool(self.new or self.quirk)


def _flagging(accepts: CoreSchema, field: str | None, is_quirk: Callable[[T], bool]) -> CoreSchema:
    """Return the schema of a validator that also flags each value that it accepts in a field."""

    def flag(value: T, info: ValidationInfo) -> T:
        if isinstance(info.context, Flags):
            (info.context.quirk if is_quirk(value) else info.context.new).add(field)
        return value

    return core_schema.with_info_after_validator_function(flag, accepts)


@dataclass(frozen=True)
class Tolerance:
    """A deviation from the schemas that is accepted.

    Attributes:
        accepts: The schema of a validator that accepts and converts deviating values.
        is_quirk: Whether the deviation in a field is a known quirk of the service, and so is not drift.
    """

    accepts: CoreSchema
    is_quirk: Callable[[object], bool] = lambda _: False

    def read(self, value: object) -> object:
        """Return the converted value, or `REFUSED`."""
        try:
            return self._validator.validate_python(value)
        except ValidationError:
            return REFUSED

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(self.accepts)


REFUSED: Final = object()


def _text(pattern: str, converted: CoreSchema) -> CoreSchema:
    return core_schema.chain_schema([core_schema.str_schema(strict=True, pattern=pattern), converted])


_NEW_MAP = core_schema.no_info_plain_validator_function(lambda _: dict[str, object]())
_NONE = core_schema.no_info_plain_validator_function(lambda _: None)

NULL, STATE, FIELD = "null for a field that may be absent", "an unknown value of an enum", "an unknown field"
TOLERANCES: dict[str, Tolerance] = {
    "text for an integer": Tolerance(_text(INTEGER_TEXT, core_schema.int_schema())),
    "text for a number": Tolerance(_text(NUMBER_TEXT, core_schema.float_schema())),
    "text for a boolean": Tolerance(
        core_schema.chain_schema([core_schema.literal_schema(["true", "false"]), core_schema.bool_schema()]),
        is_quirk={"floating"}.__contains__,  # always text [recorded]
    ),
    "an empty list for an empty map": Tolerance(  # PHP has no empty map [inferred]
        core_schema.chain_schema([core_schema.list_schema(max_length=0, strict=True), _NEW_MAP]),
        is_quirk=lambda _: True,
    ),
    NULL: Tolerance(core_schema.none_schema(), is_quirk=lambda _: True),  # it means the same
    # The slots 3 to 5 exist, but their hours are not on record [documented].
    STATE: Tolerance(core_schema.any_schema(), {("TimeSlot", 3), ("TimeSlot", 4), ("TimeSlot", 5)}.__contains__),
    FIELD: Tolerance(core_schema.any_schema()),
}
"""All accepted deviations. Validators, findings and drift follow from this table.

`null` is accepted without a flag, because it is not drift, and `check` finds it in the text.
"""


def tolerated(name: str, field: str | None) -> list[CoreSchema]:
    """Return the flagging validator of a tolerance, or none if the table does not list it."""
    if name not in TOLERANCES:
        return []
    is_quirk = TOLERANCES[name].is_quirk(field)
    return [_flagging(TOLERANCES[name].accepts, field, lambda _: is_quirk)]


@dataclass(frozen=True, eq=False)
class Scalar:
    """A string, a number or a boolean: a marker for annotations, and the shape with which payloads are compared.

    Attributes:
        type: The JSON type.
        name: The name for findings.
        plain: The validator for the intended form.
        also: Validators for other forms that the schemas allow.
        tolerance: The name of the tolerance for deviating forms.
        error: Pydantic's type of the error for other values.
        known: The known values, if not all are.
    """

    type: Literal["string", "integer", "number", "boolean"]
    name: str
    plain: CoreSchema
    also: Sequence[CoreSchema] = ()
    tolerance: str = ""
    error: str = ""
    least: float = -inf
    most: float = inf
    or_empty: bool = False
    enum: str = ""
    known: Mapping[str | int, None] = field(default_factory=dict[str | int, None])

    @cached_property
    def exact(self) -> tuple[object, ...]:
        """The Python types whose values all fit."""
        if self.known or (self.type == "integer" and self.most < inf):
            return ()
        return {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}[self.type]

    @cached_property
    def known_text(self) -> str:
        """The known values, for findings."""
        return f"one of {', '.join(map(str, self.known))}"

    @cached_property
    def strict(self) -> CoreSchema:
        """The schema of a validator that accepts only values without findings."""
        if not self.known:
            return self.plain
        # Literals alone would accept `true` for 1.
        return core_schema.chain_schema([self.plain, core_schema.literal_schema([*self.known])])

    @cached_property
    def is_clean(self) -> Callable[[object], bool]:
        """A quick check that returns true only for values without findings."""
        return SchemaValidator(self.strict).isinstance_python

    def _choices(self, field: str | None) -> list[CoreSchema]:
        return [self.plain, *self.also, *tolerated(self.tolerance, field)]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices = self._choices(handler.field_name)
        return core_schema.union_schema([*choices], mode="left_to_right", custom_error_type=self.error)


class EpochScalar(Scalar):
    """Seconds since the epoch, read as a datetime."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        plain, *others = self._choices(handler.field_name)
        to_moment = core_schema.datetime_schema()
        seconds: list[CoreSchema] = [core_schema.chain_schema([plain, to_moment])]
        seconds += [core_schema.chain_schema([other, plain, to_moment]) for other in others]
        moment = core_schema.datetime_schema(strict=True, tz_constraint="aware", ge=datetime(1970, 1, 1, tzinfo=UTC))
        in_utc = core_schema.no_info_after_validator_function(lambda moment: moment.astimezone(UTC), moment)
        error = "Input should be whole seconds since the epoch, up to the year 9999"
        json, python = (
            core_schema.union_schema(
                [*choices], mode="left_to_right", custom_error_type=self.error, custom_error_message=error
            )
            for choices in (seconds, [*seconds, in_utc])
        )
        return core_schema.json_or_python_schema(
            json_schema=json,
            python_schema=python,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda moment: int(moment.timestamp()), when_used="json"
            ),
        )


class AnyValue:
    """Any JSON value. In JSON, there is nothing to validate."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(core_schema.any_schema(), handler(source))


class EmptyListIsMap:
    """Accepts `[]` as an empty map."""

    tolerance = "an empty list for an empty map"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        others = [(empty, EMPTY_LIST) for empty in tolerated(self.tolerance, handler.field_name)]
        return core_schema.union_schema([(handler(source), MAP), *others], mode="left_to_right")


class Open:
    """Validates a union of an enum and its plain type, as a member if the value is known or a plain value otherwise."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        enum, plain = get_args(source)
        member, value = handler(enum), handler(plain)
        unknown: list[CoreSchema] = []
        if STATE in TOLERANCES:
            is_quirk, accepts = TOLERANCES[STATE].is_quirk, value if issubclass(enum, str) else core_schema.int_schema()
            unknown = [_flagging(accepts, handler.field_name, lambda state: is_quirk((enum.__name__, state)))]
        if issubclass(enum, str):
            return core_schema.union_schema([member, *unknown], mode="left_to_right", custom_error_type="string_type")
        return core_schema.chain_schema([value, core_schema.union_schema([member, *unknown], mode="left_to_right")])


class TextOrObject:
    """Validates a union of text and a model by the value's type, so that errors are about only one of them."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        text, model = (handler(choice) for choice in get_args(source))
        return core_schema.tagged_union_schema(
            {TEXT: text, OBJECT: model}, discriminator=lambda value: TEXT if isinstance(value, str) else OBJECT
        )


class Unknown:
    """Accepts and flags the value of an unknown field."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return next(iter(tolerated(FIELD, FIELD)), core_schema.no_info_plain_validator_function(_refuse))


def _refuse(_: object) -> Never:
    raise PydanticKnownError("extra_forbidden")


_FRACTION = core_schema.chain_schema([core_schema.float_schema(strict=True), core_schema.int_schema()])

TEXT_SCALAR = Scalar("string", "string", core_schema.str_schema(strict=True))
INTEGER = Scalar(
    "integer", "integer", core_schema.int_schema(strict=True), [_FRACTION], "text for an integer", error="int_type"
)
BOOLEAN = Scalar(
    "boolean", "boolean", core_schema.bool_schema(strict=True), (), "text for a boolean", error="bool_type"
)
_NUMBER = Scalar(
    "number",
    "number",
    core_schema.float_schema(strict=True, allow_inf_nan=False),
    tolerance="text for a number",
    error="float_type",
    least=-sys.float_info.max,
    most=sys.float_info.max,
)
_EPOCH = EpochScalar(
    "integer",
    f"integer from 0 to {LAST_EPOCH}",
    core_schema.int_schema(strict=True, ge=0, le=LAST_EPOCH),
    [_FRACTION],
    "text for an integer",
    error="epoch",
    least=0,
    most=LAST_EPOCH,
)
_PORT = replace(
    INTEGER,
    name="integer or empty string",
    also=[_FRACTION, core_schema.chain_schema([core_schema.literal_schema([""]), _NONE])],
    or_empty=True,
)

Integer = Annotated[int, INTEGER]
"""A JSON integer (``5``, ``5.0``) or decimal text (``"5"``), but not a boolean."""

Number = Annotated[float, _NUMBER]
"""A finite number or decimal text, but not a boolean."""

Boolean = Annotated[bool, BOOLEAN]
"""A boolean or the text ``"true"`` or ``"false"``, but not a number."""

Epoch = Annotated[datetime, _EPOCH]
"""Whole seconds since the epoch, as a datetime in UTC.

It is dumped to JSON as seconds again. In Python objects, an aware datetime is also accepted, so that a dumped model can
be validated again.
"""

Port = Annotated[int | None, _PORT]
"""An integer, or empty text for no port."""

Map = Annotated[dict[str, T], EmptyListIsMap()]
JsonObject = Map[Annotated[JsonValue, AnyValue()]]

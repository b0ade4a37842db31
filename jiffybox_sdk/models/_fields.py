"""Field types for the generated models, and the deviations from the schemas that they tolerate.

The service is a PHP application. It sends empty maps as ``[]``, and occasionally numbers and booleans as text.
`TOLERANCES` lists which of these deviations are accepted. Everything is built from pydantic's core validators, so that
no Python code runs for values of the expected type.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Literal, Never, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, JsonValue, ValidationInfo
from pydantic_core import CoreSchema, PydanticKnownError, SchemaValidator, ValidationError, core_schema

from jiffybox_sdk._common.json_path import EMPTY_LIST, MAP, OBJECT, TEXT
from jiffybox_sdk._common.pydantic_errors import details

T = TypeVar("T")

LAST_EPOCH = 253_402_300_799
"""The last second of the year 9999, in seconds since the epoch."""

# JSON's grammar. Python's would also accept "1_000", "0x10", " 5" and "nan".
INTEGER_TEXT = r"^-?(0|[1-9][0-9]{0,18})$"
NUMBER_TEXT = r"^-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?$"


Name = str | tuple[object, str | None] | None
"""The name of a field, alone or after that of the model around it. `None` stands for a value outside of fields."""


@dataclass(slots=True)
class Flags:
    """A validation context for parsed JSON, in which validators flag the fields with something to report.

    Attributes:
        place: The name of the field whose value is validated, if it is validated alone.
        names: The names of the flagged fields.
        quirks: The tolerances that were needed, each with whether they were needed only for known quirks.
        valid: Whether there were no errors.
    """

    place: str | None = None
    names: set[Name] = field(default_factory=set)
    quirks: dict[str, bool] = field(default_factory=dict)
    valid: bool = True

    @property
    def new(self) -> bool:
        """Whether there is drift, other than known quirks of the service."""
        return not all(self.quirks.values())

    def judge(self, validate: Callable[..., T], payload: object) -> T | None:
        """Return the validated payload, or flag the fields with errors and return `None`."""
        try:
            return validate(payload, context=self)
        except ValidationError as error:
            self.valid = False
            self.names.add(None)
            self.names.update(step for detail in details(error) for step in detail["loc"] if isinstance(step, str))
        return None


@dataclass(frozen=True)
class Tolerance:
    """A deviation from the schemas that is accepted.

    Attributes:
        accepts: The schema of a validator that accepts and converts deviating values.
        is_quirk: Whether the deviation in a field, or an enum's value, is a known quirk of the service, and so not drift.
    """

    accepts: CoreSchema = field(default_factory=core_schema.any_schema)
    is_quirk: Callable[[object], bool] = lambda _: False


def _text(pattern: str, converted: CoreSchema) -> CoreSchema:
    return core_schema.chain_schema([core_schema.str_schema(strict=True, pattern=pattern), converted])


_NEW_MAP = core_schema.no_info_plain_validator_function(lambda _: dict[str, object]())

EMPTY, NULL = "an empty list for an empty map", "null for a field that may be absent"
STATE, FIELD = "an unknown value of an enum", "an unknown field"
TOLERANCES: dict[str, Tolerance] = {
    "text for an integer": Tolerance(_text(INTEGER_TEXT, core_schema.int_schema())),
    "text for a number": Tolerance(_text(NUMBER_TEXT, core_schema.float_schema())),
    "text for a boolean": Tolerance(
        core_schema.chain_schema([core_schema.literal_schema(["true", "false"]), core_schema.bool_schema()]),
        is_quirk={"floating"}.__contains__,  # always text [recorded]
    ),
    EMPTY: Tolerance(  # PHP has no empty map [inferred]
        core_schema.chain_schema([core_schema.list_schema(max_length=0, strict=True), _NEW_MAP]),
        is_quirk=lambda _: True,
    ),
    NULL: Tolerance(core_schema.none_schema(), is_quirk=lambda _: True),  # it means the same
    # The slots 3 to 5 exist, but their hours are not on record [documented].
    STATE: Tolerance(is_quirk={("TimeSlot", 3), ("TimeSlot", 4), ("TimeSlot", 5)}.__contains__),
    FIELD: Tolerance(),
}
"""All accepted deviations. Validators, findings and drift follow from this table.

Models accept `null` without a flag, because it is not drift, and `check` finds it in the text.
"""


def tolerated(name: str, field: str | None, enum: str = "") -> list[CoreSchema]:
    """Return the validator of a tolerance, which flags what it accepts in a field, or none if the table has no such row."""
    if name not in TOLERANCES:
        return []
    is_quirk = TOLERANCES[name].is_quirk

    def flag(value: T, info: ValidationInfo) -> T:
        flags = info.context
        if isinstance(flags, Flags):
            config = info.config
            flags.names.add((config and config.get("title"), field))
            if flags.quirks.get(name, True):
                flags.quirks[name] = is_quirk((enum, value) if enum else field or flags.place)
        return value

    return [core_schema.with_info_after_validator_function(flag, TOLERANCES[name].accepts)]


def one_of(known: CoreSchema, plain: CoreSchema, field: str | None, enum: str) -> CoreSchema:
    """Return the schema of a validator of a field with an open enum: of known values, or any plain ones."""
    choices = [known, *tolerated(STATE, field, enum)]
    return core_schema.chain_schema([plain, core_schema.union_schema([*choices], mode="left_to_right")])


@dataclass(frozen=True, eq=False)
class Shape:
    """The shape of a payload or of a part of one. Any JSON value, unless a subclass restricts it.

    Attributes:
        name: The name for findings.
        names: The names by which fields inside are flagged.
    """

    name: str
    names: frozenset[Name] = field(default=frozenset(), kw_only=True)

    def schema(self, field: str | None) -> CoreSchema:
        """Return the schema of the validator for a field, or a value outside of fields."""
        del field
        return core_schema.any_schema()

    @cached_property
    def validator(self) -> SchemaValidator:
        """The validator, which accepts what the models accept."""
        return SchemaValidator(self.schema(None))


@dataclass(frozen=True, eq=False)
class Scalar(Shape):
    """A string, a number or a boolean: a marker for annotations, and the shape of such values.

    Attributes:
        type: The JSON type.
        plain: The validator for the intended form.
        also: Validators that convert other forms that the schemas allow.
        tolerance: The name of the tolerance for deviating forms.
        error: The type of pydantic's error for other values.
        message: The message of the error, if it is none of pydantic's own types.
        enum: The name of the enum, if only some values are known.
        known: The known values.
        known_text: The known values, for findings.
    """

    type: Literal["string", "integer", "number", "boolean"]
    plain: CoreSchema
    also: Sequence[CoreSchema] = ()
    tolerance: str = ""
    error: str = ""
    message: str | None = None
    enum: str = ""
    known: Sequence[str | int] = ()
    known_text: str = ""

    def schema(self, field: str | None) -> CoreSchema:
        if self.enum:
            plain = replace(self, enum="").schema(field)
            return one_of(core_schema.literal_schema([*self.known]), plain, field, self.enum)
        others = [core_schema.chain_schema([form, self.plain]) for form in tolerated(self.tolerance, field)]
        return self._union(self.plain, *self.also, *others)

    def _union(self, *choices: CoreSchema) -> CoreSchema:
        return core_schema.union_schema(
            [*choices], mode="left_to_right", custom_error_type=self.error, custom_error_message=self.message
        )

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.schema(handler.field_name)


class EpochScalar(Scalar):
    """Seconds since the epoch, read as a datetime."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        seconds = core_schema.chain_schema([self.schema(handler.field_name), core_schema.datetime_schema()])
        moment = core_schema.datetime_schema(strict=True, tz_constraint="aware", ge=datetime(1970, 1, 1, tzinfo=UTC))
        in_utc = core_schema.no_info_after_validator_function(lambda moment: moment.astimezone(UTC), moment)
        return core_schema.json_or_python_schema(
            json_schema=seconds,
            python_schema=self._union(seconds, in_utc),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda moment: int(moment.timestamp()), when_used="json"
            ),
        )


class AnyValue:
    """Any JSON value. In JSON, parsed or not, there is nothing to validate."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: object, handler: Callable[[object], object], info: ValidationInfo) -> object:
            return value if isinstance(info.context, Flags) else handler(value)

        other = core_schema.with_info_wrap_validator_function(validate, handler(source))
        quick = [core_schema.str_schema(strict=True), core_schema.int_schema(strict=True)]
        in_python = core_schema.union_schema([*quick, other], mode="left_to_right")
        return core_schema.json_or_python_schema(core_schema.any_schema(), in_python)


class EmptyListIsMap:
    """Accepts `[]` as an empty map."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        others = [(empty, EMPTY_LIST) for empty in tolerated(EMPTY, handler.field_name)]
        return core_schema.union_schema([(handler(source), MAP), *others], mode="left_to_right")


class Open:
    """Validates a union of an enum and its plain type, as a member if the value is known or a plain value otherwise."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        enum, plain = get_args(source)
        known = handler(enum)
        if "_missing_" not in vars(enum):  # an enum is slow to reject a value
            known = core_schema.chain_schema([core_schema.literal_schema([member.value for member in enum]), known])
        return one_of(known, handler(plain), handler.field_name, enum.__name__)


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
_SECONDS = core_schema.int_schema(strict=True, ge=0, le=LAST_EPOCH)
_NONE = core_schema.chain_schema(
    [core_schema.literal_schema([""]), core_schema.no_info_plain_validator_function(lambda _: None)]
)

TEXT_SCALAR = Scalar("string", "string", core_schema.str_schema(strict=True), error="string_type")
INTEGER = Scalar(
    "integer", "integer", core_schema.int_schema(strict=True), [_FRACTION], "text for an integer", "int_type"
)
BOOLEAN = Scalar("boolean", "boolean", core_schema.bool_schema(strict=True), (), "text for a boolean", "bool_type")
_FLOAT = core_schema.float_schema(strict=True, allow_inf_nan=False)
_NUMBER = Scalar("number", "number", _FLOAT, (), "text for a number", "float_type")
_EPOCH = EpochScalar(
    f"integer from 0 to {LAST_EPOCH}",
    "integer",
    _SECONDS,
    [core_schema.chain_schema([_FRACTION, _SECONDS])],
    "text for an integer",
    "epoch",
    "Input should be whole seconds since the epoch, up to the year 9999",
)
_PORT = replace(INTEGER, name="integer or empty string", also=[_FRACTION, _NONE])

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
Json = Annotated[JsonValue, AnyValue()]
"""Any JSON value."""

JsonObject = Map[Json]

"""Hypothesis strategies for valid and invalid payloads of a schema, and values that are often confused."""

import json
from collections.abc import Mapping, Set

from hypothesis import HealthCheck, settings, strategies as st
from pydantic import JsonValue

from tests.support.schema_tools import Path, Schema, items, members, others, removed, replaced, resolve, spots

Payloads = st.SearchStrategy[JsonValue]

# Reproducible, and independent of the speed of the machine.
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# U+FDD0 is a noncharacter.
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\ufdd0")
TEXT = st.text(CHARACTERS, max_size=8)
# Regular expression engines disagree whether U+FEFF is white space.
ALPHABET = st.characters(codec="utf-8", exclude_characters="\ufdd0\ufeff")
WHOLE = st.integers(-(2**70), 2**70)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALAR: Payloads = st.one_of(st.none(), st.booleans(), WHOLE, FINITE, TEXT)
ANYTHING: Payloads = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2), max_leaves=4
)
ODD: list[JsonValue] = [
    None, True, False, 0, 1, -1, 5.0, -0.0, 5.5, 1e19, 2.0**63, -(2.0**63), -(2.0**64), 2**63, 10**400,
    253_402_300_799, 253_402_300_800, 253_402_300_799.0, 1_460_000_000_000,
    "", "5", "-5", "05", "+5", " 5", "5 ", "5\n", "5.0", "5.5", "1e3", "1_000", "nan", "0x10", "true", "false", "True",
    "1460000000", "253402300800", "2016-04-07", "9" * 19, "9" * 20, "READY", "RESCUING",
    [], {}, [1], [[]], [{}], [None], ["READY"], {"": None}, {"str": 1},
]  # fmt: skip


def fitting(schema: Schema) -> Payloads:
    """Return a strategy for valid payloads."""
    schema = resolve(schema)
    if "enum" in schema:
        return st.sampled_from(items(schema["enum"]))
    if "const" in schema:
        return st.just(schema["const"])
    if "anyOf" in schema and "properties" not in schema:
        return st.one_of([fitting(members(choice)) for choice in items(schema["anyOf"])])
    match schema.get("type"):
        case "string":
            return texts(schema)
        case "boolean":
            return st.booleans()
        case "number":
            return FINITE | st.integers(-(2**53), 2**53)
        case "integer":
            whole = st.integers(number(schema, "minimum"), number(schema, "maximum"))
            return whole | whole.filter(lambda value: abs(value) < 2**53).map(float)
        case "array":
            size = number(schema, "minItems") or 0
            return st.lists(fitting(members(schema["items"])), min_size=size, max_size=size + 3)
        case "object":
            return objects(schema)
        case _:
            return ANYTHING


def number(schema: Schema, limit: str) -> int | None:
    found = schema.get(limit)
    assert found is None or isinstance(found, int)
    return found


def texts(schema: Schema) -> st.SearchStrategy[str]:
    if schema.get("format") == "ipv4":
        return st.ip_addresses(v=4).map(str)
    most = number(schema, "maxLength")
    if "pattern" in schema:
        found = st.from_regex(str(schema["pattern"]), fullmatch=True, alphabet=ALPHABET)
        return found.filter(lambda text: (number(schema, "minLength") or 0) <= len(text) <= (most or len(text)))
    return st.text(CHARACTERS, min_size=number(schema, "minLength") or 0, max_size=min(8, most or 8))


def objects(schema: Schema) -> Payloads:
    needed = {str(name) for name in items(schema.get("required"))}
    fields = {name: fitting(members(node)) for name, node in members(schema.get("properties")).items()}
    ways = [needed | {choice} for choice in choices(schema)] or [needed]
    left_out = set(choices(schema)) if "oneOf" in schema else set[str]()
    found = st.one_of([named(fields, way, left_out - way) for way in ways])
    if closed(schema):
        return found.map(dict[str, JsonValue])
    more = others(schema)
    values = ANYTHING if more is None else fitting(more)
    unknown = st.dictionaries(TEXT.filter(lambda name: name not in fields), values, max_size=2)
    return st.tuples(found, unknown).map(lambda both: {**both[1], **both[0]})


def named(
    fields: Mapping[str, Payloads], needed: Set[str], left_out: Set[str]
) -> st.SearchStrategy[dict[str, JsonValue]]:
    """Return a strategy for objects with some required, some forbidden and any other fields."""
    required = {name: values for name, values in fields.items() if name in needed}
    optional = {name: values for name, values in fields.items() if name not in needed | left_out}
    return st.fixed_dictionaries(required, optional=optional)


def choices(schema: Schema) -> list[str]:
    """Return the fields of which one is required."""
    found = items(schema.get("oneOf", schema.get("anyOf")))
    return [str(name) for choice in found for name in items(members(choice)["required"])]


def closed(schema: Schema) -> bool:
    """Return whether a schema forbids other fields."""
    return False in (schema.get("additionalProperties"), schema.get("unevaluatedProperties"))


@st.composite
def edited(draw: st.DrawFn, schema: Schema, once: Payloads) -> JsonValue:
    """Draw valid payloads with one to three edits."""
    payload = draw(once)
    for _ in range(draw(st.integers(1, 3))):
        places = list(spots(schema, payload))
        fields = [spot.path for spot in places if spot.field]
        anywhere: list[Path] = [(), *(spot.path for spot in places)]
        match draw(st.sampled_from(["remove", "respell", "replace"])):
            case "remove" if fields:
                payload = removed(payload, draw(st.sampled_from(fields)))
            case "respell" if places:
                path = draw(st.sampled_from(places)).path
                payload = replaced(payload, path, draw(respelled(at(payload, path))))
            case _:
                path = draw(st.sampled_from(anywhere))
                payload = replaced(payload, path, draw(st.sampled_from(ODD) | ANYTHING))
    return payload


def respelled(value: JsonValue) -> Payloads:
    """Return a strategy for other forms of a value."""
    return st.sampled_from([None, [], value if isinstance(value, str) else json.dumps(value)])


def at(value: JsonValue, path: Path) -> JsonValue:
    for step in path:
        value = items(value)[step] if isinstance(step, int) else members(value)[step]
    return value

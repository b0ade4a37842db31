"""Generate ``jiffybox_sdk/openapi.json``: ``make generate``. With ``--check``, report whether it is stale.

The document combines the calls, the schemas, and the texts in ``openapi_facts.py``.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import get_args, get_origin

from pydantic import JsonValue

from jiffybox_sdk import operations
from jiffybox_sdk._client.endpoints import CALLS, Endpoint
from jiffybox_sdk._common.operation import Verb
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.models.requests.new_check import NewCheck
from jiffybox_sdk.schemas import load, names
from jiffybox_sdk.validation import KINDS
from scripts import openapi_facts as facts
from scripts.generated import update

TARGET = Path(__file__).parents[1] / "jiffybox_sdk" / "openapi.json"

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERBS: Sequence[Verb] = ("GET", "PUT", "POST", "DELETE")
"""In the order in which OpenAPI lists them."""

NO_ENVELOPE = "documented only; the response may have no envelope"

_DOCSTRING = re.compile(r"(?P<summary>[^`]*): `[A-Z]+ [^`]+`[^[]*\[\w+\]\.\s*(?P<description>[^\n]*)")

Node = dict[str, JsonValue]


def main() -> int:
    return update({TARGET: json.dumps(document(), indent=2, ensure_ascii=False) + "\n"})


def document() -> Node:
    kinds = sorted({call.returns for call in CALLS})
    taken = sorted({call.takes for call in CALLS if call.takes}, key=lambda request: request.__name__)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": facts.INFO,
        "servers": facts.SERVERS,
        "security": [],
        "tags": [{"name": name, "description": text} for name, text in facts.TAGS.items()],
        "paths": paths(),
        "components": {
            "parameters": parameters(),
            "requestBodies": {request.__name__: request_body(request) for request in taken},
            "responses": {
                **{pascal(kind): response(kind) for kind in kinds},
                "TooManyRequests": {"description": f"Rate limit exceeded ({NO_ENVELOPE})."},
                "ServerError": {"description": f"Error of the service or its gateway ({NO_ENVELOPE})."},
            },
            "schemas": unique([*written_schemas(), *envelopes(kinds), ("AnyNewCheck", any_new_check())]),
        },
    }


def paths() -> Node:
    by_path: Node = {}
    for path, calls in groupby(sorted(CALLS, key=lambda call: by_module(call.path)), key=lambda call: call.path):
        by_verb = {call.verb: call for call in calls}
        places = ["token", *re.findall(r"\{(\w+)\}", path)]
        by_path[f"/{{token}}/v1.0/{path}"] = {
            "parameters": [refer("parameters", parameter_name(path, place)) for place in places],
            **{verb.lower(): operation(by_verb[verb]) for verb in VERBS if verb in by_verb},
        }
    return by_path


def by_module(path: str) -> tuple[int, str]:
    """Return the sort key of a path: modules are in the order of the tags."""
    return list(facts.TAGS).index(module(path)), path


def module(path: str) -> str:
    return path.partition("/")[0]


def operation(call: Endpoint) -> Node:
    summary, description = words(call)
    return {
        "operationId": call.name,
        "tags": [module(call.path)],
        "summary": summary,
        "description": description,
        **({"requestBody": refer("requestBodies", call.takes.__name__)} if call.takes else {}),
        "responses": {
            "200": refer("responses", pascal(call.returns)),
            "429": refer("responses", "TooManyRequests"),
            "5XX": refer("responses", "ServerError"),
        },
        "x-standing": call.standing.value,
        "x-repeated": call.repeatable,
    }


def words(call: Endpoint) -> tuple[str, str]:
    """Return the summary and the description of a call, from the docstrings of the operations that use it."""
    matches = [
        match
        for _, function in inspect.getmembers(operations, inspect.isfunction)
        if f"endpoints.{call.name.upper()}.on(" in inspect.getsource(function)
        and (match := _DOCSTRING.match(inspect.getdoc(function) or ""))
    ]
    first, *others = (match["summary"] for match in matches)
    summary = ", or ".join([first, *(text[0].lower() + text[1:] for text in others)])
    description = facts.DESCRIPTIONS.get(call.name) or matches[0]["description"] or facts.RESULTS[call.returns]
    return summary, " ".join(description.split())


def parameters() -> Node:
    """Return the path parameters."""
    of_paths = {parameter_name(path, place): (place, about) for (path, place), about in facts.OTHER_PLACES.items()}
    places = {**{place: (place, about) for place, about in facts.PLACES.items()}, **of_paths}
    return {
        name: {
            "name": place,
            "in": "path",
            "required": True,
            "description": description,
            "schema": schema,
            "example": example,
        }
        for name, (place, (description, schema, example)) in places.items()
    }


def parameter_name(path: str, place: str) -> str:
    """Return the component name of a parameter. One that has another meaning in a path is named after that path."""
    return pascal(re.sub(r"\W+", "_", path).strip("_")) if (path, place) in facts.OTHER_PLACES else place


def request_body(request: type[Request]) -> Node:
    schema = load(schema_name(request))
    content = refer("schemas", "AnyNewCheck" if request is NewCheck else request.__name__)
    compound = sorted({name for part in parts(request) for name in compounds(part)})
    as_json: JsonValue = {name: {"contentType": JSON} for name in compound}
    return {
        "description": schema["description"],
        # Without required fields, the service accepts an empty body.
        "required": bool({"required", "anyOf", "oneOf"} & schema.keys()),
        "content": {
            JSON: {"schema": content},
            FORM: {"schema": content, **({"encoding": as_json} if compound else {})},
        },
    }


def parts(request: type[Request]) -> Iterator[str]:
    """Yield the names of the schemas that describe a request body."""
    yield schema_name(request)
    if request is NewCheck:
        yield from map(schema_name, TYPES.values())


def compounds(name: str) -> Iterator[str]:
    """Yield the properties of a schema that are lists or maps, which forms cannot express."""
    for field, node in members(load(name).get("properties")).items():
        about = members(node)
        if isinstance(reference := about.get("$ref"), str):
            about = load(target(name, reference))
        if about.get("type") in ("array", "object"):
            yield field


def response(kind: str) -> Node:
    """Return the response of calls with a kind of result: an envelope with the result, or with an error."""
    good, bad = refer("schemas", f"{pascal(kind)}Envelope"), refer("schemas", "ErrorEnvelope")
    kind_links = links(kind)
    return {
        "description": f"{facts.RESULTS[kind]} Or an error.",
        "content": {JSON: {"schema": {"oneOf": [good, bad]}}},
        **({"links": kind_links} if kind_links else {}),
    }


def links(kind: str) -> Node:
    """Return links from the ids in a kind of payload to the calls that need no other argument."""
    by_name: dict[str, JsonValue] = {
        call.name: link(call.name, f"The `{pointer}` in the result is the {place}.", {place: from_body(pointer)})
        for place, pointer in facts.LINKS.get(kind, {}).items()
        for call in CALLS
        if re.findall(r"\{(\w+)\}", call.path) == [place]
    }
    if kind == "backups":  # there is one backup of each type, under the name of the type
        by_name |= {
            f"{name}_{which}": link(
                name,
                f"The id of the {which} backup, if there is one.",
                {"box": "$request.path.box", "type": str(which), "backup": from_body(f"{which}/id")},
            )
            for name in ("restore_backup", "delete_backup")
            for which in items(facts.PLACES["type"][1]["enum"])
        }
    return by_name


def link(operation_id: str, description: str, arguments: Mapping[str, str]) -> JsonValue:
    return {
        "operationId": operation_id,
        "description": description,
        "parameters": {"token": "$request.path.token", **arguments},
    }


def from_body(pointer: str) -> str:
    return f"$response.body#/result/{pointer}"


def written_schemas() -> Iterator[tuple[str, Node]]:
    """Yield the schemas by title, with references to components."""
    for name in names():
        schema = moved(name, load(name))
        assert isinstance(schema, dict)
        title = title_of(name)
        for field, node in members(schema.get("properties")).items():
            if other := facts.AS_SENT.get((title, field)):
                members(schema["properties"])[field] = widened(members(node), other)
        yield title, for_generators({key: value for key, value in schema.items() if key not in ("$id", "$schema")})


def for_generators(schema: Node) -> Node:
    """Return a schema in an equivalent form for generators.

    They make no class of an object that is also a choice. If a schema extends a single one, they ignore its own fields,
    unless these are a second one. And if a value may also be a constant, they reject all others, unless it is an enum.
    """
    if "properties" not in schema:
        if "anyOf" in schema:
            schema["anyOf"] = [one_of_enum(members(choice)) for choice in items(schema["anyOf"])]
        return schema
    choice: Node = {key: schema.pop(key) for key in ("anyOf", "oneOf") if key in schema}
    if "allOf" in schema:
        own: Node = {key: schema.pop(key) for key in ("required", "properties") if key in schema}
        schema["allOf"] = [*items(schema["allOf"]), {"type": "object", **own}]
    return {**schema, **({"not": {"not": choice}} if choice else {})}


def one_of_enum(choice: Mapping[str, JsonValue]) -> Node:
    """Return a choice with an enum in place of a constant, which is text."""
    return {"type": "string", "enum": [choice["const"]]} if [*choice] == ["const"] else {**choice}


def moved(name: str, node: JsonValue) -> JsonValue:
    """Return a part of a schema with references to components."""
    if isinstance(node, list):
        return [moved(name, item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: pointer("schemas", title_of(target(name, value)))
        if key == "$ref" and isinstance(value, str)
        else value
        if key in ("examples", "const", "enum")  # data, not schemas
        else moved(name, value)
        for key, value in node.items()
    }


def widened(node: Mapping[str, JsonValue], other: JsonValue) -> Node:
    """Return the schema of a field that may have another form as well."""
    about = {key: value for key, value in node.items() if key in ("description", "examples", "x-standing")}
    return {**about, "anyOf": [{key: value for key, value in node.items() if key not in about}, other]}


def envelopes(kinds: Sequence[str]) -> Iterator[tuple[str, Node]]:
    """Yield the schemas of responses: an envelope for each kind of payload, and one for errors."""
    message = refer("schemas", "Message")
    error = refer("schemas", "ErrorMessage")
    yield (
        "ErrorMessage",
        {
            "description": "A message that marks the response as an error.",
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"const": "error"}},
        },
    )
    yield (
        "GoodMessages",
        {
            "description": "Messages besides a result; often none.",
            "type": "array",
            "items": message,
            "not": {"contains": error},
        },
    )
    yield (
        "ErrorMessages",
        {
            "description": "Messages that include an error.",
            "type": "array",
            "items": message,
            "contains": error,
        },
    )
    yield (
        "ErrorEnvelope",
        envelope("The service rejected the call.", "ErrorMessages", {"anyOf": [{"type": "null"}, {"const": False}]}),
    )
    for kind in kinds:
        yield f"{pascal(kind)}Envelope", envelope(facts.RESULTS[kind], "GoodMessages", payload(KINDS[kind]))


def envelope(description: str, messages: str, result: JsonValue) -> Node:
    return {
        "description": description,
        "type": "object",
        "required": ["messages", "result"],
        "properties": {"messages": refer("schemas", messages), "result": result},
    }


def payload(kind: object) -> Node:
    """Return the schema of a kind of payload: a model, a map, a boolean or text."""
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": payload(get_args(kind)[1])}
    if kind is bool or kind is str:
        return {"type": "boolean" if kind is bool else "string"}
    assert isinstance(kind, type)
    return refer("schemas", kind.__name__)


def any_new_check() -> Node:
    mapping: JsonValue = {name: pointer("schemas", check.__name__) for name, check in TYPES.items()}
    return {
        "description": "A new monitoring check of any type.",
        "oneOf": [refer("schemas", check.__name__) for check in TYPES.values()],
        "discriminator": {"propertyName": "checkType", "mapping": mapping},
    }


def unique(schemas: Sequence[tuple[str, Node]]) -> Node:
    """Return the schemas by name.

    Raises:
        ValueError: If two have the same name.
    """
    by_name: Node = {}
    for name, schema in schemas:
        if name in by_name:
            raise ValueError(f"two schemas have the title {name}")
        by_name[name] = schema
    return by_name


def refer(section: str, name: str) -> Node:
    return {"$ref": pointer(section, name)}


def pointer(section: str, name: str) -> str:
    return f"#/components/{section}/{name}"


def target(name: str, reference: str) -> str:
    """Return the name of the schema that another one refers to."""
    return normpath(join(dirname(name), reference)).removesuffix(".json")


def title_of(name: str) -> str:
    return str(load(name)["title"])


def schema_name(request: type[Request]) -> str:
    [name] = [name for name in names() if name.startswith("requests/") and title_of(name) == request.__name__]
    return name


def pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def members(node: JsonValue) -> Node:
    return node if isinstance(node, dict) else {}


def items(node: JsonValue) -> Sequence[JsonValue]:
    return node if isinstance(node, list) else []


if __name__ == "__main__":
    sys.exit(main())

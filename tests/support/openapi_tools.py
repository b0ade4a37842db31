"""Helpers for the OpenAPI document: operations by call, and validators."""

import json
from collections.abc import Iterator
from functools import cache

import jsonschema_rs
from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import Endpoint
from jiffybox_sdk.schemas import openapi
from tests.support.schema_tools import Schema, items, members

DOCUMENT = openapi()
COMPONENTS = members(DOCUMENT["components"])
SCHEMAS = members(COMPONENTS["schemas"])
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def nodes(node: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Yield all objects in a value."""
    if isinstance(node, dict):
        yield node
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from nodes(inner)


def resolve(node: JsonValue) -> dict[str, JsonValue]:
    """Return a node, or the node that it refers to."""
    found = members(node)
    while isinstance(reference := found.get("$ref"), str):
        found = members(at(DOCUMENT, reference.removeprefix("#")))
    return found


def at(node: JsonValue, pointer: str) -> JsonValue:
    """Return the value at a JSON Pointer, or `None`."""
    for step in pointer.split("/")[1:]:
        node = members(node).get(step)
    return node


def path_item(call: Endpoint) -> dict[str, JsonValue]:
    """Return the path item of a call."""
    return members(members(DOCUMENT["paths"])[f"/{{token}}/v1.0/{call.path}"])


def operation(call: Endpoint) -> dict[str, JsonValue]:
    return members(path_item(call)[call.verb.lower()])


def response(call: Endpoint) -> dict[str, JsonValue]:
    """Return the response of a call."""
    return resolve(members(operation(call)["responses"])["200"])


def places(call: Endpoint) -> dict[str, Schema]:
    """Return the schemas of the path parameters of a call."""
    found = [resolve(parameter) for parameter in items(path_item(call)["parameters"])]
    assert all(parameter["in"] == "path" and parameter["required"] is True for parameter in found)
    return {str(parameter["name"]): members(parameter["schema"]) for parameter in found}


def accepts(schema: Schema, payload: JsonValue) -> bool:
    """Return whether a payload is valid for a schema of the document."""
    return _validator(json.dumps(schema)).is_valid(payload)


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    whole = {**json.loads(schema), "components": COMPONENTS}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def schema_of(content: JsonValue, media_type: str = JSON) -> Schema:
    """Return the schema of a body or a response for a content type."""
    return members(members(members(content)[media_type])["schema"])


def answers(call: Endpoint) -> Schema:
    """Return the schema of the responses to a call."""
    return schema_of(response(call)["content"])


def takes(call: Endpoint) -> dict[str, JsonValue]:
    """Return the request body of a call."""
    return resolve(operation(call)["requestBody"])


def referred(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}

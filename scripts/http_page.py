"""Render the OpenAPI document as a page of the docs. The build of the docs calls it; nothing of it is committed."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from jiffybox_sdk._common.type_guards import is_list, is_map

Map = Mapping[object, object]

HEAD = """---
description: Every call of the HTTP API with its parameters, bodies and fields, rendered from the OpenAPI document.
---

# HTTP API

{description}

The document itself is `jiffybox schema bundle --openapi`, `schemas.openapi()` in Python, and `/openapi.json` of
[the emulator's server](emulator.md#the-server). [Calls](calls.md) lists the Python methods that make each call.
"""


def page(document: Map) -> str:
    """Return the page in Markdown: a section for each call, and one for each schema."""
    return "\n".join(_lines(document))


def _lines(document: Map) -> Iterator[str]:
    yield HEAD.format(description=_map(document, "info")["description"])
    paths = _map(document, "paths")
    for tag in _maps(document, "tags"):
        yield f"\n## {str(tag['description']).partition(':')[0].rstrip('.')}\n"
        for path in paths:
            for verb, call in _map(paths, path).items():
                if is_map(call) and tag["name"] in _list(call, "tags"):
                    yield from _call(document, verb, path, call)
    yield "\n## Schemas\n"
    schemas = _map(document, "components", "schemas")
    for name in schemas:
        if not str(name).endswith(("Envelope", "Message", "Messages")):
            yield from _schema(name, _map(schemas, name))


def _call(document: Map, verb: object, path: object, call: Map) -> Iterator[str]:
    yield f"\n### {call['summary']} {{ #{call['operationId']} }}\n"
    yield f"```http\n{str(verb).upper()} {path}\n```\n"
    yield f"{call.get('description', '')}\n"
    retry = "Retried" if call["x-repeated"] else "Not retried"
    yield f"*{str(call['x-standing']).capitalize()}. {retry} if the response is lost.*\n"
    parameters = [
        _resolve(document, parameter)
        for parameter in (*_maps(document, "paths", path, "parameters"), *_maps(call, "parameters"))
    ]
    if rows := [each for each in parameters if each["name"] != "token"]:
        yield "| parameter | type | meaning |\n| --- | --- | --- |"
        yield "".join(f"| `{row['name']}` | {_type(_map(row, 'schema'))} | {row['description']} |\n" for row in rows)
    if "requestBody" in call:
        yield f"Body: {_content(_resolve(document, _map(call, 'requestBody')))}\n"
    result = _resolve(document, _map(call, "responses", "200"))
    yield f"Result: {str(result['description']).removesuffix(' Or an error.')}{_result(document, result)}\n"


def _result(document: Map, response: Map) -> str:
    """Return a link to the schema of the result in the envelope, if it has one."""
    [schema, *_] = _maps(response, "content", "application/json", "schema", "oneOf")
    result = _map(_resolve(document, schema), "properties").get("result")
    links = re.findall(r"#/components/schemas/(\w+)", json.dumps(result))
    return "".join(f" See [`{name}`](#{name.lower()})." for name in dict.fromkeys(links))


def _content(body: Map) -> str:
    return _type(_map(body, "content", "application/json", "schema"))


def _schema(name: object, schema: Map) -> Iterator[str]:
    yield f"\n### {name} {{ #{str(name).lower()} }}\n"
    yield f"{schema['description']}\n"
    required = _list(schema, "required")
    fields = dict(_map(schema, "properties"))
    for part in _maps(schema, "allOf"):
        fields |= _map(part, "properties")
        required = [*required, *_list(part, "required")]
        if "$ref" in part:
            yield f"With the fields of {_type(part)}.\n"
    if fields:
        yield "| field | type | meaning |\n| --- | --- | --- |"
        yield "".join(_row(field, _map(fields, field), field in required) for field in fields)
    elif "enum" in schema:
        names = _list(schema, "x-enum-varnames")
        values = [f"`{json.dumps(value)}`" for value in _list(schema, "enum")]
        labelled = zip_longest(values, map(str, names), fillvalue="")
        yield f"{', '.join(' '.join(each).rstrip() for each in labelled)}\n"
    elif options := _maps(schema, "oneOf") or _maps(schema, "anyOf"):
        yield f"One of {', '.join(map(_type, options))}.\n"
    for example in _list(schema, "examples")[:1]:
        if is_map(example) or is_list(example):
            yield f"\n```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n"


def _row(name: object, field: Map, required: bool) -> str:  # noqa: FBT001 (a column)
    text = str(field.get("description", "")).rstrip(".")
    notes = [text[:1].upper() + text[1:], "" if required else "optional", str(field.get("x-standing", ""))]
    return f"| `{name}` | {_type(field)} | {'; '.join(filter(None, notes))} |\n"


def _type(schema: Map) -> str:
    """Return a schema in a few words, with links to named ones."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"[`{name}`](#{name.lower()})"
    if options := _maps(schema, "anyOf") or _maps(schema, "oneOf"):
        return " or ".join(dict.fromkeys(map(_type, options)))
    if "enum" in schema or "const" in schema:
        values = _list(schema, "enum") or [schema["const"]]
        return ", ".join(f"`{json.dumps(value)}`" for value in values)
    if schema.get("type") == "array" and is_map(schema.get("items")):
        return f"list of {_type(_map(schema, 'items'))}"
    if is_map(schema.get("additionalProperties")):
        return f"map to {_type(_map(schema, 'additionalProperties'))}"
    kinds = schema.get("type", "any")
    return " or ".join(map(str, kinds)) if is_list(kinds) else str(kinds)


def _resolve(document: Map, part: Map) -> Map:
    return _map(document, *str(part["$ref"]).split("/")[1:]) if "$ref" in part else part


def _map(value: Map, *names: object) -> Map:
    """Return the map at a place, or an empty one."""
    for name in names:
        inner = value.get(name)
        value = inner if is_map(inner) else {}
    return value


def _list(value: Map, name: object) -> list[object]:
    inner = value.get(name)
    return list(inner) if is_list(inner) else []


def _maps(value: Map, *names: object) -> list[Map]:
    items: Iterable[object] = _list(_map(value, *names[:-1]), names[-1])
    return [item for item in items if is_map(item)]

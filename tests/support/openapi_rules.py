"""A JSON Schema for the parts of OpenAPI 3.1 that our document uses."""

from pydantic import JsonValue

Rule = dict[str, JsonValue]

TEXT: Rule = {"type": "string", "minLength": 1}
FLAG: Rule = {"type": "boolean"}
ANY: Rule = {}
SCHEMA: Rule = {"type": "object"}
NAME = r"^[a-zA-Z0-9._-]+$"
EXPRESSION: Rule = {"type": "string", "pattern": r"^(\$(request|response)\.(path\.\w+|body#(/\w+)+)|[a-z]+)$"}


def rule(name: str) -> Rule:
    return {"$ref": f"#/$defs/{name}"}


def a(needed: str, **optional: Rule) -> Rule:
    """Return a rule for an object with these fields and extensions only."""
    properties: Rule = {name.strip("_"): node for name, node in optional.items()}
    return {
        "type": "object",
        "required": list(needed.split()),
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }


def named(node: Rule, names: str = NAME) -> Rule:
    """Return a rule for a map."""
    return {"type": "object", "patternProperties": {names: node}, "additionalProperties": False}


def or_reference(node: Rule) -> Rule:
    return {"if": {"type": "object", "required": ["$ref"]}, "then": rule("reference"), "else": node}


def some(node: Rule) -> Rule:
    return {"type": "array", "items": node, "minItems": 1}


RULES: Rule = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **rule("document"),
    "$defs": {
        "document": a(
            "openapi info paths",
            openapi={"type": "string", "pattern": r"^3\.1\.\d+$"},
            jsonSchemaDialect={"const": "https://json-schema.org/draft/2020-12/schema"},
            info=rule("info"),
            servers=some(a("url", url=TEXT, description=TEXT)),
            security={"const": []},  # linters want it stated
            tags={**some(a("name", name=TEXT, description=TEXT)), "uniqueItems": True},
            paths=named(rule("path"), "^/"),
            components=rule("components"),
        ),
        "info": a(
            "title version",
            title=TEXT,
            version=TEXT,
            summary=TEXT,
            description=TEXT,
            license=a("name", name=TEXT, identifier=TEXT),
        ),
        "reference": {
            "type": "object",
            "required": ["$ref"],
            "properties": {"$ref": {"type": "string", "pattern": r"^#/components/\w+/[a-zA-Z0-9._-]+$"}},
            "additionalProperties": False,
        },
        "path": a(
            "",
            parameters={**some(or_reference(rule("parameter"))), "uniqueItems": True},
            get=rule("operation"),
            put=rule("operation"),
            post=rule("operation"),
            delete=rule("operation"),
        ),
        "operation": a(
            "responses",
            operationId=TEXT,
            tags=some(TEXT),
            summary=TEXT,
            description=TEXT,
            requestBody=or_reference(rule("requestBody")),
            responses={
                **named(or_reference(rule("response")), "^([1-5][0-9][0-9]|[1-5]XX)$"),
                "minProperties": 1,
            },
        ),
        "parameter": a(
            "name in required schema",
            name=TEXT,
            in_={"const": "path"},
            required={"const": True},
            description=TEXT,
            schema=SCHEMA,
            example=ANY,
        ),
        "requestBody": a("content", description=TEXT, required=FLAG, content=rule("content")),
        "response": a(
            "description", description=TEXT, content=rule("content"), links=named(or_reference(rule("link")))
        ),
        "content": named(
            a("schema", schema=SCHEMA, encoding=named(a("contentType", contentType=TEXT))), r"^\w+/[\w.+-]+$"
        ),
        "link": a("operationId", operationId=TEXT, description=TEXT, parameters=named(EXPRESSION)),
        "components": a(
            "",
            parameters=named(or_reference(rule("parameter"))),
            requestBodies=named(or_reference(rule("requestBody"))),
            responses=named(or_reference(rule("response"))),
            schemas=named(SCHEMA),
        ),
    },
}

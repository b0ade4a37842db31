"""The module doc: what the service says of itself.

Its shape is documented, and its texts are invented. Which calls there are and what they take comes from the SDK's own
calls and models.
"""

import re
from collections.abc import Iterator

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import CALLS, Endpoint
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import Refusal
from jiffybox_sdk.schemas import load

MODULES = {
    "Backups": "Verwaltung der Backups von JiffyBoxen",
    "ContactGroups": "Verwaltung der Kontaktgruppen fuer das Monitoring",
    "Distributions": "Liste der Distributionen",
    "Doc": "Dokumentation der Module",
    "Ips": "Verwaltung der IP-Adressen",
    "JiffyBoxes": "Verwaltung der JiffyBoxen",
    "Monitoring": "Verwaltung der Monitoring-Checks",
    "Plans": "Liste der Tarife",
}

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")

_DOES = {"GET": "Liefert Informationen", "POST": "Legt an", "PUT": "Aendert", "DELETE": "Loescht"}


def list_all() -> JsonValue:
    """`GET doc`."""
    return dict(MODULES)


def get(name: str) -> JsonValue:
    """`GET doc/<module>`, however the module is capitalised."""
    known = {module.lower(): module for module in MODULES}
    module = known.get(name.lower())
    if module is None:
        raise Refusal(_messages.NO_SUCH_MODULE, module=name)
    answer: dict[str, JsonValue] = {"description": MODULES[module]}
    parts: dict[str, dict[str, JsonValue]] = {}
    for part, call in _parts(module):
        parts.setdefault(part, {})[call.verb] = _call(call)
    return {**answer, **parts}


def _parts(module: str) -> Iterator[tuple[str, Endpoint]]:
    """Yields the calls of a module, each with its part of the module's path, such as `/<box>`."""
    for call in CALLS:
        first, _, rest = call.path.partition("/")
        if first.lower() == module.lower():
            yield "/" + rest.replace("{", "<").replace("}", ">"), call


def _call(call: Endpoint) -> JsonValue:
    must: dict[str, JsonValue] = {}
    may: dict[str, JsonValue] = {}
    if call.takes:
        schema = load(f"requests/{_WORD.sub('-', call.takes.__name__).lower()}")
        fields, required = schema["properties"], schema.get("required")
        for name, field in fields.items() if is_map(fields) else ():
            described: JsonValue = {"description": f"Der Parameter {name}", "type": _type(field)}
            (must if is_list(required) and name in required else may)[str(name)] = described
    parameters: JsonValue = {"must": must or [], "may": may or []}  # PHP's empty map
    return {"description": f"{_DOES[call.verb]}: {call.path}", "parameters": parameters}


def _type(schema: object) -> str:
    """Returns the type of a parameter: the first one that it may have."""
    if not is_map(schema):
        return "string"
    options = schema.get("anyOf")
    if is_list(options):
        return _type(options[0])
    return str(schema.get("type", "object" if schema.get("$ref") == "../metadata.json" else "string"))

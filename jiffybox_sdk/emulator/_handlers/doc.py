"""The `doc` module, the service's description of itself, generated from the SDK's list of calls and its schemas.

The structure is documented, and the modules are recorded; the texts are in our own words.
"""

import re

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import CALLS, Endpoint
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.schemas import load

MODULES = {
    "Backups": "Verwaltung der Backups von JiffyBoxen",
    "ContactGroups": "Verwaltung der Kontaktgruppen für das Monitoring",
    "Distributions": "Liste der Distributionen",
    "Doc": "Dokumentation der Module",
    "Ips": "Verwaltung der IP-Adressen",
    "JiffyBoxes": "Verwaltung der JiffyBoxen",
    "Monitoring": "Verwaltung der Monitoring-Checks",
    "Plans": "Liste der Tarife",
}

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")

_DESCRIPTIONS = {"GET": "Liefert Informationen", "POST": "Legt an", "PUT": "Ändert", "DELETE": "Löscht"}


def get(name: str) -> JsonValue:
    """`GET doc/<module>`, case-insensitive."""
    module = next((module for module in MODULES if module.lower() == name.lower()), None)
    if module is None:
        raise ServiceError(_messages.NO_SUCH_MODULE, module=name)
    parts: dict[str, dict[str, JsonValue]] = {}
    for call in CALLS:
        first, _, rest = call.path.partition("/")
        if first.lower() == name.lower():
            part = "/" + rest.replace("{", "<").replace("}", ">")  # such as /<box>
            parts.setdefault(part, {})[call.verb] = _describe(call)
    return {"description": MODULES[module], **parts}


def _describe(call: Endpoint) -> JsonValue:
    required: dict[str, JsonValue] = {}
    optional: dict[str, JsonValue] = {}
    if call.takes:
        schema = load(f"requests/{_WORD_START.sub('-', call.takes.__name__).lower()}")
        fields, required_names = schema["properties"], schema.get("required")
        for name, field in fields.items() if is_map(fields) else ():
            described: JsonValue = {"description": f"Der Parameter {name}", "type": _type(field)}
            (required if is_list(required_names) and name in required_names else optional)[str(name)] = described
    parameters: JsonValue = {"must": required, "may": optional}
    return {"description": f"{_DESCRIPTIONS[call.verb]}: {call.path}", "parameters": parameters}


def _type(schema: object) -> str:
    """Return a parameter's type, or the first if it has several."""
    if not is_map(schema):
        return "string"
    options = schema.get("anyOf")
    if is_list(options):
        return _type(options[0])
    return str(schema.get("type", "object" if schema.get("$ref") == "../metadata.json" else "string"))


HANDLERS: Handlers = {
    "list_modules": lambda _: dict(MODULES),
    "get_module": lambda call: get(call.arguments[0]),
}

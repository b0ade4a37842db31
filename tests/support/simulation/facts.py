"""What identifies a result, taken from the client's records or from the emulator's JSON."""

from pydantic import BaseModel, JsonValue

from jiffybox_sdk._common.type_guards import is_list, is_map

_NAMES = ("id", "name", "status", "metadata", "contacts")


def facts(result: object) -> object:
    """Return what identifies the result of a call."""
    if is_list(result):
        return sorted(str(facts(record)) for record in result)
    if isinstance(result, BaseModel):
        return {name: _plain(getattr(result, name)) for name in _NAMES if getattr(result, name, None)}
    return result


def facts_of_json(result: JsonValue) -> object:
    """Return what identifies a result, from its JSON."""
    if not isinstance(result, dict):
        return result
    if "id" not in result:
        return sorted(str(facts_of_json(record)) for record in result.values())
    return {name: _plain(result[name]) for name in _NAMES if result.get(name)}


def _plain(value: object) -> object:
    """Return a value without the types that show it differently."""
    if isinstance(value, str):
        return str.__str__(value)
    return dict(value) if is_map(value) else list(value) if is_list(value) else value

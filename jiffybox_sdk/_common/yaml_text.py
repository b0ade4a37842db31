"""YAML, as which JSON values can be shown."""

import json
import re

from jiffybox_sdk._common.texts import visible
from jiffybox_sdk._common.type_guards import is_list, is_map

_WORDS = re.compile(
    r"(?!(y|n|yes|no|on|off|true|false|null)$)[a-z_][\w/@+-]*([ .]+[\w/@+-]+)*", re.ASCII | re.IGNORECASE
)
"""Text that needs no quotes in YAML."""


def yaml_text(value: object, line: str = "\n") -> str:
    """Return YAML, in which each line begins with `line`. Text is quoted as in JSON unless it is a word or several."""
    inner = f"{line}  "
    if is_map(value) and value:
        return "".join(f"{line}{_yaml_scalar(name)}:{yaml_text(part, inner)}" for name, part in value.items())
    if is_list(value) and value:
        return "".join(f"{line}- {yaml_text(part, inner).removeprefix(inner).lstrip(' ')}" for part in value)
    return f" {_yaml_scalar(value)}"


def _yaml_scalar(value: object) -> str:
    if isinstance(value, str) and _WORDS.fullmatch(value):
        return value
    text = visible(json.dumps(value, ensure_ascii=False, default=float), lambda character: f"\\U{ord(character):08x}")
    return re.sub(r"^(-?\d)e", r"\1.0e", text)  # which is text for parsers of YAML 1.1

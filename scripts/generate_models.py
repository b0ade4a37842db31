"""Generate ``jiffybox_sdk/models`` from ``schemas``: ``make generate``. With ``--check``, report stale models.

This script runs datamodel-code-generator, replaces JSON's types by ours (an integer that may be sent as text, a
datetime for an epoch), and formats the code.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from filecmp import dircmp
from pathlib import Path

SCHEMAS = Path(__file__).parents[1] / "schemas"
ROOT = SCHEMAS.parent
MODELS = ROOT / "jiffybox_sdk" / "models"
ROOMS = ("responses", "requests")

REFERENCES = {
    "epoch.json": "jiffybox_sdk.models._fields.Epoch",
    "metadata.json": "jiffybox_sdk.models._fields.JsonObject",
    "port.json": "jiffybox_sdk.models._fields.Port",
    "plan.json": "jiffybox_sdk._records.plan.Plan",
}
"""Types that replace references to schemas."""

PLAIN_TYPES = {
    "integer": "jiffybox_sdk.models._fields.Integer",
    "number": "jiffybox_sdk.models._fields.Number",
    "boolean": "jiffybox_sdk.models._fields.Boolean",
}

TAKEN_FORMATS = {
    "password": "jiffybox_sdk.models._request.Secret",
    "ipv4": "jiffybox_sdk.models._request.IPv4",
}
"""Types for text of these formats in requests, which accept more than text."""

NO_CLASS = ("epoch.json", "metadata.json", "port.json")

OPTIONS = [
    "--input-file-type=jsonschema",
    "--target-python-version=3.11",
    "--target-pydantic-version=2.12",
    "--union-mode=left_to_right",
    "--use-schema-description",
    "--use-single-line-docstring",
    "--use-specialized-enum",
    "--capitalise-enum-members",
    "--use-title-as-name",
    "--use-exact-imports",
    "--use-annotated",
    "--use-one-literal-as-default",
    "--use-double-quotes",
    "--disable-timestamp",
    "--formatters=builtin",
]
ANSWERS = ["--base-class=jiffybox_sdk.models._base.Model", "--use-field-description"]
REQUESTS = ["--base-class=jiffybox_sdk.models._request.Request"]
"""Request fields keep their descriptions at run time, because error messages contain them."""

JsonNode = Mapping[str, "JsonNode"] | Sequence["JsonNode"] | str | int | float | None


def main() -> int:
    check = "--check" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "jiffybox_sdk" / "models"
        generate(SCHEMAS, fresh / "responses", ANSWERS)
        generate(SCHEMAS / "requests", fresh / "requests", REQUESTS)
        for rules in (["check", "--fix", "--select=I,F401"], ["format"]):
            ruff = [sys.executable, "-m", "ruff", *rules, "--quiet", "--no-cache"]
            subprocess.run([*ruff, f"--config={ROOT / 'pyproject.toml'}", str(fresh)], check=True)
        if check:
            stale = [
                f"{room}/{name}"
                for room in ROOMS
                for name in differences(dircmp(MODELS / room, fresh / room, ignore=["__pycache__"]))
            ]
            for name in stale:
                print(f"stale: jiffybox_sdk/models/{name} (run: make generate)")
            return 1 if stale else 0
        for room in ROOMS:
            shutil.rmtree(MODELS / room, ignore_errors=True)
            shutil.copytree(fresh / room, MODELS / room)
    return 0


def generate(source: Path, target: Path, options: list[str]) -> None:
    """Write the unformatted models of the schemas in a folder."""
    with tempfile.TemporaryDirectory() as prepared:
        schemas = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(source.glob("*.json"))}
        for name, schema in schemas.items():
            if name not in NO_CLASS:
                formats = TAKEN_FORMATS if options is REQUESTS else {}
                (Path(prepared) / name).write_text(json.dumps(prepare(schema, formats, top=True)), "utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", prepared, "--output", str(target)]
        subprocess.run([*command, *OPTIONS, *options], check=True)
    for name, schema in schemas.items():
        path = target / f"{name.removesuffix('.json').replace('-', '_')}.py"
        if path.exists():
            code = finish(path.read_text("utf-8"), source.relative_to(ROOT) / name, schema)
            path.write_text(code + constructor(schema, schemas), "utf-8")
    (target / "__init__.py").write_text(package(target), "utf-8")


def package(folder: Path) -> str:
    """Return the code of the package of the models in a folder, which imports each when it is first used."""
    lines = ['"""Generated from the schemas by `make generate`. Do not edit."""', "import typing as _typing"]
    homes = {
        f"jiffybox_sdk.models.{folder.name}.{path.stem}": match[1]
        for path in sorted(folder.glob("*.py"))
        if (match := re.search(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE))
    }
    lines += ["if _typing.TYPE_CHECKING:"]
    lines += [f"    from {home} import {name} as {name}" for home, name in homes.items()]
    lines += ["    __all__: list[str]", "else:", "    from jiffybox_sdk._lazy import lazy_names"]
    lines += [
        f"    _NAMES = {json.dumps(homes)}",
        "    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)",
        "",
    ]
    return "\n".join(lines)


def prepare(node: JsonNode, formats: Mapping[str, str], *, top: bool = False) -> JsonNode:
    """Return a schema without keywords that models do not need, and with our types."""
    if isinstance(node, str) or not isinstance(node, Mapping | Sequence):
        return node
    if isinstance(node, Sequence):
        return [prepare(item, formats) for item in node]
    result: dict[str, JsonNode] = {
        key: {name: prepare(schema, formats) for name, schema in value.items()}
        if key == "properties" and isinstance(value, Mapping)
        else prepare(value, formats)
        for key, value in node.items()
        if key not in ("examples", "oneOf", "x-standing") and not (top and key == "anyOf")
    }
    our_type = None
    if isinstance(reference := node.get("$ref"), str):
        our_type = REFERENCES.get(reference.removeprefix("../"))
    elif isinstance(kind := node.get("type"), str) and not top:
        our_type = PLAIN_TYPES.get(kind) or formats.get(str(node.get("format")))
    elif set(node) <= {"description", "examples", "x-standing"} and not top:
        our_type = "jiffybox_sdk.models._fields.Json"
    if our_type:
        result.pop("$ref", None)
        result["customTypePath"] = our_type
    return result


def finish(code: str, source: Path, schema: Mapping[str, JsonNode]) -> str:
    """Return the code of a model with our header, and with changes that the generator has no options for."""
    title = f'"""Generated from `{source.as_posix()}` by `make generate`. Do not edit."""\n'
    code = re.sub(r"\A(#.*\n)+", title, code)
    # Type checkers do not inherit `frozen`.
    code = re.sub(r"^class (\w+)\((Model|Request|NewCheck)\):", r"class \1(\2, frozen=True):", code, flags=re.MULTILINE)
    code = re.sub(r"    model_config = ConfigDict\([^)]*\)\n", "", code)
    left_to_right = r', Field\(\s*union_mode="left_to_right"\s*\)\s*\]'
    known_or_not = rf"Annotated\[\s*(\w+ \| (?:str|Integer))( \| None)?{left_to_right}"
    code = re.sub(known_or_not, r"Annotated[\1, Open()]\2", code)
    code = re.sub(rf"Annotated\[\s*(str \| \w+){left_to_right}", r"Annotated[\1, TextOrObject()]", code)
    others = r'__annotations__ = \{\s*"__pydantic_extra__": Dict(\[.*\]),\s*\}'
    reason = "# pyright: ignore[reportIncompatibleVariableOverride] (declares their type to pydantic)"
    code = re.sub(others, rf"__pydantic_extra__: dict\1  {reason}", code)
    code = re.sub(r"dict\[str, (\w+)\]", r"Annotated[dict[str, \1], EmptyListIsMap()]", code)
    code = re.sub(r"(str \| Annotated\[dict\[.*?\], EmptyListIsMap\(\)\])", r"Annotated[\1, TextOrObject()]", code)
    # Ruff removes unused imports.
    imported = "from ipaddress import IPv4Address\nfrom typing import TYPE_CHECKING, Annotated, ClassVar, Self\n"
    imported += "from pydantic import Field, SecretStr\n"
    imported += "from jiffybox_sdk.models._fields import EmptyListIsMap, Open, TextOrObject\n"
    # Annotations as text would be slower.
    code = code.replace("from __future__ import annotations\n", imported, 1)
    if item := re.search(r"class (\w+)\(RootModel\[\w+\]\):\s+root: (Annotated\[.*?\])\n\n", code, re.DOTALL):
        code = code.replace(item[0], "").replace(f"[{item[1]}]", f"[{item[2]}]")
    for name, node in members(schema.get("properties")).items():
        if other_name := members(node).get("x-name"):
            declared = rf'\1{other_name}: Annotated[\2, Field(alias="{name}")]'
            code = re.sub(rf"^( +){name}: (.*)$", declared, code, flags=re.MULTILINE)
    if aliases := members(schema.get("x-enum-aliases")):
        code += "\n    @classmethod\n    def _missing_(cls, value: object) -> Self | None:\n"
        for other, one in aliases.items():
            code += f"        if value == {other}:\n            return cls({one})\n"
        code += "        return None\n"
    for keyword, rule in (("oneOf", "exactly_one_of"), ("anyOf", "at_least_one_of")):
        if keyword in schema:
            names = re.findall(r'"required": \["(\w+)"\]', json.dumps(schema[keyword]))
            declared = f"    {rule}: ClassVar[tuple[str, ...]] = {tuple(names)!r}\n\n"
            code = code.replace('"""\n\n    ', f'"""\n\n{declared}    ', 1)
    return code


def constructor(schema: Mapping[str, JsonNode], schemas: Mapping[str, Mapping[str, JsonNode]]) -> str:
    """Return the constructor that editors show for a check: required fields first, plain types, and a docstring."""
    if (
        not str(schema["title"]).endswith("Check")
        or "new-check.json" not in schemas
        or schema is schemas["new-check.json"]
    ):
        return ""
    sources = [schemas["new-check.json"], schema] if "allOf" in schema else [schema]
    fields = {name: field for source in sources for name, field in members(source["properties"]).items()}
    required = [name for source in sources for name in names(source.get("required")) if name != "checkType"]
    optional = [name for name in fields if name not in (*required, *(("checkType",) if "allOf" in schema else ()))]
    parameters = [f"{name}: {plain_type(members(fields[name]))}" for name in required]
    parameters += [f"{name}: {plain_type(members(fields[name]))} | None = None" for name in optional]
    described = "".join(
        f"                {name}: {text[0].upper()}{text[1:]}.\n"
        for name in (*required, *optional)
        if (text := str(members(fields[name])["description"]))
    )
    return f'''
    if TYPE_CHECKING:  # what editors show

        def __init__(self, *, {", ".join(parameters)}) -> None:
            """Create the settings. What is `None` is left out.

            Args:
{described}
            Raises:
                JiffyArgumentException: If a value is invalid.
            """
'''


def plain_type(field: Mapping[str, JsonNode]) -> str:
    """Return the type that a field is given as."""
    if field.get("$ref") == "../port.json":
        return "int"
    if field.get("type") == "array":
        return f"list[{plain_type(members(field['items']))}]"
    if field.get("type") == "string":
        return {"ipv4": "str | IPv4Address", "password": "str | SecretStr"}.get(str(field.get("format")), "str")
    return {"integer": "int", "boolean": "bool"}[str(field["type"])]


def names(node: JsonNode) -> Sequence[str]:
    return [str(name) for name in node] if isinstance(node, Sequence) else []


def members(node: JsonNode) -> Mapping[str, JsonNode]:
    return node if isinstance(node, Mapping) else {}


def differences(comparison: "dircmp[str]") -> list[str]:
    names = [*comparison.left_only, *comparison.right_only, *comparison.diff_files]
    for name, inner in comparison.subdirs.items():
        names += [f"{name}/{other}" for other in differences(inner)]
    return names


if __name__ == "__main__":
    sys.exit(main())

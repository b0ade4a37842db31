"""Makes ``jiffybox_sdk/models`` from these schemas: ``make generate``. With ``--check``, says whether they are stale.

datamodel-code-generator does the work. What this adds is that types of the wire take the place of JSON's plain ones (an
integer that may arrive as text, an epoch that becomes a datetime), and the formatting of the house.
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

SCHEMAS = Path(__file__).parent
ROOT = SCHEMAS.parent
MODELS = ROOT / "jiffybox_sdk" / "models"

REFERENCES = {
    "epoch.json": "jiffybox_sdk.wire.Epoch",
    "metadata.json": "jiffybox_sdk.wire.JsonObject",
    "plan.json": "jiffybox_sdk.api.plan.Plan",
}
"""Schemas that other types stand for where they are referred to."""

PLAIN_TYPES = {
    "integer": "jiffybox_sdk.wire.Integer",
    "number": "jiffybox_sdk.wire.Number",
    "boolean": "jiffybox_sdk.wire.Boolean",
}

NO_CLASS = ("epoch.json", "metadata.json")

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
    "--use-double-quotes",
    "--disable-timestamp",
    "--formatters=builtin",
]
ANSWERS = ["--base-class=jiffybox_sdk.wire.Model", "--use-field-description"]
REQUESTS = ["--base-class=jiffybox_sdk.wire.Request"]
"""Descriptions of what calls take stay in the fields, where the text of an error finds them."""

JsonNode = Mapping[str, "JsonNode"] | Sequence["JsonNode"] | str | int | float | None


def main() -> int:
    check = "--check" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "jiffybox_sdk" / "models"
        generate(SCHEMAS, fresh, ANSWERS)
        generate(SCHEMAS / "requests", fresh / "requests", REQUESTS)
        for rules in (["check", "--fix", "--select=I,F401"], ["format"]):
            ruff = [sys.executable, "-m", "ruff", *rules, "--quiet", "--no-cache"]
            subprocess.run([*ruff, f"--config={ROOT / 'pyproject.toml'}", str(fresh)], check=True)
        if check:
            stale = differences(dircmp(MODELS, fresh, ignore=["__pycache__"]))
            for name in stale:
                print(f"stale: jiffybox_sdk/models/{name} (run: make generate)")
            return 1 if stale else 0
        shutil.rmtree(MODELS, ignore_errors=True)
        shutil.copytree(fresh, MODELS)
    return 0


def generate(source: Path, target: Path, options: list[str]) -> None:
    """Writes the models of the schemas in one folder, not formatted yet."""
    with tempfile.TemporaryDirectory() as prepared:
        schemas = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(source.glob("*.json"))}
        for name, schema in schemas.items():
            if name not in NO_CLASS:
                (Path(prepared) / name).write_text(json.dumps(prepare(schema, top=True)), "utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", prepared, "--output", str(target)]
        subprocess.run([*command, *OPTIONS, *options], check=True)
    for name, schema in schemas.items():
        path = target / f"{name.removesuffix('.json').replace('-', '_')}.py"
        if path.exists():
            path.write_text(finish(path.read_text("utf-8"), source.relative_to(ROOT) / name, schema), "utf-8")
    (target / "__init__.py").write_text('"""Made from the schemas by "make generate". Do not edit."""\n', "utf-8")


def prepare(node: JsonNode, *, top: bool = False) -> JsonNode:
    """Returns a schema without what would clutter the models, and with the types of the wire."""
    if isinstance(node, str) or not isinstance(node, Mapping | Sequence):
        return node
    if isinstance(node, Sequence):
        return [prepare(item) for item in node]
    result: dict[str, JsonNode] = {
        key: {name: prepare(schema) for name, schema in value.items()}
        if key == "properties" and isinstance(value, Mapping)
        else prepare(value)
        for key, value in node.items()
        if key not in ("examples", "oneOf") and not (top and key == "anyOf")
    }
    stand_in = None
    if isinstance(reference := node.get("$ref"), str):
        stand_in = REFERENCES.get(reference.removeprefix("../"))
    elif isinstance(kind := node.get("type"), str) and not top:
        stand_in = PLAIN_TYPES.get(kind)
    elif set(node) <= {"description", "examples"} and not top:
        stand_in = "pydantic.JsonValue"
    if stand_in:
        result.pop("$ref", None)
        result["customTypePath"] = stand_in
    return result


def finish(code: str, source: Path, schema: Mapping[str, JsonNode]) -> str:
    """Returns the code of a model with our header, and with what the generator has no option for."""
    title = f'"""Made from ``{source.as_posix()}`` by ``make generate``. Do not edit: change the schema."""\n'
    code = re.sub(r"\A(#.*\n)+", title, code)
    # Said anew in each class: type checkers don't inherit it.
    code = re.sub(r"^class (\w+)\((Model|Request)\):", r"class \1(\2, frozen=True):", code, flags=re.MULTILINE)
    code = re.sub(r"    model_config = ConfigDict\([^)]*\)\n", "", code)
    code = re.sub(r'Annotated\[(\w+ \| str), Field\(union_mode="left_to_right"\)\]', r"Annotated[\1, Open()]", code)
    code = re.sub(r"dict\[str, (\w+)\]", r"Annotated[dict[str, \1], EmptyListIsMap()]", code)
    # What is not needed of this goes when the code is formatted.
    code = code.replace("from jiffybox_sdk.wire import ", "from jiffybox_sdk.wire import EmptyListIsMap, Open, ")
    for keyword, rule in (("oneOf", "exactly_one_of"), ("anyOf", "at_least_one_of")):
        if keyword in schema:
            names = re.findall(r'"required": \["(\w+)"\]', json.dumps(schema[keyword]))
            code = code.replace("from typing import Annotated", "from typing import Annotated, ClassVar")
            code = code.replace(
                '"""\n\n    ', f'"""\n\n    {rule}: ClassVar[tuple[str, ...]] = {tuple(names)!r}\n\n    ', 1
            )
    return code


def differences(comparison: "dircmp[str]") -> list[str]:
    found = [*comparison.left_only, *comparison.right_only, *comparison.diff_files]
    for name, inner in comparison.subdirs.items():
        found += [f"{name}/{other}" for other in differences(inner)]
    return found


if __name__ == "__main__":
    sys.exit(main())

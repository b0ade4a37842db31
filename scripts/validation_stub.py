"""Generate what type checkers know about names, or check that it is fresh with ``--check``.

``validation/__init__.pyi`` has an overload of `check` and `validate` for the name of each kind in `KINDS`, so that type
checkers know the type of the result. ``_common/kind_names.py`` has these names, because they are needed where no model
may be imported, such as in help texts. ``_common/status_names.py`` has the states in `BoxStatus`, so that type checkers
find misspelt ones.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args, get_origin

from jiffybox_sdk import BoxStatus
from jiffybox_sdk.validation import KINDS
from scripts.generated import update

PACKAGE = Path(__file__).parents[1] / "jiffybox_sdk"
SOURCE = PACKAGE / "validation" / "__init__.py"
STUB = SOURCE.with_suffix(".pyi")
KIND_NAMES = PACKAGE / "_common" / "kind_names.py"
STATUS_NAMES = PACKAGE / "_common" / "status_names.py"
TYPED = {"check": "Checked[{}]", "validate": "{}"}
"""The functions, with their result types."""


def main() -> int:
    contents = {
        STUB: formatted(stub()),
        KIND_NAMES: names(
            "KindName", KINDS, "The names of all kinds of payloads", "`KINDS`", "The name of a kind of payload."
        ),
        STATUS_NAMES: names(
            "StatusName", BoxStatus, "The known states of a box", "`BoxStatus`", "A known state of a box."
        ),
    }
    return update(contents)


def formatted(code: str) -> str:
    for arguments in (["check", "--fix", "--select=I"], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--quiet", f"--stdin-filename={STUB}", "-"]
        code = subprocess.run(command, input=code, check=True, stdout=subprocess.PIPE, text=True).stdout
    return code


def names(alias: str, values: Iterable[str], title: str, source: str, description: str) -> str:
    return (
        f'"""{title}. Generated from {source} by `make generate`. Do not edit."""\n\n'
        f"from typing import Literal\n\n{alias} = Literal[\n"
        + "".join(f'    "{value}",\n' for value in values)
        + f']\n"""{description}"""\n'
    )


def stub() -> str:
    imports, exports = re.sub(r'\A""".*?"""\n', "", SOURCE.read_text("utf-8"), flags=re.DOTALL).split("__all__", 1)
    for name in TYPED:
        imports = re.sub(rf"(, {name}\b|from \S+ import {name}\n)", "", imports)
    imports += "from typing import Literal, TypeVar, overload\n" + "".join(sorted(model_imports(*KINDS.values())))
    overloads = "".join(overload(name, result) for name, result in TYPED.items())
    return (
        '"""Generated from `KINDS` by `make generate`. Do not edit."""\n'
        f'{imports}\n__all__{exports}\nT = TypeVar("T")\n\n{overloads}'
    )


def overload(function: str, result: str) -> str:
    signature = f"@overload\ndef {function}(payload: object, as_type: {{}}) -> {result}: ...\n"
    by_name = "".join(signature.format(f'Literal["{kind}"]', type_name(model)) for kind, model in KINDS.items())
    others = {"check": "str | None", "validate": "str"}  # a name that type checkers don't know, or that was not guessed
    return by_name + signature.format("type[T]", "T") + signature.format(others[function], "object")


def model_imports(*types: object) -> Iterator[str]:
    for one in types:
        if get_origin(one) is dict:
            yield from model_imports(*get_args(one))
        elif isinstance(one, type) and one.__module__ != "builtins":
            yield f"from {one.__module__} import {one.__name__}\n"


def type_name(one: object) -> str:
    if get_origin(one) is dict:
        return f"dict[{', '.join(map(type_name, get_args(one)))}]"
    assert isinstance(one, type)
    return one.__name__


if __name__ == "__main__":
    sys.exit(main())

"""Generate ``jiffybox_sdk/validation/__init__.pyi``: ``make generate``. With ``--check``, report whether it is stale.

The stub has an overload of `check` and `validate` for the name of each kind in `KINDS`, so that type checkers know the
type of the result.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin

from jiffybox_sdk.validation import KINDS

SOURCE = Path(__file__).parents[1] / "jiffybox_sdk" / "validation" / "__init__.py"
TARGET = SOURCE.with_suffix(".pyi")
TYPED = {"check": "Checked[{}]", "validate": "{}"}
"""The functions, with their result types."""


def main() -> int:
    code = stub()
    for arguments in (["check", "--fix", "--select=I"], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--quiet", f"--stdin-filename={TARGET}", "-"]
        code = subprocess.run(command, input=code, check=True, stdout=subprocess.PIPE, text=True).stdout
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(code, "utf-8")
    elif not TARGET.exists() or TARGET.read_text("utf-8") != code:
        print("stale: jiffybox_sdk/validation/__init__.pyi (run: make generate)")
        return 1
    return 0


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
    return by_name + signature.format("type[T]", "T")


def model_imports(*types: object) -> Iterator[str]:
    for one in types:
        if get_origin(one) is dict:
            yield from model_imports(*get_args(one))
        elif isinstance(one, type) and one.__module__ != "builtins":
            yield f"from {one.__module__} import {one.__name__}\n"


def type_name(one: object) -> str:
    if get_origin(one) is dict:
        return f"dict[{', '.join(map(type_name, get_args(one)))}]"
    assert isinstance(one, type)  # noqa: S101 (for type checkers)
    return one.__name__


if __name__ == "__main__":
    sys.exit(main())

"""Makes ``docs/pages/calls.md``, the table of all calls: ``make generate``. With ``--check``, says if it is stale.

Which method makes which call is read from the docstrings, which name the verb and the path.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from jiffybox_sdk import Backups, Box, Check, ContactGroup, Ip, JiffyBox
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk._common.operation import Call

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "calls.md"

CLASSES = {
    JiffyBox: "clients",
    Box: "boxes",
    Backups: "backups",
    Ip: "ips",
    ContactGroup: "contact-groups",
    Check: "monitoring",
}
"""The classes whose methods make calls, and the page of the reference that each is on."""

HEAD = """# Calls

Every call of the HTTP API, with the methods that make it. `AsyncJiffyBox` and its records have the same methods, to be
awaited. The path goes below `https://api.jiffybox.de/<token>/v1.0/`. This page is made by `make generate`.

A call that is *repeated* only reads: it is made again when its answer was lost. The others are made again only when
they were certainly not carried out; else `JiffyOutcomeUnknownException` is raised.

| call | method | returns | repeated |
| --- | --- | --- | --- |
"""

_NAMED = re.compile(r"`(GET|POST|PUT|DELETE) ([^`]+)`")
_PLACE = re.compile(r"<[^>]*>|\{[^}]*\}")


def main() -> int:
    page = HEAD + "".join(f"{row}\n" for row in rows())
    if "--check" in sys.argv[1:]:
        if PAGE.read_text("utf-8") != page:
            print("stale: docs/pages/calls.md (run: make generate)")
            return 1
        return 0
    PAGE.write_text(page, "utf-8")
    return 0


def rows() -> Iterator[str]:
    for call in CALLS:
        found = methods(call)
        names = ", ".join(f"[`{name}`](reference/{page}.md#jiffybox_sdk.{name})" for name, (page, _) in found.items())
        returns = next((inspect.signature(method).return_annotation for _, method in found.values()), "")
        kind = returns if isinstance(returns, str) else inspect.formatannotation(returns)
        kind = re.sub(r"\b\w+\.(?=\w)", "", kind)
        path = call.path.replace("{", "<").replace("}", ">")
        yield f"| `{call.verb} {path}` | {names} | `{kind}` | {'yes' if call.repeatable else 'no'} |"


def methods(call: Call) -> dict[str, tuple[str, Callable[..., object]]]:
    """Returns the methods whose docstrings say, before the arguments, that they make a call; with their pages."""
    return {
        f"{cls.__name__}.{name}": (page, member)
        for cls, page in CLASSES.items()
        for name, member in inspect.getmembers(cls, callable)
        if not name.startswith("_") and makes(member, call)
    }


def makes(member: object, call: Call) -> bool:
    first, _, _ = (inspect.getdoc(member) or "").partition("\n\nArgs:")
    return (call.verb, _PLACE.sub("*", call.path)) in [
        (verb, _PLACE.sub("*", path)) for verb, path in _NAMED.findall(first)
    ]


if __name__ == "__main__":
    sys.exit(main())

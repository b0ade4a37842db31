"""Generate the names of all calls and the table of calls in the docs, or check that they are fresh with ``--check``.

The docstrings of the methods name verb and path of the calls that they make.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterator

from jiffybox_sdk import Backups, Box, Check, ContactGroup, Ip, JiffyBox
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk._common.operation import Call
from scripts.generated import ROOT, update

NAMES = ROOT / "jiffybox_sdk" / "_common" / "call_names.py"
PAGE = ROOT / "docs" / "pages" / "calls.md"

CLASSES = {
    JiffyBox: "clients",
    Box: "boxes",
    Backups: "backups",
    Ip: "ips",
    ContactGroup: "contact-groups",
    Check: "monitoring",
}
"""The classes whose methods make calls, and their reference pages."""

NAMES_HEAD = '''"""The names of all calls. Generated from `_client/endpoints.py` by `make generate`. Do not edit."""

from typing import Literal

CallName = Literal[
'''
NAMES_TAIL = ''']
"""The name of a call, as used by faults, the journal and the emulator's handlers."""
'''

PAGE_HEAD = """# Calls

Every call of the HTTP API, with the methods that make it. `AsyncJiffyBox` and its records have the same methods as
coroutines. Paths are relative to `https://api.jiffybox.de/<token>/v1.0/`.

*Retried* calls only read, so they are retried if their response was lost. The others are retried only if the service
certainly did not carry them out; otherwise `JiffyOutcomeUnknownException` is raised.

| call | method | returns | retried |
| --- | --- | --- | --- |
"""

_CALL = re.compile(r"`(GET|POST|PUT|DELETE) ([^`]+)`")
_PLACEHOLDER = re.compile(r"<[^>]*>|\{[^}]*\}")


def main() -> int:
    contents = {
        NAMES: NAMES_HEAD + "".join(f'    "{call.name}",\n' for call in CALLS) + NAMES_TAIL,
        PAGE: PAGE_HEAD + "".join(f"{row}\n" for row in rows()),
    }
    return update(contents)


def rows() -> Iterator[str]:
    for call in CALLS:
        methods = methods_making(call)
        links = ", ".join(f"[`{name}`](reference/{page}.md#jiffybox_sdk.{name})" for name, (page, _) in methods.items())
        annotation = next((inspect.signature(method).return_annotation for _, method in methods.values()), "")
        returns = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        returns = re.sub(r"\b\w+\.(?=\w)", "", returns)
        path = call.path.replace("{", "<").replace("}", ">")
        yield f"| `{call.verb} {path}` | {links} | `{returns}` | {'yes' if call.repeatable else 'no'} |"


def methods_making(call: Call) -> dict[str, tuple[str, Callable[..., object]]]:
    """Return the methods that make a call, by qualified name, with their reference pages."""
    return {
        f"{cls.__name__}.{name}": (page, member)
        for cls, page in CLASSES.items()
        for name, member in inspect.getmembers(cls, callable)
        if not name.startswith("_") and makes(member, call)
    }


def makes(member: object, call: Call) -> bool:
    summary, _, _ = (inspect.getdoc(member) or "").partition("\n\nArgs:")
    calls = [(verb, _PLACEHOLDER.sub("*", path)) for verb, path in _CALL.findall(summary)]
    return (call.verb, _PLACEHOLDER.sub("*", call.path)) in calls


if __name__ == "__main__":
    sys.exit(main())

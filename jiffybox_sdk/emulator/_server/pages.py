"""The list of calls, where the extra `panel` is not installed."""

from collections.abc import Iterable, Iterator
from html import escape

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import HTMLResponse

from jiffybox_sdk import schemas
from jiffybox_sdk.emulator._server.control_openapi import control_openapi

_HINT = "<p>To search the documentation and to try out calls: <code>pip install 'jiffybox-sdk[panel]'</code></p>"

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<h1>{title}</h1>
{content}
"""


def calls_page(_: Request, *, control: bool) -> HTMLResponse:
    """Return the calls of the API and of the control interface."""
    content = f"<p><a href='/'>Control panel</a></p>\n{_HINT}\n<ul>\n{_items(_calls(schemas.openapi(), ''))}\n</ul>"
    if control:
        calls = _items(_calls(control_openapi(), "/__emulator__"))
        content += f"\n<h2>Control interface</h2>\n<ul>\n{calls}\n</ul>"
    return _page("Calls of the emulated JiffyBox service", content)


def _page(title: str, content: str) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=title, content=content))


def _items(items: Iterable[str]) -> str:
    return "\n".join(f"<li>{item}</li>" for item in items)


def _members(value: JsonValue) -> Iterable[tuple[str, JsonValue]]:
    return value.items() if isinstance(value, dict) else ()


def _calls(document: dict[str, JsonValue], prefix: str) -> Iterator[str]:
    """Yield each call of an OpenAPI document with its summary."""
    for path, item in _members(document["paths"]):
        for verb, call in _members(item):
            if isinstance(call, dict):  # not the parameters of a path
                yield f"<code>{verb.upper()} {escape(prefix + path)}</code>: {escape(str(call.get('summary')))}"

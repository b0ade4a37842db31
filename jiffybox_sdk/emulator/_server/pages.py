"""Pages for people who open the server's address in a browser."""

from collections.abc import Iterable, Iterator
from html import escape

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import HTMLResponse

from jiffybox_sdk import __version__, schemas
from jiffybox_sdk.emulator._server.control_openapi import control_openapi

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<h1>{title}</h1>
{content}
"""


def start_page(request: Request, *, control: bool) -> HTMLResponse:
    """Return the page at `/`: what this server is, and where to go from here."""
    url = escape(f"{request.url.scheme}://{request.url.netloc}")
    api = f"<code>{url}/&lt;token&gt;/v1.0"
    links = ["<a href='/docs'>Calls</a>", "<a href='/openapi.json'>OpenAPI document</a> of the API"]
    if control:
        links += [
            "<a href='/__emulator__/openapi.json'>OpenAPI document</a> of the control interface",
            "<a href='/__emulator__/journal'>Journal</a>: the latest requests",
        ]
    content = f"""
<p>This server emulates the API of JiffyBox, a cloud service that was switched off in 2024 (version {__version__}).</p>
<p>Calls start with {api}/</code>: for example, {api}/jiffyBoxes</code> lists the boxes.
When the server starts, it prints the line that configures clients.</p>
<ul>
{_items(links)}
</ul>"""
    return _page("Emulated JiffyBox service", content)


def calls_page(_: Request, *, control: bool) -> HTMLResponse:
    """Return the page at `/docs`: the calls of the API and of the control interface."""
    content = f"<p><a href='/'>Start</a></p>\n<ul>\n{_items(_calls(schemas.openapi(), ''))}\n</ul>"
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

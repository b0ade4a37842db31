"""`jiffybox api`: calls of the HTTP API by verb and path."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import get_args
from urllib.parse import unquote

import click
from pydantic import BaseModel, JsonValue, SecretStr

from jiffybox_sdk._cli import config, inputs, output
from jiffybox_sdk._cli.command import Argument
from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.profiles import ConfigError
from jiffybox_sdk._cli.session import Session, command
from jiffybox_sdk._client.endpoints import CALLS, CREATE_CHECK, Endpoint
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import ANYTHING, API_URL, Call, Operation, Verb
from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.texts import nearest
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._request import Request

Texts = tuple[str, ...]
_VERBS: tuple[Verb, ...] = get_args(Verb)

_RULES: Mapping[str, Callable[[str], int | str]] = {
    **{name: partial(arguments.whole_id, what=name) for name in ("box", "ip", "group")},
    "check": arguments.check_reference,
    "plan": arguments.plan_reference,
}
"""The rules for the variable parts of paths. The others are text."""


@command(
    None,
    "api",
    "jiffybox api jiffyBoxes/10001",
    "jiffybox api POST jiffyBoxes -f name=web -f planid=44 -f distribution=debian_stretch_64bit",
    'jiffybox api PUT jiffyBoxes/10001 -F metadata=\'{"role":"db"}\' --dry-run',
    "jiffybox api DELETE jiffyBoxes/10001 --as-curl",
    "jiffybox api POST newModule/1 -F number=1 --raw",
    formats=("json", "jsonl", "json-pretty", "yaml"),
)
@click.argument("verb", cls=Argument, options="-X --method --request", metavar="[VERB]")
@click.argument("path", cls=Argument, options="--path", required=False, metavar="PATH")
@click.option("-f", "--raw-field", "texts", metavar="NAME=TEXT", multiple=True, help="Parameter as text. Repeatable.")
@click.option("-F", "--field", "values", metavar="NAME=JSON", multiple=True, help="Parameter as JSON. Repeatable.")
@click.option("--input", "file", metavar="FILE", shell_complete=complete_files, help="Parameters as a JSON object.")
@click.option("--raw", is_flag=True, help="Check neither the call nor its result.")
@click.option("--as-curl", "curl", is_flag=True, help="Show a command line for curl instead of making the call.")
def api(
    session: Session,
    verb: str,
    path: str | None,
    texts: Texts,
    values: Texts,
    *,
    file: str | None,
    raw: bool,
    curl: bool,
) -> None:
    """Make a call of the HTTP API, and show its result as JSON.

    VERB is GET, POST, PUT or DELETE. The default is POST with parameters, and GET without. PATH is the part of the URL
    after the version, such as jiffyBoxes/10001. Unknown calls require --raw. --as-curl leaves the token to the shell,
    as $JIFFYBOX_API_KEY. Never asks for confirmation.
    """
    body = _body(session, texts, values, file)
    if path is None:  # the only word is the path
        verb, path = "GET" if body is None else "POST", verb
    known: Verb | None = next((each for each in _VERBS if each == verb.upper()), None)
    if not known:
        raise click.UsageError(f"invalid VERB {verb!r}: expected one of {', '.join(_VERBS)}.")
    call = known, re.sub(r"(?i)^/?(box|boxes|servers|droplets|jiffyboxes)(?=/|$)", "jiffyBoxes", path)
    try:
        operation = _raw(*call, body) if raw else _known(*call, body)
    except JiffyArgumentException as error:  # which names the parameters of the API, not options
        raise click.UsageError(f"{error}.") from error
    if curl:
        try:
            url = config.find_service(session.options).url
        except ConfigError:  # no token is needed here
            url = session.options.api_url or API_URL
        write(f"{operation.as_curl(url)}\n")
    else:
        output.formats.write_document(session.options, _as_json(session.client.send(operation)))


def _body(session: Session, texts: Texts, values: Texts, file: str | None) -> dict[str, JsonValue] | None:
    body = {} if file is None else inputs.json_object("-" if file == "-" else f"@{file}", "--input")
    for flag, form, assignments in (("-f", "TEXT", texts), ("-F", "JSON", values)):
        for assignment in assignments:
            name, equals, text = assignment.partition("=")
            if not equals or name in body:
                problem = "given twice" if equals else f"expected NAME={form}"
                raise click.UsageError(f"invalid {flag} {name!r}: {problem}.")
            if name == "password":
                session.say("jiffybox: arguments are visible to others in the process list; prefer --input")
            body[name] = text if flag == "-f" else inputs.json_value(text, f"{flag} {name}")
    if isinstance(password := body.get("password"), str):
        session.add_secret(password)
    return body if body or file else None


def _known(verb: Verb, path: str, body: dict[str, JsonValue] | None) -> Operation[object]:
    """Return a checked call."""
    segments = [unquote(segment) for segment in path.strip("/").split("/")]
    for call in CALLS:
        if (matched := call.match(verb, segments)) is None:
            continue
        names = re.findall(r"{(\w+)}", call.path)
        rules = [_RULES.get(name, partial(arguments.text_id, what=name)) for name in names]
        model = _model(call, str((body or {}).get("checkType")))
        if body and model is None:
            raise click.UsageError(f"{verb} {call.path} takes no parameters: omit them, or add --raw.")
        values = [rule(value) for rule, value in zip(rules, matched, strict=True)]
        return call.on(*values, body=model(**(body or {})) if model else None)
    close = nearest(f"{verb} {path}", [f"{call.verb} {call.path}" for call in CALLS])
    raise click.UsageError(f"unknown call {verb} {path}: {close} --raw sends it anyway.")


def _model(call: Endpoint, check_type: str) -> "type[Request] | None":
    """Return the model of a call's body, which for checks depends on their type."""
    return TYPES[check_type] if call is CREATE_CHECK and check_type in TYPES else call.takes


def _raw(verb: Verb, path: str, body: Mapping[str, JsonValue] | None) -> Operation[object]:
    """Return an unchecked call. Its name is that of another one, since clients do not use it."""
    if not re.fullmatch(r"/?[!-~]+", path):
        raise click.UsageError(f"invalid PATH {path!r}: expected printable ASCII characters; percent-encode others.")
    call: Call[object] = Call("get_module", verb, path.removeprefix("/"), ANYTHING, Standing.INVENTED)
    fields = {name: SecretStr(str(value)) if name == "password" else value for name, value in (body or {}).items()}
    return Operation(call, call.path, None if body is None else fields.items())


def _as_json(value: object) -> object:
    """Return a result as the service sent it, with passwords masked."""
    if isinstance(value, BaseModel):
        return output.rows.Row("", "", record=value).data()
    return {key: _as_json(item) for key, item in value.items()} if is_map(value) else value

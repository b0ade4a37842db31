"""`jiffybox schema`: the JSON Schemas of response payloads and request bodies."""

from functools import partial

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.complete import complete_schemas
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.session import Session, command
from jiffybox_sdk._common.texts import nearest

schema_group = Group(
    "schema",
    *("jiffybox schema list", "jiffybox schema show box", "jiffybox schema bundle"),
    help="Show the JSON Schemas of responses and request bodies. Works offline.",
)
click.version_option(sdk.schemas.VERSION, message="%(version)s", help="Show the version of the schemas.")(schema_group)


@command(schema_group, "list", "jiffybox schema list", "jiffybox schema list -o ids", table="schemas")
def list_schemas(session: Session) -> None:
    """List all schemas with their titles and descriptions."""

    def row(name: str) -> output.rows.Row:
        schema = sdk.schemas.load(name)
        fields = {"name": name, "title": schema["title"], "description": schema["description"]}
        return output.rows.Row(name, name, fields)

    session.show(map(row, sdk.schemas.names()))


def _known(_context: click.Context, _parameter: click.Parameter, name: str | None) -> str | None:
    if name is not None and name not in sdk.schemas.names():
        raise click.UsageError(f"unknown schema {name!r}: {nearest(name, sdk.schemas.names())} schema list lists all.")
    return name


_name = partial(click.argument, "name", callback=_known, shell_complete=complete_schemas)


@command(
    schema_group,
    "show",
    "jiffybox schema show box",
    "jiffybox schema show requests/create-box --path",
    formats=("json", "jsonl", "json-pretty", "yaml"),
)
@_name()
@click.option("--path", "as_path", is_flag=True, help="Show the path of the file.")
def show_schema(session: Session, name: str, *, as_path: bool) -> None:
    """Show a schema. Its references are relative to its file; `bundle` shows one without external references."""
    if as_path:
        write(f"{sdk.schemas.path(name)}\n")
    else:
        output.formats.write_document(session.options, sdk.schemas.load(name))


@command(
    schema_group,
    "bundle",
    "jiffybox schema bundle box > box.json",
    "jiffybox schema bundle box --plain",
    "jiffybox schema bundle -o json",
    "jiffybox schema bundle --openapi --plain > openapi.json",
    formats=("json", "jsonl", "json-pretty", "yaml"),
)
@_name(required=False)
@click.option("--openapi", is_flag=True, help="Show an OpenAPI 3.1 document of the API that includes the schemas.")
@click.option(
    "--plain",
    is_flag=True,
    help="Leave out what strict validators and generators reject: keywords such as x-standing and, with --openapi, "
    "request bodies in form encoding.",
)
def bundle(session: Session, name: str | None, *, openapi: bool, plain: bool) -> None:
    """Show a schema with everything it refers to, or all schemas as one document."""
    if openapi and name is not None:
        raise click.UsageError("--openapi cannot be combined with NAME.")
    document = sdk.schemas.openapi(plain=plain) if openapi else sdk.schemas.bundle(name, plain=plain)
    output.formats.write_document(session.options, document)

"""`jiffybox schema`: the JSON Schemas of what the service answers and of what its calls take."""

from typing import TYPE_CHECKING

import click

from jiffybox_sdk._cli.complete import complete_schemas
from jiffybox_sdk._cli.options import Group, examples, formats
from jiffybox_sdk._cli.output.text import put
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from pydantic import JsonValue


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 (the signature of click)
    if wanted:
        from jiffybox_sdk import schemas

        put(f"{schemas.VERSION}\n")
        context.exit()


@examples("jiffybox schema list", "jiffybox schema show box", "jiffybox schema bundle")
@click.group("schema", cls=Group)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version of the set."
)
def schema_group() -> None:
    """The JSON Schemas of answers and of what calls take. No service is needed."""


@examples("jiffybox schema list", "jiffybox schema list -o ids")
@schema_group.command("list")
@pass_session
def list_(session: Session) -> None:
    """List the schemas: the name of each, its title, and what it is."""
    from jiffybox_sdk import schemas
    from jiffybox_sdk._cli.output.rows import Cell, Row, Table

    rows: list[Row] = []
    for name in schemas.names():
        schema = schemas.load(name)
        data: dict[str, JsonValue] = {"name": name, "title": schema["title"], "description": schema["description"]}
        cells: dict[str, Cell] = {key: str(value) for key, value in data.items()}
        rows.append(Row(name, name, data, cells))
    columns = ("name", "title", "description")
    session.show(Table(columns, computed=frozenset(columns)), rows)


@examples("jiffybox schema show box", "jiffybox schema show requests/create-box --path")
@formats("json", "json-pretty")
@schema_group.command("show")
@click.argument("name", shell_complete=complete_schemas)
@click.option("--path", "as_path", is_flag=True, help="Show where it is as a file.")
@pass_session
def show(session: Session, name: str, *, as_path: bool) -> None:
    """Show a schema. What it refers to are files beside it; `bundle` shows one that needs no other."""
    from jiffybox_sdk import schemas

    if as_path:
        put(f"{schemas.path(name)}\n")
    else:
        _write(session, schemas.load(name))


@examples("jiffybox schema bundle box > box.json", "jiffybox schema bundle -o json", "jiffybox schema bundle --openapi")
@formats("json", "json-pretty")
@schema_group.command("bundle")
@click.argument("name", required=False, shell_complete=complete_schemas)
@click.option("--openapi", is_flag=True, help="Show the API as an OpenAPI 3.1 document, with the schemas in it.")
@pass_session
def bundle(session: Session, name: str | None, *, openapi: bool) -> None:
    """Show a schema with all that it refers to, or all schemas as one document."""
    from jiffybox_sdk import schemas

    if openapi and name is not None:
        raise click.UsageError("--openapi is refused beside NAME: it is a document of all calls.")
    _write(session, schemas.openapi() if openapi else schemas.bundle(name))


def _write(session: Session, document: "dict[str, JsonValue]") -> None:
    from jiffybox_sdk._cli.output import formats

    # Who wants it on one line asks for json; else it is as in the file.
    formats.page(session.options, formats.as_json(document, pretty=session.options.output_format != "json") + "\n")

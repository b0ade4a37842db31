"""`jiffybox check`: monitoring checks and their results."""

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import Any

import click
from click.shell_completion import CompletionItem

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import inputs, output
from jiffybox_sdk._cli.changes import change
from jiffybox_sdk._cli.commands.common import add_delete, noun_group, show_ready
from jiffybox_sdk._cli.complete import complete_boxes, complete_checks, complete_groups
from jiffybox_sdk._cli.options import F
from jiffybox_sdk._cli.progress import wait_options
from jiffybox_sdk._cli.resolve import BOX, CHECK, GROUP, find, find_all, warn_about_number
from jiffybox_sdk._cli.session import Session, command

_TYPES = ("ping", "ssh", "portTcp", "portUdp", "http", "https", "smtp", "mysql", "pop3", "imap", "ftp", "dns")
_PORTS: dict[str, int | None] = dict(zip(_TYPES, (7, 22, None, None, 80, 443, 25, 3306, 110, 143, 21, 53), strict=True))
"""The types of checks and their usual ports. A ping needs none, but the service requires one for all types."""

_ARGUMENTS = {"checkType": "TYPE", "name": "NAME", "ip": "TARGET", "port": "PORT"}

_check_argument = click.argument("reference", metavar="CHECK", shell_complete=complete_checks)

_OPTIONS: tuple[Callable[..., object], ...] = (
    click.option(
        "--contact-group",
        "contactGroups",
        metavar="GROUP",
        multiple=True,
        shell_complete=complete_groups,
        help="Contact group to notify. Repeatable.",
    ),
    click.option("--check-interval", "checkInterval", type=int, metavar="SECONDS", help="Interval between checks."),
    click.option("--reminder-interval", "reminderInterval", type=int, metavar="SECONDS", help="Interval of reminders."),
    click.option(
        "--retry-tolerance", "retryTolerance", type=int, metavar="TIMES", help="Failures before notification."
    ),
    click.option("--check-timeout", "timeout", type=int, metavar="SECONDS", help="Time-out for a response of the box."),
    click.option("--active/--inactive", default=None, help="Whether the check is active."),
    click.option("--path", help="Path to request (http, https).  [default: /]"),
    click.option("--domainname", help="Domain to request (http, https).  [default: the address]"),
    click.option("--username", help="User name."),
    inputs.password_options("Password"),
    click.option("--ssl/--no-ssl", default=None, help="Whether to encrypt the connection."),
    click.option("--send-msg", "sendMsg", help="Text to send (portTcp, portUdp)."),
    click.option("--expect-msg", "expectMsg", help="Expected response (portTcp, portUdp)."),
    click.option("--dns-type", "dnsType", metavar="TYPE", help="Record type to query, such as A (dns)."),
    click.option("--zone", metavar="NAME", help="Name to query (dns)."),
    click.option("--expected-answer", "expectedAnswer", help="Expected answer (dns)."),
    wait_options(),
)
"""The options for new checks, with the service's names for its fields."""


def check_options(function: F) -> F:
    """Add the options for new checks to a command."""
    for option in reversed(_OPTIONS):
        option(function)
    return function


check_group = noun_group(
    CHECK, complete_checks, "web", "Manage monitoring checks. CHECK is the number or name of a check.", finds=CHECK
)
add_delete(check_group, CHECK, complete_checks, "web", sdk.operations.delete_check)


def _complete_words(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the matching types, names of boxes or nothing, by how many words are complete."""
    if not context.params["words"]:
        return [CompletionItem(kind) for kind in _PORTS if kind.startswith(incomplete)]
    return complete_boxes(context, parameter, incomplete) if len(context.params["words"]) == 2 else []


@command(
    check_group,
    "create",
    "jiffybox check create ping web-up web",
    "jiffybox check create http web 198.18.39.17 8080 --domainname www.example.org --contact-group admins",
    table="checks",
)
@click.argument("words", nargs=-1, metavar="TYPE NAME TARGET [PORT]", shell_complete=_complete_words)
@click.option("--type", "--protocol", "checkType", hidden=True)
@click.option("--name", hidden=True)
@click.option("--target", "--ip", "--box", "--server", "--droplet", "ip", hidden=True)
@click.option("--port", hidden=True)
@check_options
# Any: the fields of all types of checks, which the model of one type validates.
def create_check(session: Session, /, words: Sequence[str], **fields: Any) -> None:
    """Create a check. POST monitoring.

    TYPE is ping, ssh, portTcp, portUdp, http, https, smtp, mysql, pop3, imap, ftp or dns. TARGET is the IPv4 address to
    check, or a box, whose first public one is checked. PORT defaults to the usual one of the type. Each may also be
    given as an option: --type, --name (by default, of target and type), --target and --port.
    """
    from jiffybox_sdk.models._check_types import TYPES
    from jiffybox_sdk.models.requests import NewCheck

    rest = [*words]
    if len(rest) == 1 and fields["checkType"] and not fields["ip"]:
        fields["ip"] = rest.pop()  # a box alone, as in other programs
    fields |= {part: rest.pop(0) for part in _ARGUMENTS if fields[part] is None and rest}
    if rest:
        raise click.UsageError(f"Got unexpected extra argument ({rest[0]}).")
    given = fields.pop("checkType") or ""
    kind = next((known for known in _PORTS if known.casefold() == given.casefold()), "")
    if given and not kind:
        raise click.UsageError(f"invalid TYPE {given!r}: expected {', '.join(_PORTS)}.")
    needed = [name for name, field in TYPES.get(kind, NewCheck).model_fields.items() if field.is_required()]
    usual: dict[str, object] = {"port": _PORTS.get(kind, 0), "path": "/", "domainname": ""}
    if session.options.password_file is not None or session.options.ask_password:
        usual["password"] = ""  # which is read later
    usual["name"] = f"{fields['ip']}-{kind}" if fields["ip"] else None
    fields |= {name: usual.get(name) for name in needed if fields.get(name) is None}
    missing = [name for name in needed if fields[name] is None]
    if missing or not kind:
        more = " ".join(f"{_flag(name)} ..." for name in needed if name not in _ARGUMENTS | usual)
        example = f"jiffybox check create {kind or 'http'} web-up web {'8080 ' * kind.startswith('port')}{more}"
        names = ", ".join(["TYPE"] * (not kind) + [*map(_flag, missing)])
        raise click.UsageError(f"missing {names}: such as {example.rstrip()}.")
    warn_about_number(session, fields["name"])
    fields["ip"] = _address(session, fields["ip"])
    fields["port"] = int(fields["port"]) if str(fields["port"]).isdecimal() else fields["port"]
    if "domainname" in needed:
        fields["domainname"] = fields["domainname"] or fields["ip"]
    check = TYPES[kind](**_complete(session, fields))
    show_ready(session, session.client.create_check(check))


@command(check_group, "duplicate", "jiffybox check duplicate web --name web2 --port 8080", table="checks")
@_check_argument
@click.option("--name", help="Name.")
@click.option("--ip", help="IPv4 address to check.")
@click.option("--port", type=int, help="Port to check.")
@check_options
# Any: as above.
def duplicate_check(session: Session, /, reference: str, **fields: Any) -> None:
    """Create a copy of a check, with the given changes. POST monitoring/<id>."""
    changes = sdk.ChangeCheck(**_complete(session, fields))
    operation = sdk.operations.duplicate_check(find(session, CHECK, reference), changes)
    show_ready(session, change(session, lambda client: client.send(operation)))


@command(check_group, "results", "jiffybox check results web", "jiffybox check results 198.18.39.17", table="results")
@_check_argument
def results(session: Session, reference: str) -> None:
    """Show the latest results of checks. GET monitoring/<id or IPv4 address>/status.

    CHECK may also be an IPv4 address, to show the results of all its checks.
    """
    number = reference if _is_address(reference) else find(session, CHECK, reference)
    results = session.client.check_results(number).items()
    session.show(output.rows.Row(str(check), f"check {check}", {"check": check}, result) for check, result in results)


def _flag(name: str) -> str:
    """Return how a field of a new check is given."""
    kebab = re.sub("([A-Z])", r"-\1", name).lower()
    return _ARGUMENTS.get(name, f"--{kebab}{'-file' * (name == 'password')}")


def _is_address(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _complete(session: Session, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a check with the password and the numbers of its contact groups."""
    groups = [find(session, GROUP, group) for group in fields["contactGroups"]]
    return {**fields, "password": inputs.read_password(session), "contactGroups": groups or None}


def _address(session: Session, target: str) -> str:
    """Return an IPv4 address, or the first public one of a box."""
    if _is_address(target):
        return target
    [(number, record)] = find_all(session, BOX, [target]).items()
    box = record or session.look_up(lambda client: client.box(number))
    return next(filter(_is_address, box.public_ips))

"""`jiffybox check`: monitoring checks and their results."""

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import inputs, output
from jiffybox_sdk._cli.commands.common import add_delete, noun_group, show_ready
from jiffybox_sdk._cli.complete import complete_checks, complete_groups
from jiffybox_sdk._cli.options import F, examples
from jiffybox_sdk._cli.progress import wait_options
from jiffybox_sdk._cli.resolve import CHECK, GROUP, find, warn_about_number
from jiffybox_sdk._cli.session import Session, pass_session

_TYPES = ("ping", "ssh", "portTcp", "portUdp", "http", "https", "smtp", "mysql", "pop3", "imap", "ftp", "dns")

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
    click.option("--path", help="Path to request (http, https)."),
    click.option("--domainname", help="Domain to request (http, https)."),
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


@examples(
    "jiffybox check create ping web-up 198.18.39.17 7",
    "jiffybox check create http web 198.18.39.17 80 --domainname www.example.org --path / --contact-group admins",
    table="checks",
)
@check_group.command("create")
@click.argument("kind", metavar="TYPE", type=click.Choice(_TYPES))
@click.argument("name")
@click.argument("ip")
@click.argument("port", type=int)
@check_options
@pass_session
def create_check(session: Session, /, kind: str, **fields: Any) -> None:
    """Create a check. POST monitoring.

    TYPE is ping, ssh, portTcp, portUdp, http, https, smtp, mysql, pop3, imap, ftp or dns. IP is the IPv4 address to
    check. PORT is required for all types.
    """
    from jiffybox_sdk.models._check_types import TYPES

    warn_about_number(session, fields["name"])
    check = TYPES[kind](**_complete(session, fields))
    show_ready(session, session.client.create_check(check))


@examples("jiffybox check duplicate web --name web2 --port 8080", table="checks")
@check_group.command("duplicate")
@_check_argument
@click.option("--name", help="Name.")
@click.option("--ip", help="IPv4 address to check.")
@click.option("--port", type=int, help="Port to check.")
@check_options
@pass_session
def duplicate_check(session: Session, /, reference: str, **fields: Any) -> None:
    """Create a copy of a check, with the given changes. POST monitoring/<id>."""
    changes = sdk.ChangeCheck(**_complete(session, fields))
    operation = sdk.operations.duplicate_check(find(session, CHECK, reference), changes)
    show_ready(session, session.client.send(operation))


@examples("jiffybox check results web", "jiffybox check results 198.18.39.17 -o csv", table="results")
@check_group.command("results")
@_check_argument
@pass_session
def results(session: Session, reference: str) -> None:
    """Show the latest results of checks. GET monitoring/<id or IPv4 address>/status.

    CHECK may also be an IPv4 address, to show the results of all its checks.
    """
    number = reference if _is_address(reference) else find(session, CHECK, reference)
    results = session.client.check_results(number).items()
    session.show(output.rows.Row(str(check), f"check {check}", {"check": check}, result) for check, result in results)


def _is_address(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _complete(session: Session, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a check with the password and the numbers of its contact groups."""
    groups = [find(session, GROUP, group) for group in fields["contactGroups"]]
    return {**fields, "password": inputs.read_password(session), "contactGroups": groups or None}

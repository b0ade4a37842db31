"""`jiffybox monitoring`: monitoring checks and their results."""

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any, Unpack

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import inputs
from jiffybox_sdk._cli.complete import complete_checks, complete_groups
from jiffybox_sdk._cli.options import F, Group, examples
from jiffybox_sdk._cli.progress import WaitOptions, should_wait, wait_for, wait_options
from jiffybox_sdk._cli.resolve import check_id, group_id
from jiffybox_sdk._cli.session import Session, pass_session

_TYPES = ("ping", "ssh", "portTcp", "portUdp", "http", "https", "smtp", "mysql", "pop3", "imap", "ftp", "dns")

_check_argument = click.argument("check", shell_complete=complete_checks)

_FIELDS = "jiffybox_sdk.monitoring.fields"
"""The context's key for the fields."""


class CheckOptions(inputs.Password, WaitOptions):
    """The options for a check that are not simply fields."""

    groups: tuple[str, ...]


def _field(
    flag: str, name: str, help_: str, metavar: str | None = None, type_: type[int] | None = None
) -> Callable[[F], F]:
    """Return an option whose value is collected in the context under the service's name for the field."""

    def collect(context: click.Context, _parameter: click.Parameter, value: object) -> None:
        fields: dict[str, object] = context.meta.setdefault(_FIELDS, {})
        fields[name] = value

    return click.option(
        flag, type=type_, default=None, metavar=metavar, help=help_, expose_value=False, callback=collect
    )


_OPTIONS: tuple[Callable[..., object], ...] = (
    click.option(
        "--contact-group",
        "groups",
        metavar="GROUP",
        multiple=True,
        shell_complete=complete_groups,
        help="Contact group to notify. Repeatable.",
    ),
    _field("--check-interval", "checkInterval", "Interval between checks.", "SECONDS", int),
    _field("--reminder-interval", "reminderInterval", "Interval between reminders.", "SECONDS", int),
    _field("--retry-tolerance", "retryTolerance", "Failures before notification.", "TIMES", int),
    _field("--check-timeout", "timeout", "Time-out for a response of the box.", "SECONDS", int),
    _field("--active/--inactive", "active", "Whether the check is active."),
    _field("--path", "path", "Path to request (http, https)."),
    _field("--domainname", "domainname", "Domain to request (http, https)."),
    _field("--username", "username", "User name."),
    inputs.password_options("Password"),
    _field("--ssl/--no-ssl", "ssl", "Whether to encrypt the connection."),
    _field("--send-msg", "sendMsg", "Text to send (portTcp, portUdp).", "TEXT"),
    _field("--expect-msg", "expectMsg", "Expected response (portTcp, portUdp).", "TEXT"),
    _field("--dns-type", "dnsType", "Record type to query, such as A (dns).", "TYPE"),
    _field("--zone", "zone", "Name to query (dns).", "NAME"),
    _field("--expected-answer", "expectedAnswer", "Expected answer (dns).", "TEXT"),
    wait_options(),
)
"""The options for new checks. Each field has its flag and the service's name for it."""


def check_options(function: F) -> F:
    """Add the options for new checks to a command."""
    for option in reversed(_OPTIONS):
        option(function)
    return function


@examples("jiffybox monitoring list", "jiffybox monitoring results 198.18.39.17")
@click.group("monitoring", cls=Group)
def monitoring_group() -> None:
    """Manage monitoring checks. CHECK is the number or name of a check."""


@examples("jiffybox monitoring list --sort jiffyBox,name")
@monitoring_group.command("list")
@pass_session
def list_checks(session: Session) -> None:
    """List all checks. GET monitoring."""
    session.show(session.tables.checks, session.client.checks())


@examples("jiffybox monitoring show web")
@monitoring_group.command("show")
@_check_argument
@pass_session
def show_check(session: Session, check: str) -> None:
    """Show a check, with its password masked. GET monitoring/<id>."""
    session.show(session.tables.checks, [session.client.check(check_id(session, check))], all_columns=True)


@examples(
    "jiffybox monitoring create ping web-up 198.18.39.17 7",
    "jiffybox monitoring create http web 198.18.39.17 80 --domainname www.example.org --path / --contact-group admins",
)
@monitoring_group.command("create")
@click.argument("kind", metavar="TYPE", type=click.Choice(_TYPES))
@click.argument("name")
@click.argument("ip")
@click.argument("port", type=int)
@check_options
@pass_session
def create_check(session: Session, kind: str, name: str, ip: str, port: int, **options: Unpack[CheckOptions]) -> None:
    """Create a check. POST monitoring.

    TYPE is ping, ssh, portTcp, portUdp, http, https, smtp, mysql, pop3, imap, ftp or dns. IP is the IPv4 address to
    check. PORT is required for all types.
    """
    from jiffybox_sdk.models._check_types import TYPES

    session.check_output(session.tables.checks)
    check = TYPES[kind](**_fields(session, options, name=name, ip=ip, port=port))
    _show(session, session.client.create_check(check), options)


@examples("jiffybox monitoring duplicate web --name web2 --port 8080")
@monitoring_group.command("duplicate")
@_check_argument
@click.option("--name", help="Name.")
@click.option("--ip", help="IPv4 address to check.")
@click.option("--port", type=int, help="Port to check.")
@check_options
@pass_session
def duplicate_check(
    session: Session, check: str, name: str | None, ip: str | None, port: int | None, **options: Unpack[CheckOptions]
) -> None:
    """Create a copy of a check, with the given changes. POST monitoring/<id>."""
    session.check_output(session.tables.checks)
    changes = sdk.ChangeCheck(**_fields(session, options, name=name, ip=ip, port=port))
    operation = sdk.operations.duplicate_check(check_id(session, check), changes)
    _show(session, session.client.send(operation), options)


@examples("jiffybox monitoring delete web --yes --wait")
@monitoring_group.command("delete")
@_check_argument
@wait_options()
@pass_session
def delete_check(session: Session, check: str, **options: Unpack[WaitOptions]) -> None:
    """Delete a check. DELETE monitoring/<id>. Asks for confirmation."""
    session.before_asking("deleting a check")
    number = check_id(session, check)
    record = session.client.check(number) if session.asks or should_wait(session, options) else None
    if record:
        session.confirm(f"Delete the check {record.name} ({number}) of box {record.jiffyBox}?")
    session.finish(sdk.operations.delete_check(number), f"Check {number} is being deleted.")
    if record and should_wait(session, options):
        wait_for(session, record, options, record.wait_until_deleted)


@examples("jiffybox monitoring results web", "jiffybox monitoring results 198.18.39.17 -o csv")
@monitoring_group.command("results")
@_check_argument
@pass_session
def results(session: Session, check: str) -> None:
    """Show the latest results of checks. GET monitoring/<id or IPv4 address>/status.

    CHECK may also be an IPv4 address, to show the results of all its checks.
    """
    reference = check if _is_address(check) else check_id(session, check)
    session.show(session.tables.results, session.client.check_results(reference).items())


def _is_address(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _fields(
    session: Session, options: CheckOptions, *, name: str | None, ip: str | None, port: int | None
) -> dict[str, Any]:
    """Return a check's fields under the service's names for them."""
    fields: dict[str, Any] = {**click.get_current_context().meta[_FIELDS], "name": name, "ip": ip, "port": port}
    fields["password"] = inputs.read_password(session, options)
    fields["contactGroups"] = [group_id(session, group) for group in options["groups"]] or None
    return fields


def _show(session: Session, check: "sdk.Check", options: WaitOptions) -> None:
    if options["wait"]:
        check = wait_for(session, check, options, check.wait_until_ready)
    session.show(session.tables.checks, [check])

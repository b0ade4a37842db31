"""`jiffybox monitoring`: what is checked, and what the checks found."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, TypeVar, Unpack

import click

from jiffybox_sdk._cli import inputs, progress
from jiffybox_sdk._cli.complete import complete_checks, complete_groups
from jiffybox_sdk._cli.options import F, Group, examples
from jiffybox_sdk._cli.progress import Waiting, wait_options
from jiffybox_sdk._cli.resolve import check_id, group_id
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from jiffybox_sdk import Check

T = TypeVar("T")

_TYPES = ("ping", "ssh", "portTcp", "portUdp", "http", "https", "smtp", "mysql", "pop3", "imap", "ftp", "dns")

_check_argument = click.argument("check", shell_complete=complete_checks)


class Fields(inputs.Password, Waiting):
    """What is said about a check: the fields of the service, but for those that are arguments."""

    groups: tuple[str, ...]
    check_interval: int | None
    reminder_interval: int | None
    retry_tolerance: int | None
    check_timeout: int | None
    active: bool | None
    path: str | None
    domainname: str | None
    username: str | None
    ssl: bool | None
    send_msg: str | None
    expect_msg: str | None
    dns_type: str | None
    zone: str | None
    expected_answer: str | None


_NAMES: Mapping[str, str] = {
    "check_interval": "checkInterval",
    "reminder_interval": "reminderInterval",
    "retry_tolerance": "retryTolerance",
    "check_timeout": "timeout",
    "active": "active",
    "path": "path",
    "domainname": "domainname",
    "username": "username",
    "ssl": "ssl",
    "send_msg": "sendMsg",
    "expect_msg": "expectMsg",
    "dns_type": "dnsType",
    "zone": "zone",
    "expected_answer": "expectedAnswer",
}
"""What the service calls each."""


def field_options(function: F) -> F:
    """Gives a command the options of `Fields`."""
    options: list[Callable[[F], F]] = [
        click.option(
            "--contact-group",
            "groups",
            metavar="GROUP",
            multiple=True,
            shell_complete=complete_groups,
            help="Whom to tell: a contact group. May be repeated.",
        ),
        click.option("--check-interval", type=int, metavar="SECONDS", help="How often to check."),
        click.option("--reminder-interval", type=int, metavar="SECONDS", help="How often to tell of a failure again."),
        click.option("--retry-tolerance", type=int, metavar="TIMES", help="How often it may fail before that is told."),
        click.option("--check-timeout", type=int, metavar="SECONDS", help="How long an answer of the box may take."),
        click.option("--active/--inactive", default=None, help="Whether it is switched on."),
        click.option("--path", help="The path to ask for (http, https)."),
        click.option("--domainname", help="The domain to ask for (http, https)."),
        click.option("--username", help="The name to log in with."),
        inputs.password_options("What the check logs in with"),
        click.option("--ssl/--no-ssl", default=None, help="Whether to encrypt the connection."),
        click.option("--send-msg", metavar="TEXT", help="The text to send (portTcp, portUdp)."),
        click.option("--expect-msg", metavar="TEXT", help="The text that must come back (portTcp, portUdp)."),
        click.option("--dns-type", metavar="TYPE", help="The type of record to ask for, such as A (dns)."),
        click.option("--zone", metavar="NAME", help="The name to ask for (dns)."),
        click.option("--expected-answer", metavar="TEXT", help="The answer that must come (dns)."),
        wait_options(),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@examples("jiffybox monitoring list", "jiffybox monitoring results 198.18.39.17")
@click.group("monitoring", cls=Group)
def monitoring_group() -> None:
    """Monitoring checks, and what they found. CHECK is the number of one, or its name."""


@examples("jiffybox monitoring list --sort jiffyBox,name")
@monitoring_group.command("list")
@pass_session
def list_checks(session: Session) -> None:
    """List all checks. GET monitoring."""
    from jiffybox_sdk._cli.output import tables

    session.show(tables.CHECKS, map(tables.of_check, session.client.checks()))


@examples("jiffybox monitoring show web")
@monitoring_group.command("show")
@_check_argument
@pass_session
def show_check(session: Session, check: str) -> None:
    """Show a check. GET monitoring/<id>. A password in it is hidden."""
    from jiffybox_sdk._cli.output import tables

    found = session.client.check(check_id(session, check))
    session.show(tables.CHECKS, [tables.of_check(found)], whole=True)


@examples(
    "jiffybox monitoring create ping web-up 198.18.39.17 7",
    "jiffybox monitoring create http web 198.18.39.17 80 --domainname www.example.org --path / --contact-group admins",
)
@monitoring_group.command("create")
@click.argument("kind", metavar="TYPE", type=click.Choice(_TYPES))
@click.argument("name")
@click.argument("ip")
@click.argument("port", type=int)
@field_options
@pass_session
def create_check(session: Session, kind: str, name: str, ip: str, port: int, **fields: Unpack[Fields]) -> None:
    """Create a check. POST monitoring.

    TYPE is what is looked at: ping, ssh, portTcp, portUdp, http, https, smtp, mysql, pop3, imap, ftp or dns. IP is the
    IPv4 address to check, PORT a port, whatever the type.
    """
    from jiffybox_sdk._cli.output import tables
    from jiffybox_sdk.models._check_types import TYPES

    session.expect(tables.CHECKS)
    make = TYPES[kind]
    wanted = _wanted(session, fields, name=name, ip=ip, port=port)
    _follow(session, session.client.create_check(_made(make, wanted)), fields)


@examples("jiffybox monitoring duplicate web --name web2 --port 8080")
@monitoring_group.command("duplicate")
@_check_argument
@click.option("--name", help="Its name.")
@click.option("--ip", help="The IPv4 address to check.")
@click.option("--port", type=int, help="The port to check.")
@field_options
@pass_session
def duplicate_check(
    session: Session, check: str, name: str | None, ip: str | None, port: int | None, **fields: Unpack[Fields]
) -> None:
    """Make a copy of a check, with what is to be different in it. POST monitoring/<id>."""
    from jiffybox_sdk import ChangeCheck, Check, operations
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.CHECKS)
    changes = _made(ChangeCheck, _wanted(session, fields, name=name, ip=ip, port=port))
    operation = operations.duplicate_check(check_id(session, check), changes)
    _follow(session, session.send(operation, Check), fields)


@examples("jiffybox monitoring delete web --yes --wait")
@monitoring_group.command("delete")
@_check_argument
@wait_options()
@pass_session
def delete_check(session: Session, check: str, **waiting: Unpack[Waiting]) -> None:
    """Delete a check. DELETE monitoring/<id>. Asks first."""
    from jiffybox_sdk import operations

    session.expect(None)
    session.can_ask("deleting a check")
    number = check_id(session, check)
    found = session.client.check(number) if session.asks or progress.wanted(session, waiting) else None
    if found:
        session.confirm(f"Delete the check {found.name} ({number}) of box {found.jiffyBox}?")
    session.done(session.send(operations.delete_check(number), bool), f"Check {number} is being deleted.")
    if found and progress.wanted(session, waiting):
        progress.until(session, found, waiting, found.wait_until_deleted)


@examples("jiffybox monitoring results web", "jiffybox monitoring results 198.18.39.17 -o csv")
@monitoring_group.command("results")
@_check_argument
@pass_session
def results(session: Session, check: str) -> None:
    """Show what a check found when it last looked. GET monitoring/<id or IPv4 address>/status.

    CHECK may also be an IPv4 address: then what all checks of it found is shown.
    """
    from jiffybox_sdk._cli.output import tables

    which = check if _is_address(check) else check_id(session, check)
    found = session.client.check_results(which)
    session.show(tables.RESULTS, [tables.of_result(number, result) for number, result in found.items()])


def _is_address(text: str) -> bool:
    try:
        return bool(IPv4Address(text))
    except ValueError:
        return False


def _wanted(
    session: Session, fields: Fields, *, name: str | None, ip: str | None, port: int | None
) -> dict[str, object]:
    """Returns what was said about a check, by the names of the service."""
    said: dict[str, object] = dict(fields)
    wanted: dict[str, object] = {"name": name, "ip": ip, "port": port}
    wanted |= {theirs: said[ours] for ours, theirs in _NAMES.items()}
    wanted["password"] = inputs.password(session, fields)
    wanted["contactGroups"] = [group_id(session, group) for group in fields["groups"]] or None
    return wanted


def _made(make: Callable[..., T], fields: Mapping[str, object]) -> T:
    """Returns the body of a call; what makes it checks it."""
    return make(**fields)


def _follow(session: Session, check: "Check", waiting: Waiting) -> None:
    from jiffybox_sdk._cli.output import tables

    if waiting["wait"]:
        check = progress.until(session, check, waiting, check.wait_until_ready)
    session.show(tables.CHECKS, [tables.of_check(check)])

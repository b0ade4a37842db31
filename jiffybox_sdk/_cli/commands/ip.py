"""`jiffybox ip`: the addresses of boxes."""

import click

from jiffybox_sdk._cli.complete import complete_boxes, complete_floating_ips
from jiffybox_sdk._cli.errors import Refused
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.resolve import box_id
from jiffybox_sdk._cli.session import Session, pass_session


@examples("jiffybox ip list", "jiffybox ip move web 198.18.200.1 web2")
@click.group("ip", cls=Group)
def ip_group() -> None:
    """Addresses of boxes. BOX is the number of a box, or its name."""


@examples("jiffybox ip list", "jiffybox ip list web --columns ip,reverseLookup", "jiffybox ip list --sort box,ip")
@ip_group.command("list")
@click.argument("box", required=False, shell_complete=complete_boxes)
@pass_session
def list_ips(session: Session, box: str | None) -> None:
    """List the addresses of all boxes, or of one. GET ips, GET ips/<box>."""
    from jiffybox_sdk._cli.output import tables

    found = session.client.ips() if box is None else session.client.ips_of(box_id(session, box))
    session.show(tables.IPS, map(tables.of_ip, found))


@examples("jiffybox ip move web 198.18.200.1 web2", "jiffybox ip move 10001 2003 10002")
@ip_group.command("move")
@click.argument("box", shell_complete=complete_boxes)
@click.argument("ip", shell_complete=complete_floating_ips)
@click.argument("target", shell_complete=complete_boxes)
@pass_session
def move_ip(session: Session, box: str, ip: str, target: str) -> None:
    """Move a floating IPv4 address from a box to another one. PUT ips/<box>/<ip>/move.

    IP is the number of the address, or the address itself; TARGET the other box.
    """
    from jiffybox_sdk import operations

    session.expect(None)
    number, to = box_id(session, box), box_id(session, target)
    operation = operations.move_ip(number, _number(session, number, ip), to)
    session.done(session.send(operation, bool), f"The address {ip} is being moved to box {to}.")


def _number(session: Session, box: int, ip: str) -> int | str:
    if ip.isascii() and ip.isdigit():
        return ip
    if session.options.dry_run:
        raise click.UsageError(f"ip {ip!r} is refused with --dry-run: looking it up sends a request; give its number.")
    found = next((known.id for known in session.client.ips_of(box) if known.ip == ip), None)
    if found is None:
        raise Refused(f"box {box} has no address {ip!r}")
    return found

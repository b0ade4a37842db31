"""`jiffybox ip`: the IP addresses of boxes."""

from collections.abc import Iterable

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.complete import complete_boxes, complete_floating_ips
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.resolve import BOX, find
from jiffybox_sdk._cli.session import Session, pass_session


@examples("jiffybox ip list", "jiffybox ip move web 198.18.200.1 web2")
@click.group("ip", cls=Group)
def ip_group() -> None:
    """Manage IP addresses. BOX is the number or name of a box."""


@examples(
    "jiffybox ip list", "jiffybox ip list web --columns ip,reverseLookup", "jiffybox ip list --sort box,ip", table="ips"
)
@ip_group.command("list")
@click.argument("box", required=False, shell_complete=complete_boxes)
@pass_session
def list_ips(session: Session, box: str | None) -> None:
    """List the addresses of all boxes, or of one. GET ips, GET ips/<box>."""
    session.show(session.client.ips() if box is None else _ips_of(session.client, find(session, BOX, box)))


@examples("jiffybox ip move web 198.18.200.1 web2", "jiffybox ip move 10001 2003 10002")
@ip_group.command("move")
@click.argument("box", shell_complete=complete_boxes)
@click.argument("ip", shell_complete=complete_floating_ips)
@click.argument("target", shell_complete=complete_boxes)
@pass_session
def move_ip(session: Session, box: str, ip: str, target: str) -> None:
    """Move a floating IPv4 address to another box. PUT ips/<box>/<ip>/move.

    IP is the address or its number, TARGET the other box.
    """
    source_id, target_id = find(session, BOX, box), find(session, BOX, target)
    operation = sdk.operations.move_ip(source_id, _ip_id(session, source_id, ip), target_id)
    session.finish(operation, f"The address {ip} is being moved to box {target_id}.")


def _ips_of(client: "sdk.JiffyBox", box: int) -> "Iterable[sdk.Ip]":
    return client.send(sdk.operations.get_ips(box)).values()


def _ip_id(session: Session, box: int, ip: str) -> int | str:
    if ip.isascii() and ip.isdigit():
        return ip
    ips = session.look_up(lambda client: _ips_of(client, box))
    number = next((known.id for known in ips if known.ip == ip), None)
    if number is None:
        raise RefusedError(f"box {box} has no address {ip!r}")
    return number

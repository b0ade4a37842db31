"""`jiffybox ip`: the IP addresses of boxes."""

from collections.abc import Iterable, Sequence

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.changes import finish
from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.commands.common import boxes_argument, show_of_boxes
from jiffybox_sdk._cli.complete import complete_boxes, complete_floating_ips
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.progress import wait_options
from jiffybox_sdk._cli.resolve import BOX, find
from jiffybox_sdk._cli.session import Session, command

ip_group = Group(
    "ip",
    *("jiffybox ip list", "jiffybox ip move 198.19.135.212 web2"),
    help="Manage IP addresses. BOX is the number or name of a box.",
)


@command(ip_group, "list", "jiffybox ip list", "jiffybox ip list web --columns ip,reverseLookup", table="ips")
@boxes_argument
def list_ips(session: Session, boxes: Sequence[str], named: Sequence[str]) -> None:
    """List the addresses of all boxes, or of some. GET ips, GET ips/<box>."""
    show_of_boxes(session, [*boxes, *named], _ips, _ips)


@command(ip_group, "move", "jiffybox ip move 198.19.135.212 web2", "jiffybox ip move web 2004 10002")
@click.argument("box", metavar="[BOX]", shell_complete=complete_floating_ips)
@click.argument("ip", shell_complete=complete_floating_ips)
@click.argument("target", required=False, metavar="TARGET", shell_complete=complete_boxes)
@wait_options()
def move_ip(session: Session, box: str, ip: str, target: str | None) -> None:
    """Move a floating IPv4 address to another box. PUT ips/<box>/<ip>/move.

    IP is the address or its number, TARGET the other box, and BOX the one that has the address, which is looked up by
    default. Floating addresses are ordered in the control panel; with --local, a seed may have some.
    """
    owner = None if target is None else find(session, BOX, box)
    address, target = (box, ip) if target is None else (ip, target)
    target_id = find(session, BOX, target)
    number: int | str = address
    if owner is None or not (address.isascii() and address.isdigit()):
        known = session.look_up(lambda client: [*_ips(client, owner)])
        match = next((each for each in known if address in (each.ip, str(each.id))), None)
        if match is None:
            raise RefusedError(f"{f'box {owner}' if owner else 'the account'} has no address {address!r}")
        owner, number = match.box_id, match.id
    operation = sdk.operations.move_ip(owner, number, target_id)
    finish(session, operation, f"The address {address} is being moved to box {target_id}.")


def _ips(client: "sdk.JiffyBox", box: int | None = None) -> "Iterable[sdk.Ip]":
    """Return the addresses of all boxes, or of one."""
    return client.ips() if box is None else client.send(sdk.operations.get_ips(box)).values()

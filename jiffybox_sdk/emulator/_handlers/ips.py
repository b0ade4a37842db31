"""The `ips` module.

Documented: only floating IPv4 addresses can be moved. Invented: moving takes no time.
"""

from dataclasses import replace

from pydantic import JsonValue

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.lookup import find, find_box
from jiffybox_sdk.emulator._state.objects import Due
from jiffybox_sdk.models import requests


def move(account: Account, number: str, ip_number: str, body: "requests.MoveIp") -> JsonValue:
    """`PUT ips/<box>/<ip>/move`."""
    box = find_box(account, number)
    ip = find({ip.id: ip for ip in account.ips_of(box.id)}, ip_number, _messages.NO_SUCH_IP)
    if not ip.floating or ip.version != 4:
        raise ServiceError(_messages.NOT_FLOATING, ip=ip.ip)
    account.move_ip(ip, find_box(account, body.targetid).id)
    return True


def finish(account: Account, due: Due) -> None:
    """Complete the move of an address."""
    ip = account.ips.get(due.number)
    target = next((number for number in account.boxes if str(number) == due.detail), None)
    if ip and target is not None:
        account.ips.put(replace(ip, box=target))


def _payload(account: Account, box: int) -> JsonValue:
    return {str(ip.id): ip.payload() for ip in account.ips_of(box)}


HANDLERS: Handlers = {
    "list_ips": lambda call: {str(box): _payload(call.account, box) for box in call.account.boxes},
    "get_ips": lambda call: _payload(call.account, find_box(call.account, call.arguments[0]).id),
    "move_ip": lambda call: move(call.account, call.arguments[0], call.arguments[1], call.body_as(requests.MoveIp)),
}

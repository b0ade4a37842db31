"""The handler of each call, and of each kind of work."""

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import Endpoint
from jiffybox_sdk.emulator._handlers import backups, boxes, catalogue, checks, contact_groups, doc, ips
from jiffybox_sdk.emulator._handlers._call import HandlerCall, Handlers
from jiffybox_sdk.emulator._messages import ResultWithMessage
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.exceptions import JiffyException

_HANDLERS: Handlers = {
    **boxes.HANDLERS,
    **catalogue.HANDLERS,
    **backups.HANDLERS,
    **ips.HANDLERS,
    **contact_groups.HANDLERS,
    **checks.HANDLERS,
    **doc.HANDLERS,
}


class EmulatorDefect(JiffyException):
    """An answer of the emulator violates the schemas. Please report it: this is a bug in the emulator."""


def handle(endpoint: Endpoint, call: HandlerCall) -> JsonValue | ResultWithMessage:
    """Execute a call, and return its result, or raise `ServiceError` if the service rejects it."""
    handler = _HANDLERS.get(endpoint.name)
    if handler is None:
        raise EmulatorDefect(f"{endpoint.name} has no handler")
    return handler(call)


def finish_due(account: Account, now: float) -> int:
    """Complete all work that is due, and return how much that was."""
    count = 0
    for due in account.take_due(now):
        count += 1
        match due.kind:
            case "box":
                boxes.finish(account, due.number)
            case "backup":
                backups.finish(account, due.number, due.when, due.accepted)
            case "forgotten backup":
                backups.finish_deletion(account, due.number, due.detail)
            case "group":
                contact_groups.finish(account, due.number)
            case "check":
                checks.finish(account, due.number)
    return count

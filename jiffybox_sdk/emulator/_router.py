"""The handlers for each call and each kind of work."""

from collections.abc import Callable

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import Endpoint
from jiffybox_sdk.emulator._handlers import backups, boxes, catalogue, checks, contact_groups, doc, ips
from jiffybox_sdk.emulator._handlers._call import HandlerCall, Handlers
from jiffybox_sdk.emulator._messages import ResultWithMessage
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.objects import Due, WorkKind
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
FINISHERS: dict[WorkKind, Callable[[Account, Due], None]] = {
    "box": boxes.finish,
    "backup": backups.finish,
    "forgotten backup": backups.finish_deletion,
    "group": contact_groups.finish,
    "check": checks.finish,
    "ip": ips.finish,
}


class EmulatorDefect(JiffyException):
    """One of the emulator's responses violates the schemas. This is a bug in the emulator; please report it."""


def handle(endpoint: Endpoint, call: HandlerCall) -> JsonValue | ResultWithMessage:
    """Execute a call and return its result, or raise `ServiceError` if the service rejects it."""
    handler = _HANDLERS.get(endpoint.name)
    if handler is None:
        raise EmulatorDefect(f"{endpoint.name} has no handler")
    return handler(call)


def finish_due(account: Account, now: float) -> None:
    """Complete all work that is due."""
    for due in account.take_due(now):
        FINISHERS[due.kind](account, due)

"""Calls that change something. Those that are refused because an object is busy are made again once it is free."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.progress import poll_interval, state_of
from jiffybox_sdk._cli.resolve import BOX, CHECK, GROUP, Noun
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk.exceptions import JiffyException, JiffyMessageException, JiffyTimeoutException

if TYPE_CHECKING:
    from jiffybox_sdk._cli.resolve import Named

T = TypeVar("T")
W = TypeVar("W", bound="Named")

_NOUNS: "dict[str, Noun[Named]]" = {"contactGroups": GROUP, "monitoring": CHECK}
"""The objects that may be busy, by the module that refuses a call. In the others, it is a box."""

_DELETING = "DELETING", "STATUS_DELETING"


def change(session: Session, send: "Callable[[sdk.JiffyBox], T]") -> T:
    """Return the result of a call that changes something. If its object is busy, wait until it is free.

    The service does nothing for a call that it refuses, so the call can be made again. With `--no-wait`, it is not.
    """
    retried = False
    while True:
        try:
            return send(session.client)
        except JiffyMessageException as refusal:
            read = _reader(session, refusal)
            if not read:
                raise
            backup = "backup" in (refusal.hint or "backup")
            if _is_busy(read(), backup=backup):
                until_free(session, read, backup=backup)
            elif retried or not refusal.hint:
                raise
            else:  # it has become free since the refusal
                retried = True


def _reader(session: Session, refusal: JiffyMessageException) -> "Callable[[], Named] | None":
    """Return a function that reads the object that is refused a call, or `None` if the refusal is for good."""
    module, _, rest = refusal.operation.path.partition("/") if refusal.operation else ("", "", "")
    number = rest.partition("/")[0]
    is_final = type(refusal) is not JiffyMessageException or "wait until" not in (refusal.hint or "wait until")
    if is_final or session.options.wait is False or not (refusal.messages and number.isdigit()):
        return None
    return lambda: session.look_up(lambda client: _NOUNS.get(module, BOX).get(client, number))


def until_free(session: Session, read: Callable[[], W], *, backup: bool = False) -> W:
    """Read an object until no work on it is in progress, or once with `--no-wait` or `--dry-run`, and return it.

    A backup is waited for only if that is requested.
    """
    record = read()
    if session.options.wait is False or session.options.dry_run or not _is_busy(record, backup=backup):
        return record
    title = f"{record.name} ({record.id})"
    session.tell(f"{title} is {state_of(reject_deleted(session, record))}: waiting until it is free; Ctrl-C to stop")
    while _is_busy(reject_deleted(session, record), backup=backup):
        left = session.time_left()
        if not left:
            reason = f"timed out after {session.options.max_wait:g} s waiting until {title} is free; it was not changed"
            raise JiffyTimeoutException(reason, record=record)
        try:
            session.client.clock.sleep(min(poll_interval(session), left))
        except KeyboardInterrupt:
            session.say(f"{title} was last seen {state_of(record)}; it was not changed")
            raise
        record = read()
    return record


class BeingDeletedError(JiffyException):
    """A call is refused because its object is being deleted."""


def reject_deleted(session: Session, record: W) -> W:
    """Return an object, unless it is being deleted, since it never becomes free then."""
    if record.status in _DELETING:
        wait = f"; to wait for that: {session.options.command_line(f'box wait {record.id} --for gone')}"
        raise BeingDeletedError(f"{record.name} ({record.id}) is being deleted{wait * isinstance(record, sdk.Box)}")
    return record


def _is_busy(record: "Named", *, backup: bool) -> bool:
    if isinstance(record, sdk.Box):
        is_idle = record.status in (sdk.BoxStatus.READY, sdk.BoxStatus.FROZEN, sdk.BoxStatus.RUNNING)
        return not is_idle or record.isBeingCopied or (backup and record.manualBackupRunning)
    return record.status.endswith("ING")  # of STATUS_CREATING and the like


def carry_out(session: Session, operation: "sdk.Operation[bool]") -> bool:
    """Send an operation that only returns whether it was accepted."""
    if not change(session, lambda client: client.send(operation)):
        raise JiffyException("the service rejected the call without an error message")
    return True


def finish(session: Session, operation: "sdk.Operation[bool]", message: str) -> None:
    """Send an operation that only returns whether it was accepted. Write a message if it was."""
    session.show_values([carry_out(session, operation)], one=True)
    session.tell(message)

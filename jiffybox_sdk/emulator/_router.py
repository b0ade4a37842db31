"""The handler of each call, and of each kind of work."""

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import Endpoint
from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._handlers import backups, boxes, checks, contact_groups, doc, ips
from jiffybox_sdk.emulator._messages import ResultWithMessage
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.exceptions import JiffyException
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.models.requests.change_backups import ChangeBackups
from jiffybox_sdk.models.requests.change_box import ChangeBox
from jiffybox_sdk.models.requests.change_check import ChangeCheck
from jiffybox_sdk.models.requests.change_contact_group import ChangeContactGroup
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.create_contact_group import CreateContactGroup
from jiffybox_sdk.models.requests.duplicate_box import DuplicateBox
from jiffybox_sdk.models.requests.enable_backups import EnableBackups
from jiffybox_sdk.models.requests.move_ip import MoveIp
from jiffybox_sdk.models.requests.new_check import NewCheck


class EmulatorDefect(JiffyException):
    """An answer of the emulator violates the schemas. Please report it: this is a bug in the emulator."""


def handle(  # noqa: PLR0912 (one branch per call)
    account: Account, call: Endpoint, arguments: list[str], body: Request | None, clock: EmulatorClock
) -> JsonValue | ResultWithMessage:
    """Execute a call, given with the arguments from its path, and return its result.

    Raises:
        ServiceError: If the service rejects the call.
    """
    name = str(call.name)  # type checkers fail on this many literals
    match name, arguments, body:
        case "list_boxes", [], _:
            return boxes.list_all(account)
        case "get_box", [number], _:
            return boxes.get(account, number)
        case "create_box", [], CreateBox():
            return boxes.create(account, body, clock)
        case "duplicate_box", [number], DuplicateBox():
            return boxes.duplicate(account, number, body, clock)
        case "change_box", [number], ChangeBox():
            return boxes.change(account, number, body, clock)
        case "delete_box", [number], _:
            return boxes.delete(account, number, clock)
        case "list_plans", [], _:
            return {str(number): dict(plan) for number, plan in PLANS.items()}
        case "get_plan", [reference], _:
            return dict(PLANS[boxes.find_plan(reference)])
        case "list_distributions", [], _:
            return {key: dict(distribution) for key, distribution in DISTRIBUTIONS.items()}
        case "get_distribution", [key], _:
            return dict(DISTRIBUTIONS[boxes.find_distribution(key)])
        case "list_backups", [], _:
            return backups.list_all(account, clock)
        case "get_backups", [number], _:
            return backups.get(account, number, clock)
        case "enable_backups", [number], EnableBackups():
            return backups.enable(account, number, body, clock)
        case "change_backups", [number], ChangeBackups():
            return backups.change(account, number, body, clock)
        case "disable_backups", [number], _:
            return backups.disable(account, number)
        case "create_backup", [number], _:
            return backups.create(account, number, clock)
        case "restore_backup", [number, kind, backup], _:
            return backups.restore(account, number, kind, backup, clock)
        case "delete_backup", [number, kind, backup], _:
            return backups.delete(account, number, kind, backup, clock)
        case "list_ips", [], _:
            return ips.list_all(account)
        case "get_ips", [number], _:
            return ips.get(account, number)
        case "move_ip", [number, ip], MoveIp():
            return ips.move(account, number, ip, body)
        case "list_contact_groups", [], _:
            return contact_groups.list_all(account)
        case "get_contact_group", [number], _:
            return contact_groups.get(account, number)
        case "create_contact_group", [], CreateContactGroup():
            return contact_groups.create(account, body, clock)
        case "duplicate_contact_group", [number], ChangeContactGroup():
            return contact_groups.duplicate(account, number, body, clock)
        case "change_contact_group", [number], ChangeContactGroup():
            return contact_groups.change(account, number, body, clock)
        case "delete_contact_group", [number], _:
            return contact_groups.delete(account, number, clock)
        case "list_checks", [], _:
            return checks.list_all(account)
        case "get_check", [number], _:
            return checks.get(account, number)
        case "create_check", [], NewCheck():
            return checks.create(account, body, clock)
        case "duplicate_check", [number], ChangeCheck():
            return checks.duplicate(account, number, body, clock)
        case "delete_check", [number], _:
            return checks.delete(account, number, clock)
        case "get_check_results", [reference], _:
            return checks.results(account, reference)
        case "list_modules", [], _:
            return doc.list_all()
        case "get_module", [name], _:
            return doc.get(name)
        case _:
            raise EmulatorDefect(f"{call.name} has no handler")


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

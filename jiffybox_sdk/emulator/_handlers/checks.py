"""The module monitoring. What each type of check needs is documented; what the checks find is invented."""

from pydantic import JsonValue, SecretStr, ValidationError

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import Refusal, ResultWithMessage
from jiffybox_sdk.emulator._state.account import Account, CheckState, DueIn
from jiffybox_sdk.emulator._state.lookup import find_check, find_group
from jiffybox_sdk.models._check_types import TYPES, type_of
from jiffybox_sdk.models.requests.change_check import ChangeCheck
from jiffybox_sdk.models.requests.new_check import NewCheck
from jiffybox_sdk.models.responses.check_status import CheckStatus
from jiffybox_sdk.models.responses.result_code import ResultCode

SECONDS = 5.0
"""How long each work takes."""

_DEFAULTS: dict[str, JsonValue] = {
    "checkInterval": 300,
    "reminderInterval": 3600,
    "retryTolerance": 3,
    "timeout": 30,
    "active": True,
}
_EMPTY: dict[str, JsonValue] = {"path": "", "domainname": "", "username": "", "password": ""}


def list_all(account: Account) -> JsonValue:
    """`GET monitoring`."""
    return {str(check.id): _answer(account, check) for check in account.checks.values()}


def get(account: Account, number: str) -> JsonValue:
    """`GET monitoring/<id>`."""
    return _answer(account, find_check(account, number))


def create(account: Account, body: NewCheck, due_in: DueIn) -> JsonValue:
    """`POST monitoring`."""
    return _create(account, body, due_in)


def duplicate(account: Account, number: str, body: ChangeCheck, due_in: DueIn) -> JsonValue:
    """`POST monitoring/<id>`."""
    source = find_check(account, number)
    _check_idle(source)
    settings: dict[str, object] = {**source.settings, "contactGroups": source.groups}
    settings |= {name: value for name, value in body if value is not None}
    try:
        return _create(account, TYPES[str(source.settings["checkType"])].model_validate(settings), due_in)
    except ValidationError as error:
        location = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    raise Refusal(_messages.BAD_PARAMETER, parameter=location[0])


def delete(account: Account, number: str, due_in: DueIn) -> ResultWithMessage:
    """`DELETE monitoring/<id>`."""
    check = find_check(account, number)
    _check_idle(check)
    _begin(account, check, CheckStatus.STATUS_DELETING, due_in)
    return ResultWithMessage(True, _messages.CHECK_DELETED.filled(name=check.settings["name"], number=check.id))  # noqa: FBT003 (the answer)


def results(account: Account, which: str) -> JsonValue:
    """`GET monitoring/<id or IPv4 address>/status`."""
    checks = [check for check in account.checks.values() if check.settings["ip"] == which]
    if not checks:
        checks = [find_check(account, which)]
    return {str(check.id): _result(account, check) for check in checks}


def finish(account: Account, number: int) -> None:
    """Finishes the work on a check."""
    check = account.checks.get(number)
    if check is None:  # its box was deleted meanwhile
        return
    check.busy = False
    if check.status == CheckStatus.STATUS_DELETING:
        del account.checks[number]
    settle(check)


def settle(check: CheckState) -> None:
    """Brings a check into the state in which nothing is going on."""
    check.status = CheckStatus.STATUS_READY if check.settings["active"] else CheckStatus.STATUS_DEACTIVATED


def add(account: Account, body: NewCheck) -> CheckState:
    """Adds a check."""
    ip = next((ip.id for ip in account.ips.values() if ip.ip == str(body.ip)), None)
    if ip is None:
        raise Refusal(_messages.NO_SUCH_IP, number=body.ip)
    groups = [find_group(account, group).id for group in body.contactGroups or ()]
    given: dict[str, JsonValue] = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in body
        if value is not None and name != "contactGroups"
    }
    check = CheckState(account.next_check, ip, {**_DEFAULTS, **given, "checkType": type_of(body)}, groups)
    account.checks[check.id] = check
    account.next_check += 1
    return check


def _create(account: Account, body: NewCheck, due_in: DueIn) -> JsonValue:
    check = add(account, body)
    _begin(account, check, CheckStatus.STATUS_CREATING, due_in)
    return _answer(account, check)


def _begin(account: Account, check: CheckState, meanwhile: CheckStatus, due_in: DueIn) -> None:
    check.status, check.busy = meanwhile, True
    account.schedule(due_in(SECONDS), "check", check.id)


def _check_idle(check: CheckState) -> None:
    if check.busy:
        raise Refusal(_messages.CHECK_BUSY, number=check.id, status=check.status)


def _answer(account: Account, check: CheckState) -> JsonValue:
    groups: list[JsonValue] = [{"id": number, "name": account.groups[number].name} for number in check.groups]
    return {
        "id": check.id,
        "jiffyBox": account.ips[check.ip].box,
        "status": check.status,
        "contactgroups": groups,
        **_EMPTY,
        **check.settings,
    }


def _result(account: Account, check: CheckState) -> JsonValue:
    ip = check.settings["ip"]
    if check.status != CheckStatus.STATUS_READY:
        return {"code": ResultCode.UNKNOWN, "response": f"UNKNOWN - {ip}: {check.status}"}
    if account.boxes[account.ips[check.ip].box].running:
        return {"code": ResultCode.OK, "response": f"OK - {ip}: {check.settings['checkType']}"}
    return {"code": ResultCode.CRITICAL, "response": f"CRITICAL - {ip}: no answer"}

"""A function for each thing that can be asked of the service: it checks the arguments and makes an `Operation`. No I/O.

Each raises `JiffyArgumentException` when an argument breaks a rule.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from typing import Literal

from pydantic import SecretStr

from jiffybox_sdk._client import endpoints
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models.requests.change_backups import ChangeBackups
from jiffybox_sdk.models.requests.change_box import ChangeBox
from jiffybox_sdk.models.requests.change_check import ChangeCheck
from jiffybox_sdk.models.requests.change_contact_group import ChangeContactGroup
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.create_contact_group import CreateContactGroup
from jiffybox_sdk.models.requests.duplicate_box import DuplicateBox
from jiffybox_sdk.models.requests.enable_backups import EnableBackups
from jiffybox_sdk.models.requests.move_ip import MoveIp
from jiffybox_sdk.models.requests.new_check import NewCheck

BackupType = Literal["manual", "daily", "weekly", "biweekly"]
"""How a backup came about."""


def list_boxes() -> Operation:
    """`GET jiffyBoxes` [D]. Expensive for the service."""
    return endpoints.LIST_BOXES.on()


def get_box(box: int | str) -> Operation:
    """`GET jiffyBoxes/<box>` [D]."""
    return endpoints.GET_BOX.on(arguments.whole_id(box, "box"))


def create_box(
    name: str,
    plan: int | str,
    *,
    distribution: str | None,
    backupid: str | None,
    password: SecretStr | None,
    use_sshkey: bool | None,
    metadata: Mapping[str, object] | None,
) -> Operation:
    """`POST jiffyBoxes` [D]."""
    body = CreateBox(
        name=name,
        planid=arguments.plan_reference(plan),
        distribution=None if distribution is None else arguments.text_id(distribution, "distribution"),
        backupid=None if backupid is None else arguments.text_id(backupid, "backupid"),
        password=password,
        use_sshkey=use_sshkey,
        metadata=None if metadata is None else arguments.json_object(metadata),
    )
    return endpoints.CREATE_BOX.on(body=body)


def duplicate_box(
    box: int | str, name: str, plan: int | str, *, metadata: Mapping[str, object] | None = None
) -> Operation:
    """`POST jiffyBoxes/<box>` [D]."""
    body = DuplicateBox(
        name=name,
        planid=arguments.plan_reference(plan),
        metadata=None if metadata is None else arguments.json_object(metadata),
    )
    return endpoints.DUPLICATE_BOX.on(arguments.whole_id(box, "box"), body=body)


def set_status(box: int | str, command: Command, plan: int | str | None = None) -> Operation:
    """`PUT jiffyBoxes/<box>` with a `status` [D], and a plan where the command takes one."""
    planid = None if plan is None else arguments.plan_reference(plan)
    return endpoints.CHANGE_BOX.on(arguments.whole_id(box, "box"), body=ChangeBox(status=command, planid=planid))


def update_metadata(box: int | str, changes: Mapping[str, object]) -> Operation:
    """`PUT jiffyBoxes/<box>` with `metadata` alone [I]."""
    body = ChangeBox(metadata=arguments.json_object(changes))
    return endpoints.CHANGE_BOX.on(arguments.whole_id(box, "box"), body=body)


def delete_box(box: int | str) -> Operation:
    """`DELETE jiffyBoxes/<box>` [D]."""
    return endpoints.DELETE_BOX.on(arguments.whole_id(box, "box"))


def list_plans() -> Operation:
    """`GET plans` [R]."""
    return endpoints.LIST_PLANS.on()


def get_plan(plan: int | str) -> Operation:
    """`GET plans/<plan>` [R], by number or name."""
    return endpoints.GET_PLAN.on(arguments.plan_reference(plan))


def list_distributions() -> Operation:
    """`GET distributions` [R]."""
    return endpoints.LIST_DISTRIBUTIONS.on()


def get_distribution(distribution: str) -> Operation:
    """`GET distributions/<distribution>` [R]."""
    return endpoints.GET_DISTRIBUTION.on(arguments.text_id(distribution, "distribution"))


def list_backups() -> Operation:
    """`GET backups` [D]. Slow: the service asks its backup servers."""
    return endpoints.LIST_BACKUPS.on()


def get_backups(box: int | str) -> Operation:
    """`GET backups/<box>` [D]."""
    return endpoints.GET_BACKUPS.on(arguments.whole_id(box, "box"))


def enable_backups(box: int | str, day: int, time: int) -> Operation:
    """`POST backups/<box>` [D]."""
    return endpoints.ENABLE_BACKUPS.on(arguments.whole_id(box, "box"), body=EnableBackups(dayid=day, timeid=time))


def change_backups(box: int | str, day: int | None, time: int | None) -> Operation:
    """`PUT backups/<box>` [D]."""
    return endpoints.CHANGE_BACKUPS.on(arguments.whole_id(box, "box"), body=ChangeBackups(dayid=day, timeid=time))


def disable_backups(box: int | str) -> Operation:
    """`DELETE backups/<box>` [D]."""
    return endpoints.DISABLE_BACKUPS.on(arguments.whole_id(box, "box"))


def create_backup(box: int | str) -> Operation:
    """`POST backups/<box>/manual` [D]."""
    return endpoints.CREATE_BACKUP.on(arguments.whole_id(box, "box"))


def restore_backup(box: int | str, kind: BackupType, backup: str) -> Operation:
    """`POST backups/<box>/<type>/<backup>` [D]."""
    arguments.choice(kind, BackupType, "type of backup")
    return endpoints.RESTORE_BACKUP.on(arguments.whole_id(box, "box"), kind, arguments.text_id(backup, "backup"))


def delete_backup(box: int | str, kind: BackupType, backup: str) -> Operation:
    """`DELETE backups/<box>/<type>/<backup>` [D]."""
    arguments.choice(kind, BackupType, "type of backup")
    return endpoints.DELETE_BACKUP.on(arguments.whole_id(box, "box"), kind, arguments.text_id(backup, "backup"))


def list_ips() -> Operation:
    """`GET ips` [D]."""
    return endpoints.LIST_IPS.on()


def get_ips(box: int | str) -> Operation:
    """`GET ips/<box>` [D]."""
    return endpoints.GET_IPS.on(arguments.whole_id(box, "box"))


def move_ip(box: int | str, ip: int | str, target: int | str) -> Operation:
    """`PUT ips/<box>/<ip>/move` [D]."""
    body = MoveIp(targetid=arguments.whole_id(target, "target"))
    return endpoints.MOVE_IP.on(arguments.whole_id(box, "box"), arguments.whole_id(ip, "ip"), body=body)


def list_contact_groups() -> Operation:
    """`GET contactGroups` [D]."""
    return endpoints.LIST_CONTACT_GROUPS.on()


def get_contact_group(group: int | str) -> Operation:
    """`GET contactGroups/<id>` [D]."""
    return endpoints.GET_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"))


def create_contact_group(name: str, contacts: Sequence[str]) -> Operation:
    """`POST contactGroups` [D]."""
    return endpoints.CREATE_CONTACT_GROUP.on(body=CreateContactGroup(name=name, contacts=arguments.texts(contacts)))


def duplicate_contact_group(group: int | str, name: str | None, contacts: Sequence[str] | None) -> Operation:
    """`POST contactGroups/<id>` [D]."""
    body = ChangeContactGroup(name=name, contacts=None if contacts is None else arguments.texts(contacts))
    return endpoints.DUPLICATE_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"), body=body)


def change_contact_group(group: int | str, name: str | None, contacts: Sequence[str] | None) -> Operation:
    """`PUT contactGroups/<id>` [D]."""
    body = ChangeContactGroup(name=name, contacts=None if contacts is None else arguments.texts(contacts))
    return endpoints.CHANGE_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"), body=body)


def delete_contact_group(group: int | str) -> Operation:
    """`DELETE contactGroups/<id>` [D]."""
    return endpoints.DELETE_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"))


def list_checks() -> Operation:
    """`GET monitoring` [D]."""
    return endpoints.LIST_CHECKS.on()


def get_check(check: int | str) -> Operation:
    """`GET monitoring/<id>` [D]."""
    return endpoints.GET_CHECK.on(arguments.whole_id(check, "check"))


def create_check(check: NewCheck) -> Operation:
    """`POST monitoring` [D]."""
    if type(check) is NewCheck or not isinstance(check, NewCheck):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(
            f"check of type {type(check).__name__} is refused: give one of a type of its own, such as an HttpCheck"
        )
    return endpoints.CREATE_CHECK.on(body=check)


def duplicate_check(check: int | str, changes: ChangeCheck) -> Operation:
    """`POST monitoring/<id>` [D]."""
    if not isinstance(changes, ChangeCheck):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(f"changes of type {type(changes).__name__} are refused: give a ChangeCheck")
    return endpoints.DUPLICATE_CHECK.on(arguments.whole_id(check, "check"), body=changes)


def delete_check(check: int | str) -> Operation:
    """`DELETE monitoring/<id>` [R]."""
    return endpoints.DELETE_CHECK.on(arguments.whole_id(check, "check"))


def get_check_results(check: int | str | IPv4Address) -> Operation:
    """`GET monitoring/<id or IPv4 address>/status` [D]."""
    return endpoints.GET_CHECK_RESULTS.on(arguments.check_reference(check))


def list_modules() -> Operation:
    """`GET doc` [D]."""
    return endpoints.LIST_MODULES.on()


def get_module(module: str) -> Operation:
    """`GET doc/<module>` [D]."""
    return endpoints.GET_MODULE.on(arguments.text_id(module, "module"))

"""One function per call, which validates the arguments and returns an `Operation`. No I/O.

`JiffyBox.send` and `AsyncJiffyBox.send` make the call. So an object can be changed by its id, without reading it first.

All functions raise `JiffyArgumentException` if an argument is invalid.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from jiffybox_sdk._client import endpoints
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.plan import Plan, plan_id
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models import requests
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.responses.backup import Backup

if TYPE_CHECKING:
    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk._records.module_doc import ModuleDoc
    from jiffybox_sdk.models.responses import Backups, Box, Check, CheckResult, ContactGroup, Ip, Schedule

BackupType = Literal["manual", "daily", "weekly", "biweekly"]
"""The types of backup."""

OWN_GROUP = "Stammdaten-E-Mail-Adresse"
"""The name of every account's own contact group, which can't be changed [documented]."""


def list_boxes() -> "Operation[dict[str, Box]]":
    """List the boxes: `GET jiffyBoxes` [documented]. Expensive for the service."""
    return endpoints.LIST_BOXES.on()


def get_box(box: int | str) -> "Operation[Box]":
    """Read a box: `GET jiffyBoxes/<box>` [documented]."""
    return endpoints.GET_BOX.on(arguments.whole_id(box, "box"))


def create_box(
    name: str,
    plan: Plan | int | str,
    *,
    distribution: Distribution | str | None,
    backupid: Backup | str | None,
    password: SecretStr | None,
    use_sshkey: bool | None,
    metadata: Mapping[str, object] | None,
) -> "Operation[Box]":
    """Create a box: `POST jiffyBoxes` [documented]."""
    if isinstance(distribution, Distribution):
        distribution = distribution.id
    if isinstance(backupid, Backup):
        backupid = backupid.id
    body = requests.CreateBox(
        name=name,
        planid=plan_id(plan),
        distribution=None if distribution is None else arguments.text_id(distribution, "distribution"),
        backupid=None if backupid is None else arguments.text_id(backupid, "backupid"),
        password=password,
        use_sshkey=use_sshkey,
        metadata=None if metadata is None else arguments.json_object(metadata),
    )
    return endpoints.CREATE_BOX.on(body=body)


def duplicate_box(
    box: int | str, name: str, plan: Plan | int | str, *, metadata: Mapping[str, object] | None = None
) -> "Operation[Box]":
    """Copy a box: `POST jiffyBoxes/<box>` [documented]."""
    body = requests.DuplicateBox(
        name=name,
        planid=plan_id(plan),
        metadata=None if metadata is None else arguments.json_object(metadata),
    )
    return endpoints.DUPLICATE_BOX.on(arguments.whole_id(box, "box"), body=body)


def set_status(box: int | str, command: Command, plan: Plan | int | str | None = None) -> "Operation[Box]":
    """Send a command to a box: `PUT jiffyBoxes/<box>` with a `status` [documented]."""
    needs_plan = command in (Command.THAW, Command.PLAN)
    planid = None if plan is None and not needs_plan else plan_id(plan)
    body = requests.ChangeBox(status=command, planid=planid)
    return endpoints.CHANGE_BOX.on(arguments.whole_id(box, "box"), body=body)


def update_metadata(box: int | str, changes: Mapping[str, object]) -> "Operation[Box]":
    """Update the metadata of a box: `PUT jiffyBoxes/<box>` with `metadata` alone [inferred]."""
    body = requests.ChangeBox(metadata=arguments.json_object(changes))
    return endpoints.CHANGE_BOX.on(arguments.whole_id(box, "box"), body=body)


def delete_box(box: int | str) -> "Operation[bool]":
    """Delete a box: `DELETE jiffyBoxes/<box>` [documented]."""
    return endpoints.DELETE_BOX.on(arguments.whole_id(box, "box"))


def list_plans() -> "Operation[dict[str, Plan]]":
    """List the plans: `GET plans` [recorded]."""
    return endpoints.LIST_PLANS.on()


def get_plan(plan: Plan | int | str) -> "Operation[Plan]":
    """Read a plan by id or name: `GET plans/<plan>` [recorded]."""
    return endpoints.GET_PLAN.on(plan_id(plan))


def list_distributions() -> "Operation[dict[str, Distribution]]":
    """List the distributions: `GET distributions` [recorded]."""
    return endpoints.LIST_DISTRIBUTIONS.on()


def get_distribution(distribution: str) -> "Operation[Distribution]":
    """Read a distribution: `GET distributions/<distribution>` [recorded]."""
    return endpoints.GET_DISTRIBUTION.on(arguments.text_id(distribution, "distribution"))


def list_backups() -> "Operation[dict[str, Backups]]":
    """List the backups of all boxes: `GET backups` [documented]. Slow."""
    return endpoints.LIST_BACKUPS.on()


def get_backups(box: int | str) -> "Operation[Backups]":
    """Read the backups of a box: `GET backups/<box>` [documented]."""
    return endpoints.GET_BACKUPS.on(arguments.whole_id(box, "box"))


def enable_backups(box: int | str, day: int, time: int) -> "Operation[Schedule]":
    """Enable periodic backups: `POST backups/<box>` [documented]."""
    return endpoints.ENABLE_BACKUPS.on(
        arguments.whole_id(box, "box"), body=requests.EnableBackups(dayid=day, timeid=time)
    )


def change_backups(box: int | str, day: int | None, time: int | None) -> "Operation[Schedule]":
    """Change the schedule of periodic backups: `PUT backups/<box>` [documented]."""
    return endpoints.CHANGE_BACKUPS.on(
        arguments.whole_id(box, "box"), body=requests.ChangeBackups(dayid=day, timeid=time)
    )


def disable_backups(box: int | str) -> "Operation[bool]":
    """Disable periodic backups: `DELETE backups/<box>` [documented]."""
    return endpoints.DISABLE_BACKUPS.on(arguments.whole_id(box, "box"))


def create_backup(box: int | str) -> "Operation[bool]":
    """Create a manual backup: `POST backups/<box>/manual` [documented]."""
    return endpoints.CREATE_BACKUP.on(arguments.whole_id(box, "box"))


def restore_backup(box: int | str, kind: BackupType, backup: str) -> "Operation[bool]":
    """Restore a backup: `POST backups/<box>/<type>/<backup>` [documented]."""
    arguments.choice(kind, BackupType, "type of backup")
    return endpoints.RESTORE_BACKUP.on(arguments.whole_id(box, "box"), kind, arguments.text_id(backup, "backup"))


def delete_backup(box: int | str, kind: BackupType, backup: str) -> "Operation[bool]":
    """Delete a backup: `DELETE backups/<box>/<type>/<backup>` [documented]."""
    arguments.choice(kind, BackupType, "type of backup")
    return endpoints.DELETE_BACKUP.on(arguments.whole_id(box, "box"), kind, arguments.text_id(backup, "backup"))


def list_ips() -> "Operation[dict[str, dict[str, Ip]]]":
    """List the addresses of all boxes: `GET ips` [documented]."""
    return endpoints.LIST_IPS.on()


def get_ips(box: int | str) -> "Operation[dict[str, Ip]]":
    """Read the addresses of a box: `GET ips/<box>` [documented]."""
    return endpoints.GET_IPS.on(arguments.whole_id(box, "box"))


def move_ip(box: int | str, ip: int | str, target: int | str) -> "Operation[bool]":
    """Move a floating address to another box: `PUT ips/<box>/<ip>/move` [documented]."""
    body = requests.MoveIp(targetid=arguments.whole_id(target, "target"))
    return endpoints.MOVE_IP.on(arguments.whole_id(box, "box"), arguments.whole_id(ip, "ip"), body=body)


def list_contact_groups() -> "Operation[dict[str, ContactGroup]]":
    """List the contact groups: `GET contactGroups` [documented]."""
    return endpoints.LIST_CONTACT_GROUPS.on()


def get_contact_group(group: int | str) -> "Operation[ContactGroup]":
    """Read a contact group: `GET contactGroups/<id>` [documented]."""
    return endpoints.GET_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"))


def create_contact_group(name: str, contacts: Sequence[str]) -> "Operation[ContactGroup]":
    """Create a contact group: `POST contactGroups` [documented]."""
    return endpoints.CREATE_CONTACT_GROUP.on(
        body=requests.CreateContactGroup(name=name, contacts=arguments.texts(contacts))
    )


def duplicate_contact_group(
    group: int | str, name: str | None, contacts: Sequence[str] | None
) -> "Operation[ContactGroup]":
    """Copy a contact group: `POST contactGroups/<id>` [documented]."""
    body = requests.ChangeContactGroup(name=name, contacts=None if contacts is None else arguments.texts(contacts))
    return endpoints.DUPLICATE_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"), body=body)


def change_contact_group(
    group: int | str, name: str | None, contacts: Sequence[str] | None
) -> "Operation[ContactGroup]":
    """Change a contact group: `PUT contactGroups/<id>` [documented]."""
    body = requests.ChangeContactGroup(name=name, contacts=None if contacts is None else arguments.texts(contacts))
    return endpoints.CHANGE_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"), body=body)


def delete_contact_group(group: int | str) -> "Operation[bool]":
    """Delete a contact group: `DELETE contactGroups/<id>` [documented]."""
    return endpoints.DELETE_CONTACT_GROUP.on(arguments.whole_id(group, "contact group"))


def list_checks() -> "Operation[dict[str, Check]]":
    """List the monitoring checks: `GET monitoring` [documented]."""
    return endpoints.LIST_CHECKS.on()


def get_check(check: int | str) -> "Operation[Check]":
    """Read a monitoring check: `GET monitoring/<id>` [documented]."""
    return endpoints.GET_CHECK.on(arguments.whole_id(check, "check"))


def create_check(check: "requests.NewCheck") -> "Operation[Check]":
    """Create a monitoring check: `POST monitoring` [documented]."""
    if type(check) is requests.NewCheck or not isinstance(check, requests.NewCheck):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(
            f"invalid check of type {type(check).__name__}: expected one of the check types, such as HttpCheck"
        )
    return endpoints.CREATE_CHECK.on(body=check)


def duplicate_check(
    check: int | str, changes: "requests.ChangeCheck", check_type: str | None = None
) -> "Operation[Check]":
    """Copy a monitoring check: `POST monitoring/<id>` [documented].

    Args:
        check: The id of the check.
        changes: The fields that differ in the copy.
        check_type: The type of the check. If given, `changes` must only have fields of this type.
    """
    if not isinstance(changes, requests.ChangeCheck):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(f"invalid changes of type {type(changes).__name__}: expected a ChangeCheck")
    from jiffybox_sdk.models._check_types import TYPES  # noqa: PLC0415 (it loads the models of all types)

    if model := TYPES.get(check_type or ""):
        odd = [name for name, value in changes if value is not None and name not in model.model_fields]
        if odd:
            raise JiffyArgumentException(f"invalid changes: a check of the type {check_type} has no {odd[0]}")
        if changes.checkType not in (None, check_type):
            raise JiffyArgumentException(
                f"invalid checkType {changes.checkType!r}: expected {check_type}, which can't be changed"
            )
    return endpoints.DUPLICATE_CHECK.on(arguments.whole_id(check, "check"), body=changes)


def delete_check(check: int | str) -> "Operation[bool]":
    """Delete a monitoring check: `DELETE monitoring/<id>` [recorded]."""
    return endpoints.DELETE_CHECK.on(arguments.whole_id(check, "check"))


def get_check_results(check: int | str | IPv4Address) -> "Operation[dict[str, CheckResult]]":
    """Read the latest results of checks: `GET monitoring/<id or IPv4 address>/status` [documented]."""
    return endpoints.GET_CHECK_RESULTS.on(arguments.check_reference(check))


def list_modules() -> "Operation[dict[str, str]]":
    """List the modules of the service: `GET doc` [documented]."""
    return endpoints.LIST_MODULES.on()


def get_module(module: str) -> "Operation[ModuleDoc]":
    """Read the documentation of a module: `GET doc/<module>` [documented]."""
    return endpoints.GET_MODULE.on(arguments.text_id(module, "module"))

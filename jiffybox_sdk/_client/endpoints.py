"""All calls of the HTTP API. `jiffybox_sdk.operations` fills in the arguments."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from jiffybox_sdk._common.operation import Call, Result_co
from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.models import requests

if TYPE_CHECKING:
    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk._records.module_doc import ModuleDoc
    from jiffybox_sdk._records.plan import Plan
    from jiffybox_sdk.models._request import Request
    from jiffybox_sdk.models.responses import Backups, Box, Check, CheckResult, ContactGroup, Ip, Schedule


@dataclass(frozen=True, slots=True)
class Endpoint(Call[Result_co]):
    """A call and the request body that it takes.

    Attributes:
        body: The name of the request body's model, if there is one.
    """

    body: str | None = None

    @property
    def takes(self) -> "type[Request] | None":
        """The request body's model, if there is one. Loaded when it is first needed."""
        model: type[Request] | None = None if self.body is None else getattr(requests, self.body)
        return model


_DOCUMENTED, _RECORDED = Standing.DOCUMENTED, Standing.RECORDED

LIST_BOXES: "Endpoint[dict[str, Box]]" = Endpoint("list_boxes", "GET", "jiffyBoxes", "boxes", _DOCUMENTED)
GET_BOX: "Endpoint[Box]" = Endpoint("get_box", "GET", "jiffyBoxes/{box}", "box", _DOCUMENTED, returns_same_id=True)
CREATE_BOX: "Endpoint[Box]" = Endpoint("create_box", "POST", "jiffyBoxes", "box", _DOCUMENTED, "CreateBox")
DUPLICATE_BOX: "Endpoint[Box]" = Endpoint(
    "duplicate_box", "POST", "jiffyBoxes/{box}", "box", _DOCUMENTED, "DuplicateBox"
)
CHANGE_BOX: "Endpoint[Box]" = Endpoint(
    "change_box", "PUT", "jiffyBoxes/{box}", "box", _DOCUMENTED, "ChangeBox", returns_same_id=True
)
DELETE_BOX: "Endpoint[bool]" = Endpoint("delete_box", "DELETE", "jiffyBoxes/{box}", "done", _DOCUMENTED)

LIST_PLANS: "Endpoint[dict[str, Plan]]" = Endpoint("list_plans", "GET", "plans", "plans", _RECORDED)
GET_PLAN: "Endpoint[Plan]" = Endpoint("get_plan", "GET", "plans/{plan}", "plan", _RECORDED)

LIST_DISTRIBUTIONS: "Endpoint[dict[str, Distribution]]" = Endpoint(
    "list_distributions", "GET", "distributions", "distributions", _RECORDED
)
GET_DISTRIBUTION: "Endpoint[Distribution]" = Endpoint(
    "get_distribution", "GET", "distributions/{distribution}", "distribution", _RECORDED
)

LIST_BACKUPS: "Endpoint[dict[str, Backups]]" = Endpoint("list_backups", "GET", "backups", "backups_by_box", _DOCUMENTED)
GET_BACKUPS: "Endpoint[Backups]" = Endpoint("get_backups", "GET", "backups/{box}", "backups", _DOCUMENTED)
ENABLE_BACKUPS: "Endpoint[Schedule]" = Endpoint(
    "enable_backups", "POST", "backups/{box}", "schedule", _DOCUMENTED, "EnableBackups"
)
CHANGE_BACKUPS: "Endpoint[Schedule]" = Endpoint(
    "change_backups", "PUT", "backups/{box}", "schedule", _DOCUMENTED, "ChangeBackups"
)
DISABLE_BACKUPS: "Endpoint[bool]" = Endpoint("disable_backups", "DELETE", "backups/{box}", "done", _DOCUMENTED)
CREATE_BACKUP: "Endpoint[bool]" = Endpoint("create_backup", "POST", "backups/{box}/manual", "done", _DOCUMENTED)
RESTORE_BACKUP: "Endpoint[bool]" = Endpoint(
    "restore_backup", "POST", "backups/{box}/{type}/{backup}", "done", _DOCUMENTED
)
DELETE_BACKUP: "Endpoint[bool]" = Endpoint(
    "delete_backup", "DELETE", "backups/{box}/{type}/{backup}", "done", _DOCUMENTED
)

LIST_IPS: "Endpoint[dict[str, dict[str, Ip]]]" = Endpoint("list_ips", "GET", "ips", "ips_by_box", _DOCUMENTED)
GET_IPS: "Endpoint[dict[str, Ip]]" = Endpoint("get_ips", "GET", "ips/{box}", "ips", _DOCUMENTED)
MOVE_IP: "Endpoint[bool]" = Endpoint("move_ip", "PUT", "ips/{box}/{ip}/move", "done", _DOCUMENTED, "MoveIp")

LIST_CONTACT_GROUPS: "Endpoint[dict[str, ContactGroup]]" = Endpoint(
    "list_contact_groups", "GET", "contactGroups", "contact_groups", _DOCUMENTED
)
GET_CONTACT_GROUP: "Endpoint[ContactGroup]" = Endpoint(
    "get_contact_group", "GET", "contactGroups/{group}", "contact_group", _DOCUMENTED, returns_same_id=True
)
CREATE_CONTACT_GROUP: "Endpoint[ContactGroup]" = Endpoint(
    "create_contact_group", "POST", "contactGroups", "contact_group", _DOCUMENTED, "CreateContactGroup"
)
DUPLICATE_CONTACT_GROUP: "Endpoint[ContactGroup]" = Endpoint(
    "duplicate_contact_group", "POST", "contactGroups/{group}", "contact_group", _DOCUMENTED, "ChangeContactGroup"
)
CHANGE_CONTACT_GROUP: "Endpoint[ContactGroup]" = Endpoint(
    "change_contact_group",
    "PUT",
    "contactGroups/{group}",
    "contact_group",
    _DOCUMENTED,
    "ChangeContactGroup",
    returns_same_id=True,
)
DELETE_CONTACT_GROUP: "Endpoint[bool]" = Endpoint(
    "delete_contact_group", "DELETE", "contactGroups/{group}", "done", _DOCUMENTED
)

# The ids of checks are not compared: on record, the one in a path or key and the one in the check have differed.
LIST_CHECKS: "Endpoint[dict[str, Check]]" = Endpoint("list_checks", "GET", "monitoring", "checks", _DOCUMENTED)
GET_CHECK: "Endpoint[Check]" = Endpoint("get_check", "GET", "monitoring/{check}", "check", _DOCUMENTED)
CREATE_CHECK: "Endpoint[Check]" = Endpoint("create_check", "POST", "monitoring", "check", _DOCUMENTED, "NewCheck")
DUPLICATE_CHECK: "Endpoint[Check]" = Endpoint(
    "duplicate_check", "POST", "monitoring/{check}", "check", _DOCUMENTED, "ChangeCheck"
)
DELETE_CHECK: "Endpoint[bool]" = Endpoint("delete_check", "DELETE", "monitoring/{check}", "done", _RECORDED)
GET_CHECK_RESULTS: "Endpoint[dict[str, CheckResult]]" = Endpoint(
    "get_check_results", "GET", "monitoring/{check}/status", "check_results", _DOCUMENTED
)

LIST_MODULES: "Endpoint[dict[str, str]]" = Endpoint("list_modules", "GET", "doc", "modules", _DOCUMENTED)
GET_MODULE: "Endpoint[ModuleDoc]" = Endpoint("get_module", "GET", "doc/{module}", "module", _DOCUMENTED)


def _is_endpoint(value: object) -> "TypeGuard[Endpoint]":
    return isinstance(value, Endpoint)


CALLS: "tuple[Endpoint, ...]" = tuple(filter(_is_endpoint, list(globals().values())))
"""All calls."""

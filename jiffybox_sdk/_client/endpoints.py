"""Every call of the HTTP API on one page. `jiffybox_sdk.operations` fills in the arguments."""

from dataclasses import dataclass

from jiffybox_sdk._common.operation import Call
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


@dataclass(frozen=True, slots=True)
class Endpoint(Call):
    """A call, and the request body that it takes.

    Attributes:
        takes: The model of the request body, if there is one.
    """

    takes: type[Request] | None = None


LIST_BOXES = Endpoint("list_boxes", "GET", "jiffyBoxes", "boxes", "D")
GET_BOX = Endpoint("get_box", "GET", "jiffyBoxes/{box}", "box", "D")
CREATE_BOX = Endpoint("create_box", "POST", "jiffyBoxes", "box", "D", CreateBox)
DUPLICATE_BOX = Endpoint("duplicate_box", "POST", "jiffyBoxes/{box}", "box", "D", DuplicateBox)
CHANGE_BOX = Endpoint("change_box", "PUT", "jiffyBoxes/{box}", "box", "D", ChangeBox)
DELETE_BOX = Endpoint("delete_box", "DELETE", "jiffyBoxes/{box}", "done", "D")

LIST_PLANS = Endpoint("list_plans", "GET", "plans", "plans", "R")
GET_PLAN = Endpoint("get_plan", "GET", "plans/{plan}", "plan", "R")

LIST_DISTRIBUTIONS = Endpoint("list_distributions", "GET", "distributions", "distributions", "R")
GET_DISTRIBUTION = Endpoint("get_distribution", "GET", "distributions/{distribution}", "distribution", "R")

LIST_BACKUPS = Endpoint("list_backups", "GET", "backups", "backups_by_box", "D")
GET_BACKUPS = Endpoint("get_backups", "GET", "backups/{box}", "backups", "D")
ENABLE_BACKUPS = Endpoint("enable_backups", "POST", "backups/{box}", "schedule", "D", EnableBackups)
CHANGE_BACKUPS = Endpoint("change_backups", "PUT", "backups/{box}", "schedule", "D", ChangeBackups)
DISABLE_BACKUPS = Endpoint("disable_backups", "DELETE", "backups/{box}", "done", "D")
CREATE_BACKUP = Endpoint("create_backup", "POST", "backups/{box}/manual", "done", "D")
RESTORE_BACKUP = Endpoint("restore_backup", "POST", "backups/{box}/{type}/{backup}", "done", "D")
DELETE_BACKUP = Endpoint("delete_backup", "DELETE", "backups/{box}/{type}/{backup}", "done", "D")

LIST_IPS = Endpoint("list_ips", "GET", "ips", "ips_by_box", "D")
GET_IPS = Endpoint("get_ips", "GET", "ips/{box}", "ips", "D")
MOVE_IP = Endpoint("move_ip", "PUT", "ips/{box}/{ip}/move", "done", "D", MoveIp)

LIST_CONTACT_GROUPS = Endpoint("list_contact_groups", "GET", "contactGroups", "contact_groups", "D")
GET_CONTACT_GROUP = Endpoint("get_contact_group", "GET", "contactGroups/{group}", "contact_group", "D")
CREATE_CONTACT_GROUP = Endpoint(
    "create_contact_group", "POST", "contactGroups", "contact_group", "D", CreateContactGroup
)
DUPLICATE_CONTACT_GROUP = Endpoint(
    "duplicate_contact_group", "POST", "contactGroups/{group}", "contact_group", "D", ChangeContactGroup
)
CHANGE_CONTACT_GROUP = Endpoint(
    "change_contact_group", "PUT", "contactGroups/{group}", "contact_group", "D", ChangeContactGroup
)
DELETE_CONTACT_GROUP = Endpoint("delete_contact_group", "DELETE", "contactGroups/{group}", "done", "D")

LIST_CHECKS = Endpoint("list_checks", "GET", "monitoring", "checks", "D")
GET_CHECK = Endpoint("get_check", "GET", "monitoring/{check}", "check", "D")
CREATE_CHECK = Endpoint("create_check", "POST", "monitoring", "check", "D", NewCheck)
DUPLICATE_CHECK = Endpoint("duplicate_check", "POST", "monitoring/{check}", "check", "D", ChangeCheck)
DELETE_CHECK = Endpoint("delete_check", "DELETE", "monitoring/{check}", "done", "R")
GET_CHECK_RESULTS = Endpoint("get_check_results", "GET", "monitoring/{check}/status", "check_results", "D")

LIST_MODULES = Endpoint("list_modules", "GET", "doc", "modules", "D")
GET_MODULE = Endpoint("get_module", "GET", "doc/{module}", "module", "D")

CALLS: tuple[Endpoint, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Endpoint))
"""All calls."""

"""Every call of the HTTP API as a value: the service on one page. No I/O.

`Call` describes a verb and a path once, for the client and for the emulator; `jiffybox_sdk.operations` fills in the
arguments.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import SecretStr

from jiffybox_sdk._common import arguments
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

Verb = Literal["GET", "POST", "PUT", "DELETE"]

Standing = Literal["D", "R", "I"]
"""How sure we are of a call: `D` documented by the provider, `R` recorded in a client's tests, `I` inferred."""

CallName = Literal[
    "list_boxes",
    "get_box",
    "create_box",
    "duplicate_box",
    "change_box",
    "delete_box",
    "list_plans",
    "get_plan",
    "list_distributions",
    "get_distribution",
    "list_backups",
    "get_backups",
    "enable_backups",
    "change_backups",
    "disable_backups",
    "create_backup",
    "restore_backup",
    "delete_backup",
    "list_ips",
    "get_ips",
    "move_ip",
    "list_contact_groups",
    "get_contact_group",
    "create_contact_group",
    "duplicate_contact_group",
    "change_contact_group",
    "delete_contact_group",
    "list_checks",
    "get_check",
    "create_check",
    "duplicate_check",
    "delete_check",
    "get_check_results",
    "list_modules",
    "get_module",
]
"""What a call is known by: to faults, journals and handlers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A verb and a path of the service.

    Attributes:
        name: What the call is known by.
        verb: The HTTP verb.
        path: The path below the version, with `{…}` where an argument goes.
        returns: Name of the kind of payload that the answer carries, as `jiffybox_sdk.validation` knows it.
        standing: How sure we are that there is such a call.
        takes: The body, for calls that have one.
    """

    name: CallName
    verb: Verb
    path: str
    returns: str
    standing: Standing
    takes: type[Request] | None = None

    @property
    def repeatable(self) -> bool:
        """Whether making it twice does the same as making it once: true of calls that only read."""
        return self.verb == "GET"

    def on(self, *segments: int | str, body: Request | None = None) -> "Operation":
        """Returns this call with its arguments, which fill the places in the path in their order.

        Raises:
            JiffyArgumentException: a segment would reach another path.
        """
        filled = iter(segments)
        path = [arguments.path_segment(next(filled)) if part.startswith("{") else part for part in self.path.split("/")]
        return Operation(self, "/".join(path), body)

    def match(self, verb: str, segments: Sequence[str]) -> list[str] | None:
        """Returns what stands in the places of the path, if this is the call that a verb and a path make."""
        pattern = self.path.split("/")
        if verb != self.verb or len(segments) != len(pattern):
            return None
        pairs = list(zip(pattern, segments, strict=True))
        if any(part != segment for part, segment in pairs if not part.startswith("{")):
            return None
        return [segment for part, segment in pairs if part.startswith("{")]


@dataclass(frozen=True, slots=True)
class Operation:
    """A call with its arguments.

    Attributes:
        call: Which call it is.
        path: The path below the version, percent-encoded.
        body: What is sent along. It may hold a password, so it is not shown.
    """

    call: Call
    path: str
    body: Request | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice does the same as doing it once: true of calls that only read."""
        return self.call.repeatable

    def secrets(self) -> list[str]:
        """Returns the secrets of the body in the open, to look for them in what the service says.

        Each as it is, and as it stands in JSON, which a service may quote.
        """
        values = self.body.model_dump().values() if self.body else ()
        found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        in_json = [
            json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for secret in found for ascii_only in (True, False)
        ]
        return list(dict.fromkeys([*found, *in_json, *(secret.replace("/", "\\/") for secret in in_json)]))

    def without_secrets(self) -> "Operation":
        """Returns the operation without its body, to be kept in exceptions and logs."""
        return replace(self, body=None)

    def __str__(self) -> str:
        return f"{self.call.verb} {self.path}"


LIST_BOXES = Call("list_boxes", "GET", "jiffyBoxes", "boxes", "D")
GET_BOX = Call("get_box", "GET", "jiffyBoxes/{box}", "box", "D")
CREATE_BOX = Call("create_box", "POST", "jiffyBoxes", "box", "D", CreateBox)
DUPLICATE_BOX = Call("duplicate_box", "POST", "jiffyBoxes/{box}", "box", "D", DuplicateBox)
CHANGE_BOX = Call("change_box", "PUT", "jiffyBoxes/{box}", "box", "D", ChangeBox)
DELETE_BOX = Call("delete_box", "DELETE", "jiffyBoxes/{box}", "done", "D")

LIST_PLANS = Call("list_plans", "GET", "plans", "plans", "R")
GET_PLAN = Call("get_plan", "GET", "plans/{plan}", "plan", "R")

LIST_DISTRIBUTIONS = Call("list_distributions", "GET", "distributions", "distributions", "R")
GET_DISTRIBUTION = Call("get_distribution", "GET", "distributions/{distribution}", "distribution", "R")

LIST_BACKUPS = Call("list_backups", "GET", "backups", "backups_by_box", "D")
GET_BACKUPS = Call("get_backups", "GET", "backups/{box}", "backups", "D")
ENABLE_BACKUPS = Call("enable_backups", "POST", "backups/{box}", "schedule", "D", EnableBackups)
CHANGE_BACKUPS = Call("change_backups", "PUT", "backups/{box}", "schedule", "D", ChangeBackups)
DISABLE_BACKUPS = Call("disable_backups", "DELETE", "backups/{box}", "done", "D")
CREATE_BACKUP = Call("create_backup", "POST", "backups/{box}/manual", "done", "D")
RESTORE_BACKUP = Call("restore_backup", "POST", "backups/{box}/{type}/{backup}", "done", "D")
DELETE_BACKUP = Call("delete_backup", "DELETE", "backups/{box}/{type}/{backup}", "done", "D")

LIST_IPS = Call("list_ips", "GET", "ips", "ips_by_box", "D")
GET_IPS = Call("get_ips", "GET", "ips/{box}", "ips", "D")
MOVE_IP = Call("move_ip", "PUT", "ips/{box}/{ip}/move", "done", "D", MoveIp)

LIST_CONTACT_GROUPS = Call("list_contact_groups", "GET", "contactGroups", "contact_groups", "D")
GET_CONTACT_GROUP = Call("get_contact_group", "GET", "contactGroups/{group}", "contact_group", "D")
CREATE_CONTACT_GROUP = Call("create_contact_group", "POST", "contactGroups", "contact_group", "D", CreateContactGroup)
DUPLICATE_CONTACT_GROUP = Call(
    "duplicate_contact_group", "POST", "contactGroups/{group}", "contact_group", "D", ChangeContactGroup
)
CHANGE_CONTACT_GROUP = Call(
    "change_contact_group", "PUT", "contactGroups/{group}", "contact_group", "D", ChangeContactGroup
)
DELETE_CONTACT_GROUP = Call("delete_contact_group", "DELETE", "contactGroups/{group}", "done", "D")

LIST_CHECKS = Call("list_checks", "GET", "monitoring", "checks", "D")
GET_CHECK = Call("get_check", "GET", "monitoring/{check}", "check", "D")
CREATE_CHECK = Call("create_check", "POST", "monitoring", "check", "D", NewCheck)
DUPLICATE_CHECK = Call("duplicate_check", "POST", "monitoring/{check}", "check", "D", ChangeCheck)
DELETE_CHECK = Call("delete_check", "DELETE", "monitoring/{check}", "done", "R")
GET_CHECK_RESULTS = Call("get_check_results", "GET", "monitoring/{check}/status", "check_results", "D")

LIST_MODULES = Call("list_modules", "GET", "doc", "modules", "D")
GET_MODULE = Call("get_module", "GET", "doc/{module}", "module", "D")

CALLS: tuple[Call, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Call))
"""All of them."""

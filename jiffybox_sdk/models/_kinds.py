"""The kinds of payloads by name, with their schemas' models."""

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.module_doc import ModuleDoc
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.backups import Backups
from jiffybox_sdk.models.responses.box import Box
from jiffybox_sdk.models.responses.check import Check
from jiffybox_sdk.models.responses.check_result import CheckResult
from jiffybox_sdk.models.responses.contact_group import ContactGroup
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.ip import Ip
from jiffybox_sdk.models.responses.message import Message
from jiffybox_sdk.models.responses.profile import Profile
from jiffybox_sdk.models.responses.schedule import Schedule

MODELS: Mapping[str, type[object]] = {
    "backup": Backup,
    "backups": Backups,
    "backups_by_box": dict[str, Backups],
    "box": Box,
    "boxes": dict[str, Box],
    "check": Check,
    "check_result": CheckResult,
    "check_results": dict[str, CheckResult],
    "checks": dict[str, Check],
    "contact_group": ContactGroup,
    "contact_groups": dict[str, ContactGroup],
    "disk": Disk,
    "distribution": Distribution,
    "distributions": dict[str, Distribution],
    "done": bool,
    "envelope": Envelope,
    "ip": Ip,
    "ips": dict[str, Ip],
    "ips_by_box": dict[str, dict[str, Ip]],
    "message": Message,
    "module": ModuleDoc,
    "modules": dict[str, str],
    "plan": Plan,
    "plans": dict[str, Plan],
    "profile": Profile,
    "schedule": Schedule,
}
"""The kinds by name. A plural is the map from ids to objects that the service sends as a list."""


@cache
def kinds(records: tuple[type[object], ...]) -> Mapping[str, type[object]]:
    """Return the types of the kinds, with records in place of the models that they extend."""
    return {kind: _record_type(model, records) for kind, model in MODELS.items()}


def _record_type(model: type[object], records: tuple[type[object], ...]) -> type[object]:
    if get_origin(model) is dict:
        key, value = get_args(model)
        alias: Any = dict.__class_getitem__((key, _record_type(value, records)))  # Any: the type is made at run time
        mapping: type[object] = alias
        return mapping
    return next((record for record in records if issubclass(record, model)), model)

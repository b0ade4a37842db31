"""The kinds of payload by name, and what each becomes."""

from collections.abc import Mapping

from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.module_doc import ModuleDoc
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.api.backups import Backups
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.api.checks import Check
from jiffybox_sdk.api.contact_groups import ContactGroup
from jiffybox_sdk.api.ips import Ip
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.check_result import CheckResult
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message
from jiffybox_sdk.models.responses.profile import Profile
from jiffybox_sdk.models.responses.schedule import Schedule

KINDS: Mapping[str, type[object]] = {
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
"""The kinds of payload by name. A plural is the map from id to object that the service lists things as."""


def type_of(kind: str | type[object]) -> type[object]:
    """Returns the type of a kind; of a type, the type itself.

    Raises:
        JiffyArgumentException: there is no kind of that name.
    """
    if not isinstance(kind, str):
        try:
            hash(kind)
        except TypeError:
            raise JiffyArgumentException(f"type {kind!r} is refused: give a model, or the name of a kind") from None
        return kind
    found = KINDS.get(kind)
    if found is None:
        raise JiffyArgumentException(f"kind {kind!r} is refused: give a model, or one of {', '.join(KINDS)}")
    return found

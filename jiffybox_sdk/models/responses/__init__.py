"""Generated from the schemas by `make generate`. Do not edit."""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk.models.responses.addresses import Addresses as Addresses
    from jiffybox_sdk.models.responses.backup import Backup as Backup
    from jiffybox_sdk.models.responses.backups import Backups as Backups
    from jiffybox_sdk.models.responses.box import Box as Box
    from jiffybox_sdk.models.responses.box_status import BoxStatus as BoxStatus
    from jiffybox_sdk.models.responses.call_doc import CallDoc as CallDoc
    from jiffybox_sdk.models.responses.call_parameters import CallParameters as CallParameters
    from jiffybox_sdk.models.responses.check import Check as Check
    from jiffybox_sdk.models.responses.check_group import CheckGroup as CheckGroup
    from jiffybox_sdk.models.responses.check_result import CheckResult as CheckResult
    from jiffybox_sdk.models.responses.check_status import CheckStatus as CheckStatus
    from jiffybox_sdk.models.responses.check_type import CheckType as CheckType
    from jiffybox_sdk.models.responses.contact_group import ContactGroup as ContactGroup
    from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus as ContactGroupStatus
    from jiffybox_sdk.models.responses.delegation import Delegation as Delegation
    from jiffybox_sdk.models.responses.disk import Disk as Disk
    from jiffybox_sdk.models.responses.distribution import Distribution as Distribution
    from jiffybox_sdk.models.responses.envelope import Envelope as Envelope
    from jiffybox_sdk.models.responses.ip import Ip as Ip
    from jiffybox_sdk.models.responses.ip_type import IpType as IpType
    from jiffybox_sdk.models.responses.message import Message as Message
    from jiffybox_sdk.models.responses.message_type import MessageType as MessageType
    from jiffybox_sdk.models.responses.module_doc import ModuleDoc as ModuleDoc
    from jiffybox_sdk.models.responses.parameter_doc import ParameterDoc as ParameterDoc
    from jiffybox_sdk.models.responses.plan import Plan as Plan
    from jiffybox_sdk.models.responses.profile import Profile as Profile
    from jiffybox_sdk.models.responses.result_code import ResultCode as ResultCode
    from jiffybox_sdk.models.responses.schedule import Schedule as Schedule
    from jiffybox_sdk.models.responses.time_slot import TimeSlot as TimeSlot
    from jiffybox_sdk.models.responses.weekday import Weekday as Weekday

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk.models.responses.addresses": "Addresses",
        "jiffybox_sdk.models.responses.backup": "Backup",
        "jiffybox_sdk.models.responses.backups": "Backups",
        "jiffybox_sdk.models.responses.box": "Box",
        "jiffybox_sdk.models.responses.box_status": "BoxStatus",
        "jiffybox_sdk.models.responses.call_doc": "CallDoc",
        "jiffybox_sdk.models.responses.call_parameters": "CallParameters",
        "jiffybox_sdk.models.responses.check": "Check",
        "jiffybox_sdk.models.responses.check_group": "CheckGroup",
        "jiffybox_sdk.models.responses.check_result": "CheckResult",
        "jiffybox_sdk.models.responses.check_status": "CheckStatus",
        "jiffybox_sdk.models.responses.check_type": "CheckType",
        "jiffybox_sdk.models.responses.contact_group": "ContactGroup",
        "jiffybox_sdk.models.responses.contact_group_status": "ContactGroupStatus",
        "jiffybox_sdk.models.responses.delegation": "Delegation",
        "jiffybox_sdk.models.responses.disk": "Disk",
        "jiffybox_sdk.models.responses.distribution": "Distribution",
        "jiffybox_sdk.models.responses.envelope": "Envelope",
        "jiffybox_sdk.models.responses.ip": "Ip",
        "jiffybox_sdk.models.responses.ip_type": "IpType",
        "jiffybox_sdk.models.responses.message": "Message",
        "jiffybox_sdk.models.responses.message_type": "MessageType",
        "jiffybox_sdk.models.responses.module_doc": "ModuleDoc",
        "jiffybox_sdk.models.responses.parameter_doc": "ParameterDoc",
        "jiffybox_sdk.models.responses.plan": "Plan",
        "jiffybox_sdk.models.responses.profile": "Profile",
        "jiffybox_sdk.models.responses.result_code": "ResultCode",
        "jiffybox_sdk.models.responses.schedule": "Schedule",
        "jiffybox_sdk.models.responses.time_slot": "TimeSlot",
        "jiffybox_sdk.models.responses.weekday": "Weekday",
    }
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)

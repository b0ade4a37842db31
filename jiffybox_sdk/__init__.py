"""A typed, schema-validated SDK for the JiffyBox cloud-server API, with a faithful emulator of the service.

Importing this package loads nothing else; each public name loads what it needs when it is first used.
"""

from typing import TYPE_CHECKING

from jiffybox_sdk._lazy import load

if TYPE_CHECKING:
    from jiffybox_sdk._client.polling import WaitResult
    from jiffybox_sdk._client.retry import RateLimit, Retry
    from jiffybox_sdk._common.drift_entry import DriftEntry
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk._records.plan import Plan
    from jiffybox_sdk.aio.backups import AsyncBackups
    from jiffybox_sdk.aio.box import AsyncBox
    from jiffybox_sdk.aio.checks import AsyncCheck
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.aio.contact_groups import AsyncContactGroup
    from jiffybox_sdk.aio.ips import AsyncIp
    from jiffybox_sdk.api.backups import Backups
    from jiffybox_sdk.api.box import Box
    from jiffybox_sdk.api.checks import Check
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.api.contact_groups import ContactGroup
    from jiffybox_sdk.api.ips import Ip
    from jiffybox_sdk.clock import AsyncClock, Clock
    from jiffybox_sdk.data import ModuleDoc
    from jiffybox_sdk.drift import Drift
    from jiffybox_sdk.emulator import Emulator
    from jiffybox_sdk.exceptions import (
        JiffyArgumentException,
        JiffyAttributeException,
        JiffyDetachedException,
        JiffyDriftException,
        JiffyException,
        JiffyLimitException,
        JiffyMessageException,
        JiffyNotFoundException,
        JiffyOutcomeUnknownException,
        JiffyTimeoutException,
        JiffyTokenException,
        JiffyTransportException,
        JiffyWaitException,
    )
    from jiffybox_sdk.models.requests.change_check import ChangeCheck
    from jiffybox_sdk.models.requests.dns_check import DnsCheck
    from jiffybox_sdk.models.requests.ftp_check import FtpCheck
    from jiffybox_sdk.models.requests.http_check import HttpCheck
    from jiffybox_sdk.models.requests.https_check import HttpsCheck
    from jiffybox_sdk.models.requests.imap_check import ImapCheck
    from jiffybox_sdk.models.requests.mysql_check import MysqlCheck
    from jiffybox_sdk.models.requests.new_check import NewCheck
    from jiffybox_sdk.models.requests.ping_check import PingCheck
    from jiffybox_sdk.models.requests.pop3_check import Pop3Check
    from jiffybox_sdk.models.requests.port_tcp_check import PortTcpCheck
    from jiffybox_sdk.models.requests.port_udp_check import PortUdpCheck
    from jiffybox_sdk.models.requests.smtp_check import SmtpCheck
    from jiffybox_sdk.models.requests.ssh_check import SshCheck
    from jiffybox_sdk.models.responses.backup import Backup
    from jiffybox_sdk.models.responses.box_status import BoxStatus
    from jiffybox_sdk.models.responses.check_result import CheckResult
    from jiffybox_sdk.models.responses.check_status import CheckStatus
    from jiffybox_sdk.models.responses.check_type import CheckType
    from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus
    from jiffybox_sdk.models.responses.delegation import Delegation
    from jiffybox_sdk.models.responses.ip_type import IpType
    from jiffybox_sdk.models.responses.message import Message
    from jiffybox_sdk.models.responses.result_code import ResultCode
    from jiffybox_sdk.models.responses.schedule import Schedule
    from jiffybox_sdk.models.responses.time_slot import TimeSlot
    from jiffybox_sdk.models.responses.weekday import Weekday
    from jiffybox_sdk.operations import BackupType
    from jiffybox_sdk.validation import validate

__version__ = "0.1.0"

__all__ = [
    "AsyncBackups",
    "AsyncBox",
    "AsyncCheck",
    "AsyncClock",
    "AsyncContactGroup",
    "AsyncIp",
    "AsyncJiffyBox",
    "Backup",
    "BackupType",
    "Backups",
    "Box",
    "BoxStatus",
    "ChangeCheck",
    "Check",
    "CheckResult",
    "CheckStatus",
    "CheckType",
    "Clock",
    "ContactGroup",
    "ContactGroupStatus",
    "Delegation",
    "Distribution",
    "DnsCheck",
    "Drift",
    "DriftEntry",
    "Emulator",
    "FtpCheck",
    "HttpCheck",
    "HttpsCheck",
    "ImapCheck",
    "Ip",
    "IpType",
    "JiffyArgumentException",
    "JiffyAttributeException",
    "JiffyBox",
    "JiffyDetachedException",
    "JiffyDriftException",
    "JiffyException",
    "JiffyLimitException",
    "JiffyMessageException",
    "JiffyNotFoundException",
    "JiffyOutcomeUnknownException",
    "JiffyTimeoutException",
    "JiffyTokenException",
    "JiffyTransportException",
    "JiffyWaitException",
    "Message",
    "ModuleDoc",
    "MysqlCheck",
    "NewCheck",
    "Operation",
    "PingCheck",
    "Plan",
    "Pop3Check",
    "PortTcpCheck",
    "PortUdpCheck",
    "RateLimit",
    "ResultCode",
    "Retry",
    "Schedule",
    "SmtpCheck",
    "SshCheck",
    "TimeSlot",
    "WaitResult",
    "Weekday",
    "validate",
]

_HOMES = {name: "jiffybox_sdk.exceptions" for name in __all__ if name.endswith("Exception")} | {
    "AsyncBackups": "jiffybox_sdk.aio.backups",
    "AsyncBox": "jiffybox_sdk.aio.box",
    "AsyncCheck": "jiffybox_sdk.aio.checks",
    "AsyncClock": "jiffybox_sdk.clock",
    "AsyncContactGroup": "jiffybox_sdk.aio.contact_groups",
    "AsyncIp": "jiffybox_sdk.aio.ips",
    "AsyncJiffyBox": "jiffybox_sdk.aio.client",
    "Backup": "jiffybox_sdk.models.responses.backup",
    "BackupType": "jiffybox_sdk.operations",
    "Backups": "jiffybox_sdk.api.backups",
    "Box": "jiffybox_sdk.api.box",
    "BoxStatus": "jiffybox_sdk.models.responses.box_status",
    "ChangeCheck": "jiffybox_sdk.models.requests.change_check",
    "Check": "jiffybox_sdk.api.checks",
    "CheckResult": "jiffybox_sdk.models.responses.check_result",
    "CheckStatus": "jiffybox_sdk.models.responses.check_status",
    "CheckType": "jiffybox_sdk.models.responses.check_type",
    "Clock": "jiffybox_sdk.clock",
    "ContactGroup": "jiffybox_sdk.api.contact_groups",
    "ContactGroupStatus": "jiffybox_sdk.models.responses.contact_group_status",
    "Delegation": "jiffybox_sdk.models.responses.delegation",
    "Distribution": "jiffybox_sdk._records.distribution",
    "DnsCheck": "jiffybox_sdk.models.requests.dns_check",
    "Drift": "jiffybox_sdk.drift",
    "DriftEntry": "jiffybox_sdk.drift",
    "Emulator": "jiffybox_sdk.emulator",
    "FtpCheck": "jiffybox_sdk.models.requests.ftp_check",
    "HttpCheck": "jiffybox_sdk.models.requests.http_check",
    "HttpsCheck": "jiffybox_sdk.models.requests.https_check",
    "ImapCheck": "jiffybox_sdk.models.requests.imap_check",
    "Ip": "jiffybox_sdk.api.ips",
    "IpType": "jiffybox_sdk.models.responses.ip_type",
    "JiffyBox": "jiffybox_sdk.api.client",
    "Message": "jiffybox_sdk.models.responses.message",
    "ModuleDoc": "jiffybox_sdk.data",
    "MysqlCheck": "jiffybox_sdk.models.requests.mysql_check",
    "NewCheck": "jiffybox_sdk.models.requests.new_check",
    "Operation": "jiffybox_sdk._client.endpoints",
    "PingCheck": "jiffybox_sdk.models.requests.ping_check",
    "Plan": "jiffybox_sdk._records.plan",
    "Pop3Check": "jiffybox_sdk.models.requests.pop3_check",
    "PortTcpCheck": "jiffybox_sdk.models.requests.port_tcp_check",
    "PortUdpCheck": "jiffybox_sdk.models.requests.port_udp_check",
    "RateLimit": "jiffybox_sdk._client.retry",
    "ResultCode": "jiffybox_sdk.models.responses.result_code",
    "Retry": "jiffybox_sdk._client.retry",
    "Schedule": "jiffybox_sdk.models.responses.schedule",
    "SmtpCheck": "jiffybox_sdk.models.requests.smtp_check",
    "SshCheck": "jiffybox_sdk.models.requests.ssh_check",
    "TimeSlot": "jiffybox_sdk.models.responses.time_slot",
    "WaitResult": "jiffybox_sdk._client.polling",
    "Weekday": "jiffybox_sdk.models.responses.weekday",
    "validate": "jiffybox_sdk.validation",
}


def __getattr__(name: str) -> object:
    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

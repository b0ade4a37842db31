"""A typed, schema-validated SDK for the JiffyBox cloud-server API, with an emulator of the service.

Importing this package loads nothing else. Each public name is imported when it is first used.
"""

import typing as _typing

from jiffybox_sdk._version import __version__ as __version__

if _typing.TYPE_CHECKING:
    from jiffybox_sdk import (
        aio as aio,
        api as api,
        clock as clock,
        drift as drift,
        emulator as emulator,
        exceptions as exceptions,
        models as models,
        operations as operations,
        pytest_plugin as pytest_plugin,
        schemas as schemas,
        validation as validation,
    )
    from jiffybox_sdk._client.attempt import Attempt as Attempt
    from jiffybox_sdk._client.backoff import Backoff as Backoff
    from jiffybox_sdk._client.polling import WaitResult as WaitResult
    from jiffybox_sdk._client.rate_limit import RateLimit as RateLimit
    from jiffybox_sdk._client.retry import Retry as Retry
    from jiffybox_sdk._client.retry_budget import RetryBudget as RetryBudget
    from jiffybox_sdk._common.drift_entry import DriftEntry as DriftEntry
    from jiffybox_sdk._common.headers import Headers as Headers
    from jiffybox_sdk._common.operation import Operation as Operation
    from jiffybox_sdk._records.base import response_headers as response_headers
    from jiffybox_sdk._records.cost import Cost as Cost
    from jiffybox_sdk._records.distribution import Distribution as Distribution
    from jiffybox_sdk._records.module_doc import ModuleDoc as ModuleDoc
    from jiffybox_sdk._records.plan import Plan as Plan
    from jiffybox_sdk.aio.backups import AsyncBackups as AsyncBackups
    from jiffybox_sdk.aio.box import AsyncBox as AsyncBox
    from jiffybox_sdk.aio.checks import AsyncCheck as AsyncCheck
    from jiffybox_sdk.aio.client import AsyncJiffyBox as AsyncJiffyBox
    from jiffybox_sdk.aio.contact_groups import AsyncContactGroup as AsyncContactGroup
    from jiffybox_sdk.aio.ips import AsyncIp as AsyncIp
    from jiffybox_sdk.api.backups import Backups as Backups
    from jiffybox_sdk.api.box import Box as Box
    from jiffybox_sdk.api.checks import Check as Check
    from jiffybox_sdk.api.client import JiffyBox as JiffyBox
    from jiffybox_sdk.api.contact_groups import ContactGroup as ContactGroup
    from jiffybox_sdk.api.ips import Ip as Ip
    from jiffybox_sdk.clock import AsyncClock as AsyncClock, Clock as Clock
    from jiffybox_sdk.drift import Drift as Drift
    from jiffybox_sdk.emulator import Emulator as Emulator
    from jiffybox_sdk.exceptions import (
        JiffyArgumentException as JiffyArgumentException,
        JiffyAttributeException as JiffyAttributeException,
        JiffyDetachedException as JiffyDetachedException,
        JiffyDriftException as JiffyDriftException,
        JiffyException as JiffyException,
        JiffyLimitException as JiffyLimitException,
        JiffyMessageException as JiffyMessageException,
        JiffyMismatchException as JiffyMismatchException,
        JiffyNotFoundException as JiffyNotFoundException,
        JiffyOutcomeUnknownException as JiffyOutcomeUnknownException,
        JiffyTimeoutException as JiffyTimeoutException,
        JiffyTokenException as JiffyTokenException,
        JiffyTransportException as JiffyTransportException,
        JiffyWaitException as JiffyWaitException,
    )
    from jiffybox_sdk.models.requests.change_check import ChangeCheck as ChangeCheck
    from jiffybox_sdk.models.requests.dns_check import DnsCheck as DnsCheck
    from jiffybox_sdk.models.requests.ftp_check import FtpCheck as FtpCheck
    from jiffybox_sdk.models.requests.http_check import HttpCheck as HttpCheck
    from jiffybox_sdk.models.requests.https_check import HttpsCheck as HttpsCheck
    from jiffybox_sdk.models.requests.imap_check import ImapCheck as ImapCheck
    from jiffybox_sdk.models.requests.mysql_check import MysqlCheck as MysqlCheck
    from jiffybox_sdk.models.requests.new_check import NewCheck as NewCheck
    from jiffybox_sdk.models.requests.ping_check import PingCheck as PingCheck
    from jiffybox_sdk.models.requests.pop3_check import Pop3Check as Pop3Check
    from jiffybox_sdk.models.requests.port_tcp_check import PortTcpCheck as PortTcpCheck
    from jiffybox_sdk.models.requests.port_udp_check import PortUdpCheck as PortUdpCheck
    from jiffybox_sdk.models.requests.smtp_check import SmtpCheck as SmtpCheck
    from jiffybox_sdk.models.requests.ssh_check import SshCheck as SshCheck
    from jiffybox_sdk.models.responses.backup import Backup as Backup
    from jiffybox_sdk.models.responses.box_status import BoxStatus as BoxStatus
    from jiffybox_sdk.models.responses.check_result import CheckResult as CheckResult
    from jiffybox_sdk.models.responses.check_status import CheckStatus as CheckStatus
    from jiffybox_sdk.models.responses.check_type import CheckType as CheckType
    from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus as ContactGroupStatus
    from jiffybox_sdk.models.responses.delegation import Delegation as Delegation
    from jiffybox_sdk.models.responses.ip_type import IpType as IpType
    from jiffybox_sdk.models.responses.message import Message as Message
    from jiffybox_sdk.models.responses.result_code import ResultCode as ResultCode
    from jiffybox_sdk.models.responses.schedule import Schedule as Schedule
    from jiffybox_sdk.models.responses.time_slot import TimeSlot as TimeSlot
    from jiffybox_sdk.models.responses.weekday import Weekday as Weekday
    from jiffybox_sdk.operations import BackupType as BackupType
    from jiffybox_sdk.validation import validate as validate

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk._client.attempt": "Attempt",
        "jiffybox_sdk._client.backoff": "Backoff",
        "jiffybox_sdk._client.polling": "WaitResult",
        "jiffybox_sdk._client.rate_limit": "RateLimit",
        "jiffybox_sdk._client.retry": "Retry",
        "jiffybox_sdk._client.retry_budget": "RetryBudget",
        "jiffybox_sdk._common.drift_entry": "DriftEntry",
        "jiffybox_sdk._common.headers": "Headers",
        "jiffybox_sdk._common.operation": "Operation",
        "jiffybox_sdk._records.base": "response_headers",
        "jiffybox_sdk._records.cost": "Cost",
        "jiffybox_sdk._records.distribution": "Distribution",
        "jiffybox_sdk._records.module_doc": "ModuleDoc",
        "jiffybox_sdk._records.plan": "Plan",
        "jiffybox_sdk.aio.backups": "AsyncBackups",
        "jiffybox_sdk.aio.box": "AsyncBox",
        "jiffybox_sdk.aio.checks": "AsyncCheck",
        "jiffybox_sdk.aio.client": "AsyncJiffyBox",
        "jiffybox_sdk.aio.contact_groups": "AsyncContactGroup",
        "jiffybox_sdk.aio.ips": "AsyncIp",
        "jiffybox_sdk.api.backups": "Backups",
        "jiffybox_sdk.api.box": "Box",
        "jiffybox_sdk.api.checks": "Check",
        "jiffybox_sdk.api.client": "JiffyBox",
        "jiffybox_sdk.api.contact_groups": "ContactGroup",
        "jiffybox_sdk.api.ips": "Ip",
        "jiffybox_sdk.clock": "AsyncClock Clock",
        "jiffybox_sdk.drift": "Drift",
        "jiffybox_sdk.emulator": "Emulator",
        "jiffybox_sdk.exceptions": (
            "JiffyArgumentException JiffyAttributeException JiffyDetachedException JiffyDriftException "
            "JiffyException JiffyLimitException JiffyMessageException JiffyMismatchException JiffyNotFoundException "
            "JiffyOutcomeUnknownException JiffyTimeoutException JiffyTokenException JiffyTransportException "
            "JiffyWaitException"
        ),
        "jiffybox_sdk.models.requests.change_check": "ChangeCheck",
        "jiffybox_sdk.models.requests.dns_check": "DnsCheck",
        "jiffybox_sdk.models.requests.ftp_check": "FtpCheck",
        "jiffybox_sdk.models.requests.http_check": "HttpCheck",
        "jiffybox_sdk.models.requests.https_check": "HttpsCheck",
        "jiffybox_sdk.models.requests.imap_check": "ImapCheck",
        "jiffybox_sdk.models.requests.mysql_check": "MysqlCheck",
        "jiffybox_sdk.models.requests.new_check": "NewCheck",
        "jiffybox_sdk.models.requests.ping_check": "PingCheck",
        "jiffybox_sdk.models.requests.pop3_check": "Pop3Check",
        "jiffybox_sdk.models.requests.port_tcp_check": "PortTcpCheck",
        "jiffybox_sdk.models.requests.port_udp_check": "PortUdpCheck",
        "jiffybox_sdk.models.requests.smtp_check": "SmtpCheck",
        "jiffybox_sdk.models.requests.ssh_check": "SshCheck",
        "jiffybox_sdk.models.responses.backup": "Backup",
        "jiffybox_sdk.models.responses.box_status": "BoxStatus",
        "jiffybox_sdk.models.responses.check_result": "CheckResult",
        "jiffybox_sdk.models.responses.check_status": "CheckStatus",
        "jiffybox_sdk.models.responses.check_type": "CheckType",
        "jiffybox_sdk.models.responses.contact_group_status": "ContactGroupStatus",
        "jiffybox_sdk.models.responses.delegation": "Delegation",
        "jiffybox_sdk.models.responses.ip_type": "IpType",
        "jiffybox_sdk.models.responses.message": "Message",
        "jiffybox_sdk.models.responses.result_code": "ResultCode",
        "jiffybox_sdk.models.responses.schedule": "Schedule",
        "jiffybox_sdk.models.responses.time_slot": "TimeSlot",
        "jiffybox_sdk.models.responses.weekday": "Weekday",
        "jiffybox_sdk.operations": "BackupType",
        "jiffybox_sdk.validation": "validate",
    }
    _MODULES = "aio api clock drift emulator exceptions models operations pytest_plugin schemas validation"
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES, _MODULES)

"""Generated from the schemas by `make generate`. Do not edit."""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk.models.requests.change_backups import ChangeBackups as ChangeBackups
    from jiffybox_sdk.models.requests.change_box import ChangeBox as ChangeBox
    from jiffybox_sdk.models.requests.change_check import ChangeCheck as ChangeCheck
    from jiffybox_sdk.models.requests.change_contact_group import ChangeContactGroup as ChangeContactGroup
    from jiffybox_sdk.models.requests.command import Command as Command
    from jiffybox_sdk.models.requests.create_box import CreateBox as CreateBox
    from jiffybox_sdk.models.requests.create_contact_group import CreateContactGroup as CreateContactGroup
    from jiffybox_sdk.models.requests.dns_check import DnsCheck as DnsCheck
    from jiffybox_sdk.models.requests.duplicate_box import DuplicateBox as DuplicateBox
    from jiffybox_sdk.models.requests.enable_backups import EnableBackups as EnableBackups
    from jiffybox_sdk.models.requests.ftp_check import FtpCheck as FtpCheck
    from jiffybox_sdk.models.requests.http_check import HttpCheck as HttpCheck
    from jiffybox_sdk.models.requests.https_check import HttpsCheck as HttpsCheck
    from jiffybox_sdk.models.requests.imap_check import ImapCheck as ImapCheck
    from jiffybox_sdk.models.requests.move_ip import MoveIp as MoveIp
    from jiffybox_sdk.models.requests.mysql_check import MysqlCheck as MysqlCheck
    from jiffybox_sdk.models.requests.new_check import NewCheck as NewCheck
    from jiffybox_sdk.models.requests.ping_check import PingCheck as PingCheck
    from jiffybox_sdk.models.requests.pop3_check import Pop3Check as Pop3Check
    from jiffybox_sdk.models.requests.port_tcp_check import PortTcpCheck as PortTcpCheck
    from jiffybox_sdk.models.requests.port_udp_check import PortUdpCheck as PortUdpCheck
    from jiffybox_sdk.models.requests.smtp_check import SmtpCheck as SmtpCheck
    from jiffybox_sdk.models.requests.ssh_check import SshCheck as SshCheck

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk.models.requests.change_backups": "ChangeBackups",
        "jiffybox_sdk.models.requests.change_box": "ChangeBox",
        "jiffybox_sdk.models.requests.change_check": "ChangeCheck",
        "jiffybox_sdk.models.requests.change_contact_group": "ChangeContactGroup",
        "jiffybox_sdk.models.requests.command": "Command",
        "jiffybox_sdk.models.requests.create_box": "CreateBox",
        "jiffybox_sdk.models.requests.create_contact_group": "CreateContactGroup",
        "jiffybox_sdk.models.requests.dns_check": "DnsCheck",
        "jiffybox_sdk.models.requests.duplicate_box": "DuplicateBox",
        "jiffybox_sdk.models.requests.enable_backups": "EnableBackups",
        "jiffybox_sdk.models.requests.ftp_check": "FtpCheck",
        "jiffybox_sdk.models.requests.http_check": "HttpCheck",
        "jiffybox_sdk.models.requests.https_check": "HttpsCheck",
        "jiffybox_sdk.models.requests.imap_check": "ImapCheck",
        "jiffybox_sdk.models.requests.move_ip": "MoveIp",
        "jiffybox_sdk.models.requests.mysql_check": "MysqlCheck",
        "jiffybox_sdk.models.requests.new_check": "NewCheck",
        "jiffybox_sdk.models.requests.ping_check": "PingCheck",
        "jiffybox_sdk.models.requests.pop3_check": "Pop3Check",
        "jiffybox_sdk.models.requests.port_tcp_check": "PortTcpCheck",
        "jiffybox_sdk.models.requests.port_udp_check": "PortUdpCheck",
        "jiffybox_sdk.models.requests.smtp_check": "SmtpCheck",
        "jiffybox_sdk.models.requests.ssh_check": "SshCheck",
    }
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)

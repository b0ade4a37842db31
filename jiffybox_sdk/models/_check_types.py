"""Models for new monitoring checks, keyed by the service's name for each type."""

from collections.abc import Mapping

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

TYPES: Mapping[str, type[NewCheck]] = {
    check.model_fields["checkType"].default: check
    for check in (
        PingCheck,
        SshCheck,
        PortTcpCheck,
        PortUdpCheck,
        HttpCheck,
        HttpsCheck,
        SmtpCheck,
        MysqlCheck,
        Pop3Check,
        ImapCheck,
        FtpCheck,
        DnsCheck,
    )
}

"""Generated from `schemas/check-type.json` by `make generate`. Do not edit."""

from enum import StrEnum


class CheckType(StrEnum):
    """The known types of monitoring check. The service may send others."""

    PING = "ping"
    SSH = "ssh"
    PORT_TCP = "portTcp"
    PORT_UDP = "portUdp"
    HTTP = "http"
    HTTPS = "https"
    SMTP = "smtp"
    MYSQL = "mysql"
    POP3 = "pop3"
    IMAP = "imap"
    FTP = "ftp"
    DNS = "dns"

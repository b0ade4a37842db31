"""The proxy for a service, from the environment or the system's settings.

A proxy's URL may contain a password, so it is wrapped at once, and messages name the variable instead.
"""

import ipaddress
import os
import re
import sys
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from pydantic import SecretBytes, SecretStr

from jiffybox_sdk._client.settings import is_loopback, is_valid_host
from jiffybox_sdk.exceptions import JiffyArgumentException

PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""The schemes of proxies, and their default ports."""

_MAX_SOCKS_CREDENTIAL = 255
_NAME = r"[^/@*:\[\]]+"
_BRACKETS = r"^\[(.*)\](?=/|$)"
_PORT = r"[0-9]{1,5}"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Attributes:
        source: The environment variable that it is from, such as `HTTPS_PROXY`.
        scheme: A key of `PORTS`.
        host: The host name, or an address without brackets.
        port: The port.
        credentials: The user name and the password, which may be empty.
    """

    source: str
    scheme: str
    host: str
    port: int
    credentials: tuple[SecretBytes, SecretBytes] | None = None

    def __str__(self) -> str:
        return f"proxy {host_and_port(self.host, self.port)}"


def host_and_port(host: str, port: int | None) -> str:
    """Return a host and a port, if there is one, as in a URL."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"


def proxy_for(service: SplitResult) -> Proxy | None:
    """Return the proxy for a service, or `None` if there is none. Loopback never uses a proxy.

    Raises:
        JiffyArgumentException: If the proxy's URL or an entry of `NO_PROXY` is invalid.
    """
    host = (service.hostname or "").removesuffix(".")
    if is_loopback(host):
        return None
    settings = _settings()
    scheme = service.scheme if service.scheme in settings else "all"
    if scheme not in settings:
        return None
    is_exempt = _is_exempt(service, host, settings.get("no"))
    if isinstance(is_exempt, str):
        raise JiffyArgumentException(f"invalid {_variable('no')}{is_exempt}")
    if is_exempt:
        return None
    proxy = _parse(settings[scheme], _variable(scheme))
    if isinstance(proxy, str):
        raise JiffyArgumentException(f"invalid {_variable(scheme)}: {proxy}")
    return proxy


def _settings() -> dict[str, SecretStr]:
    """Return the settings by scheme; `all` and `no` are among them."""
    of_system = sys.platform in ("darwin", "win32")
    if not of_system and not any(name.lower().endswith("_proxy") for name in os.environ):
        return {}
    import urllib.request  # noqa: PLC0415 (slow, and rarely needed)

    return {name: SecretStr(value) for name, value in urllib.request.getproxies().items() if value}


def _variable(scheme: str) -> str:
    """Return the name of the variable with a setting. The lower-case one has precedence, as in `getproxies`."""
    names = [name for name in os.environ if name.lower() == f"{scheme}_proxy"]
    return max(names, key=str.islower, default="proxy in the system's settings")


def _parse(url: SecretStr, source: str) -> Proxy | str:
    """Return the proxy at a URL, or what is wrong with it."""
    text = url.get_secret_value()
    problem = (
        "expected a URL that starts with http://, https://, socks5:// or socks5h://, followed by host:port or"
        " user:password@host:port; special characters in user and password must be percent-encoded"
    )
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return problem
    if (
        parts.scheme not in PORTS
        or not is_valid_host(host)
        or parts.path not in ("", "/")
        or any(c in "?#\\" or c.isspace() or not c.isprintable() for c in text)
    ):
        return problem
    user, password = (SecretBytes(unquote_to_bytes(part or "")) for part in (parts.username, parts.password))
    if parts.scheme.startswith("socks") and max(len(user), len(password)) > _MAX_SOCKS_CREDENTIAL:
        return f"user name and password of a SOCKS proxy may have at most {_MAX_SOCKS_CREDENTIAL} bytes"
    return Proxy(
        source,
        parts.scheme,
        host.encode("idna").decode(),
        PORTS[parts.scheme] if port is None else port,
        (user, password) if user or password else None,
    )


def _is_exempt(service: SplitResult, host: str, no_proxy: SecretStr | None) -> bool | str:
    """Return whether a service is to be reached without a proxy, or what is wrong with `NO_PROXY`."""
    if no_proxy is None:  # the system's settings have a list of their own; elsewhere, this is false
        import urllib.request  # noqa: PLC0415 (as above)

        return bool(urllib.request.proxy_bypass(service.netloc))
    port = service.port or PORTS[service.scheme]
    entries = re.split(r"[,\s]+", no_proxy.get_secret_value())
    covering = [_covers(entry, host, port) for entry in entries if entry]
    return next((problem for problem in covering if isinstance(problem, str)), any(covering))


def _covers(entry: str, host: str, port: int) -> bool | str:
    """Return whether an entry of `NO_PROXY` applies to a host and port, or what is wrong with the entry.

    Host names are not resolved for networks. An entry may contain a password by mistake.
    """
    name, its_port = entry, str(port)
    network = _network(entry)
    if network is None and ":" in entry:
        name, _, its_port = entry.rpartition(":")
        network = _network(name)
    domain = name.removeprefix("*.").strip(".").lower()
    is_name = name == "*" or (is_valid_host(domain) and re.fullmatch(_NAME, domain) is not None)
    if not re.fullmatch(_PORT, its_port) or not (network or is_name):
        shown = "" if "@" in entry else f" entry {entry!r}"
        return (
            f"{shown}: expected a host, a domain, an address or a network such as 10.0.0.0/8, each with or without a"
            " port, separated by commas"
        )
    if int(its_port) != port:
        return False
    address = _network(host)
    if network:
        return address is not None and address.network_address in network
    return name == "*" or (address is None and f".{host}".endswith(f".{domain}"))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(re.sub(_BRACKETS, r"\1", text), strict=False)
    except ValueError:
        return None

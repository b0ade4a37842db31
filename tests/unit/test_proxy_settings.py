"""Which proxy a service is reached through, from the environment."""

import sys
import urllib.request
from urllib.parse import urlsplit

import pytest

from jiffybox_sdk import JiffyArgumentException
from jiffybox_sdk._client.transport.proxy import Proxy, proxy_for
from tests.support.scripted import PASSWORD
from tests.support.sightings import rendered, sightings

pytestmark = pytest.mark.usefixtures("no_proxies")

HTTPS, HTTP = "https://service.invalid", "http://service.invalid"


def selected(url: str = HTTPS, **environment: str) -> Proxy | None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return proxy_for(urlsplit(url))


def problem(url: str = HTTPS, **environment: str) -> JiffyArgumentException:
    with pytest.raises(JiffyArgumentException) as raised:
        selected(url, **environment)
    assert raised.value.__cause__ is raised.value.__context__ is None
    return raised.value


@pytest.mark.parametrize(
    ("url", "environment", "host"),
    [
        (HTTPS, {}, None),
        (HTTPS, {"HTTPS_PROXY": "http://a"}, "a"),
        (HTTPS, {"https_proxy": "http://a"}, "a"),
        (HTTPS, {"Https_Proxy": "http://a"}, "a"),
        (HTTPS, {"HTTP_PROXY": "http://a"}, None),
        (HTTPS, {"HTTPS_PROXY": "http://a", "https_proxy": "http://b"}, "b"),
        (HTTPS, {"HTTPS_PROXY": "http://a", "https_proxy": ""}, None),
        (HTTPS, {"HTTPS_PROXY": "http://a", "ALL_PROXY": "http://b"}, "a"),
        (HTTPS, {"HTTPS_PROXY": "", "ALL_PROXY": "http://b"}, "b"),
        (HTTPS, {"FTP_PROXY": "http://a"}, None),
        (HTTP, {"HTTP_PROXY": "http://a"}, "a"),
        (HTTP, {"HTTP_PROXY": "http://a", "REQUEST_METHOD": "GET"}, None),
        (HTTP, {"http_proxy": "http://a", "REQUEST_METHOD": "GET"}, "a"),
        ("https://127.0.0.1", {"ALL_PROXY": "http://a"}, None),
        ("https://127.9.9.9:1", {"ALL_PROXY": "http://a"}, None),
        ("https://[::1]", {"ALL_PROXY": "http://a"}, None),
        ("https://LocalHost.", {"ALL_PROXY": "http://a"}, None),
    ],
)
def test_the_environment_is_read_as_urllib_does(url: str, environment: dict[str, str], host: str | None) -> None:
    proxy = selected(url, **environment)
    assert (proxy and proxy.host) == host


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port"),
    [
        ("proxy.invalid", "http", "proxy.invalid", 80),
        ("proxy.invalid:3128", "http", "proxy.invalid", 3128),
        ("http://PROXY.invalid./", "http", "proxy.invalid.", 80),
        ("HTTPS://proxy.invalid", "https", "proxy.invalid", 443),
        ("https://[fd00::1]:8443", "https", "fd00::1", 8443),
        ("socks5://10.0.0.1", "socks5", "10.0.0.1", 1080),
        ("socks5h://bücher.invalid:9", "socks5h", "xn--bcher-kva.invalid", 9),
    ],
)
def test_a_proxys_url_has_a_scheme_a_host_and_a_port(url: str, scheme: str, host: str, port: int) -> None:
    assert selected(HTTPS_PROXY=url) == Proxy("HTTPS_PROXY", scheme, host, port)


@pytest.mark.parametrize(
    ("given", "credentials"),
    [
        ("user:pass@", (b"user", b"pass")),
        ("us%20er:p%40%C3%BC%FF@", (b"us er", b"p@\xc3\xbc\xff")),
        ("user@", (b"user", b"")),
        (":pass@", (b"", b"pass")),
        ("a:b:c@", (b"a", b"b:c")),
        ("a:b@c@", (b"a", b"b@c")),
        ("@", None),
    ],
)
def test_user_and_password_are_decoded(given: str, credentials: tuple[bytes, bytes] | None) -> None:
    proxy = selected(ALL_PROXY=f"http://{given}proxy.invalid")
    assert proxy is not None
    assert (proxy.source, proxy.host) == ("ALL_PROXY", "proxy.invalid")
    assert (proxy.credentials and tuple(part.get_secret_value() for part in proxy.credentials)) == credentials


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:{}@proxy.invalid",
        "socks4://user:{}@proxy.invalid",
        "http://user:{}@proxy.invalid:port",
        "http://user:{}@proxy.invalid:99999",
        "http://user:{}@",
        "http://user:{}@proxy.invalid/path",
        "http://user:12/{}@proxy.invalid",
        "http://user:12?{}@proxy.invalid",
        "http://user:12#{}@proxy.invalid",
        "http://user:{}@proxy.invalid?",
        "http://user:{}@proxy\\.invalid",
        "http://user:{}@proxy..invalid",
        "http://user:{}@proxy.invalid\n",
        " http://user:{}@proxy.invalid",
        "http://user:{}@[fd00::1",
        "http://user:\udcff{}@proxy.invalid",
        "http://",
        "://{}",
        "socks5://user:{}" + "x" * 250 + "@proxy.invalid",
    ],
)
def test_an_invalid_proxy_is_named_but_not_shown(url: str, caplog: pytest.LogCaptureFixture) -> None:
    error = problem(HTTPS_PROXY=url.format(PASSWORD))
    assert str(error).startswith("invalid HTTPS_PROXY: ")
    assert "expected a URL that starts with http://" in str(error) or "at most 255 bytes" in str(error)
    assert not sightings(caplog, error)


def test_the_variable_that_is_used_is_named() -> None:
    assert str(problem(HTTPS_PROXY="http://a", https_proxy="ftp://b")).startswith("invalid https_proxy: ")
    assert str(problem(HTTPS_PROXY="ftp://a", https_proxy="", ALL_PROXY="ftp://b")).startswith("invalid ALL_PROXY: ")


@pytest.mark.parametrize(
    ("url", "no_proxy", "exempt"),
    [
        (HTTPS, "*", True),
        (HTTPS, "a.invalid, *", True),
        (HTTPS, "*:443", True),
        (HTTPS, "*:8443", False),
        (HTTPS, "service.invalid", True),
        (HTTPS, "SERVICE.Invalid.", True),
        ("https://Service.invalid.", "service.invalid", True),
        (HTTPS, "invalid", True),
        (HTTPS, ".invalid", True),
        (HTTPS, "*.invalid", True),
        (HTTPS, ".service.invalid", True),
        (HTTPS, "ice.invalid", False),
        (HTTPS, "api.service.invalid", False),
        (HTTPS, "service", False),
        (HTTPS, " ,x,,service.invalid ", True),
        (HTTPS, "x service.invalid", True),
        (HTTPS, "service.invalid:443", True),
        (HTTPS, "service.invalid:0443", True),
        (HTTPS, ".invalid:443", True),
        (HTTPS, "service.invalid:80", False),
        (HTTP, "service.invalid:80", True),
        ("https://service.invalid:8443", "service.invalid:8443", True),
        ("https://service.invalid:8443", "service.invalid:443", False),
        (HTTPS, "10.0.0.0/8", False),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.9.9.9/8", True),
        ("https://10.1.2.3", "10.0.0.0/255.0.0.0", True),
        ("https://11.1.2.3", "10.0.0.0/8", False),
        ("https://10.1.2.3", "10.1.2.3", True),
        ("https://10.1.2.3", "10.1.2.30", False),
        ("https://10.1.2.3", "2.3", False),
        ("https://10.1.2.3", "fd00::/8", False),
        ("https://10.1.2.3:8443", "10.0.0.0/8:8443", True),
        ("https://10.1.2.3", "10.0.0.0/8:8443", False),
        ("https://[fd00::1]", "fd00::/8", True),
        ("https://[fd00::1]", "[fd00::]/8", True),
        ("https://[fd00:0::1]", "fd00::1", True),
        ("https://[fd00::1]", "[fd00::1]", True),
        ("https://[fd00::1]", "[fd00::1]:443", True),
        ("https://[fd00::1]", "[fd00::1]:80", False),
        ("https://[fd00::1]", "fe80::/10", False),
        ("https://[fd00::1]", "10.0.0.0/8", False),
        (HTTPS, "", False),
    ],
)
def test_no_proxy_lists_hosts_domains_addresses_and_networks(url: str, no_proxy: str, exempt: bool) -> None:  # noqa: FBT001
    assert (selected(url, ALL_PROXY="http://a", NO_PROXY=no_proxy) is None) == exempt


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    "entry",
    [
        "10.0.0.0/33",
        "10.0.0/8/8",
        "fd00::/129",
        "a.invalid:port",
        "a.invalid:123456",
        "http://a",
        "a..b",
        "192.168.*",
        "[::1",
        ":1",
    ],
)
def test_an_invalid_entry_of_no_proxy_is_named(name: str, entry: str) -> None:
    error = problem(**{"ALL_PROXY": "http://a", name: f"*, {entry}"})
    assert str(error).startswith(f"invalid {name} entry {entry!r}: expected a host, a domain, an address or a network")
    assert selected(**{name: entry}) is None


def test_an_entry_of_no_proxy_with_a_password_is_not_shown() -> None:
    error = problem(ALL_PROXY="http://a", NO_PROXY=f"http://user:{PASSWORD}@a")
    assert not [line for line in (str(error), *rendered(error)) if PASSWORD in line]


def test_the_settings_of_the_system_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"https": "http://a:1"})
    monkeypatch.setattr(urllib.request, "proxy_bypass", "b.invalid".__eq__)
    assert proxy_for(urlsplit(HTTPS)) == Proxy("proxy in the system's settings", "http", "a", 1)
    assert proxy_for(urlsplit("https://b.invalid")) is None
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"https": "ftp://a"})
    assert str(problem()).startswith("invalid proxy in the system's settings: ")


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the system's settings are asked there")
def test_urllib_is_imported_only_for_a_variable_of_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib.request", None)
    assert selected() is None
    with pytest.raises(ImportError):
        selected(Some_Proxy="x")

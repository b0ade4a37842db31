"""The options of clients for TLS, connections and the user agent."""

import os
import re
import ssl
from pathlib import Path

import anyio
import certifi
import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyArgumentException, JiffyBox
from jiffybox_sdk._client.transport import tls
from jiffybox_sdk._version import __version__
from tests.support.asynchronous import AsyncScript
from tests.support.loopback import CERTIFICATE, KEY
from tests.support.scripted import TOKEN, Script, envelope, unchecked

HASHED_NAME = "0123abcd.0"
"""A name by which OpenSSL would look for a certificate."""


both_clients = pytest.mark.parametrize("kind", [JiffyBox, AsyncJiffyBox])


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a certificate."""
    path = tmp_path / "ca.pem"
    path.write_text(CERTIFICATE)
    return path


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with a certificate."""
    path = tmp_path / "certificates"
    path.mkdir()
    (path / HASHED_NAME).write_text(CERTIFICATE)
    return path


def authorities(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509_ca"]


def test_all_clients_share_one_tls_context(monkeypatch: pytest.MonkeyPatch) -> None:
    context = tls.shared_context()
    assert tls.context_source(None)() is context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert authorities(context) == authorities(ssl.create_default_context(cafile=certifi.where()))
    monkeypatch.setenv("SSL_CERT_FILE", "")
    assert authorities(tls.shared_context()) == authorities(context)


def test_threads_that_need_the_first_context_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "_shared", {})
    faster: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def create_slowly(*, cafile: str | None, capath: str | None) -> ssl.SSLContext:
        monkeypatch.setattr(ssl, "create_default_context", create)
        faster.append(tls.shared_context())
        return create(cafile=cafile, capath=capath)

    monkeypatch.setattr(ssl, "create_default_context", create_slowly)
    assert tls.shared_context() is faster[0]
    assert tls.shared_context() is faster[0]


def test_the_shared_context_follows_the_environment(
    certificate: Path, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = tls.shared_context()
    monkeypatch.setenv("SSL_CERT_DIR", str(directory))
    assert authorities(tls.shared_context()) == 0  # loaded when they are needed
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert authorities(tls.shared_context()) == 1
    assert tls.shared_context() is tls.shared_context()
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.delenv("SSL_CERT_DIR")
    assert tls.shared_context() is default


INVALID_FILES = {
    "missing": None,
    "a directory": "",
    "empty": b"",
    "text": b"certificate",
    "a key": KEY.encode(),
    "cut off": CERTIFICATE[:200].encode(),
    "binary": ssl.PEM_cert_to_DER_cert(CERTIFICATE),
}


def invalid_file(kind: str, folder: Path) -> Path:
    path, content = folder / kind, INVALID_FILES[kind]
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.mkdir()
    return path


@pytest.mark.parametrize("kind", INVALID_FILES)
def test_an_invalid_ssl_cert_file_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = invalid_file(kind, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    for _ in range(2):
        with pytest.raises(JiffyArgumentException) as raised:
            tls.shared_context()
        assert str(raised.value).startswith(f"invalid SSL_CERT_FILE {str(path)!r}: ")
        assert str(raised.value).endswith("; expected a file of CA certificates in PEM format")
        assert raised.value.__context__ is None


@pytest.mark.parametrize("kind", ["missing", "a directory", "text"])
def test_an_invalid_ssl_cert_dir_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = invalid_file(kind, tmp_path)
    monkeypatch.setenv("SSL_CERT_DIR", str(path))
    with pytest.raises(JiffyArgumentException) as raised:
        tls.shared_context()
    assert str(raised.value) == (
        f"invalid SSL_CERT_DIR {str(path)!r}: expected a directory of CA certificates, prepared with `openssl rehash`"
    )


def test_ssl_cert_dir_may_be_a_list(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join(["/missing", str(directory)]))
    assert tls.shared_context().verify_mode is ssl.CERT_REQUIRED


def test_an_invalid_sslkeylogfile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "missing" / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(path))
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    with pytest.raises(JiffyArgumentException, match=re.escape(f"invalid SSLKEYLOGFILE {str(path)!r}: No such file")):
        tls.shared_context()


@both_clients
def test_clients_raise_for_an_invalid_ssl_cert_file(
    kind: type[JiffyBox | AsyncJiffyBox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/missing")

    async def call() -> None:
        if issubclass(kind, JiffyBox):
            with kind(TOKEN, "https://127.0.0.1:9") as client:
                client.plans()
        else:
            async with kind(TOKEN, "https://127.0.0.1:9") as client:
                await client.plans()

    with pytest.raises(JiffyArgumentException, match="invalid SSL_CERT_FILE '/missing'"):
        anyio.run(call)


def test_verify_takes_a_context_or_a_path(certificate: Path, directory: Path) -> None:
    context = ssl.create_default_context()
    assert tls.context_source(context)() is context
    for path in (certificate, str(certificate)):
        source = tls.context_source(path)
        assert authorities(source()) == 1
        assert source() is source()
        assert (source().verify_mode, source().check_hostname) == (ssl.CERT_REQUIRED, True)
    assert authorities(tls.context_source(str(directory))()) == 0


@both_clients
@pytest.mark.parametrize("kind_of_file", INVALID_FILES)
def test_an_invalid_path_for_verify_is_rejected_at_once(
    kind: type[JiffyBox | AsyncJiffyBox], kind_of_file: str, tmp_path: Path
) -> None:
    path = invalid_file(kind_of_file, tmp_path)
    for url in ("https://service.invalid", "http://127.0.0.1:9"):
        for verify in (path, str(path)):
            with pytest.raises(JiffyArgumentException) as raised:
                kind(TOKEN, url, verify=verify)
            assert str(raised.value).startswith(f"invalid verify {str(path)!r}: ")


@both_clients
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"verify": False}, "verification can't be switched off, but verify='ca.pem' trusts certificates of your own"),
        ({"verify": True}, "invalid verify True: expected an ssl.SSLContext or the path of CA certificates"),
        ({"verify": b"ca.pem"}, "invalid verify b'ca.pem': expected an ssl.SSLContext or the path"),
        ({"verify": 1}, "invalid verify 1: expected"),
        ({"verify": ""}, "invalid verify '': expected a directory of CA certificates"),
        ({"verify": "a\0b"}, r"invalid verify 'a\x00b': embedded null"),
        ({"max_connections": 0}, "invalid max_connections 0: expected a positive integer"),
        ({"max_connections": -1}, "invalid max_connections -1: expected a positive integer"),
        ({"max_connections": True}, "invalid max_connections True: expected a positive integer"),
        ({"max_connections": 1.0}, "invalid max_connections 1.0: expected a positive integer"),
        ({"max_connections": None}, "invalid max_connections None: expected a positive integer"),
        ({"user_agent": ""}, "invalid user_agent '': expected up to 200 printable ASCII characters"),
        ({"user_agent": " myapp"}, "invalid user_agent ' myapp': expected"),
        ({"user_agent": "myapp "}, "invalid user_agent 'myapp ': expected"),
        ({"user_agent": "my\r\napp"}, r"invalid user_agent 'my\r\napp': expected"),
        ({"user_agent": "myapp\n"}, r"invalid user_agent 'myapp\n': expected"),
        ({"user_agent": "my\tapp"}, r"invalid user_agent 'my\tapp': expected"),
        ({"user_agent": "müapp"}, "invalid user_agent 'müapp': expected"),
        ({"user_agent": "x" * 201}, "expected up to 200 printable ASCII characters"),
        ({"user_agent": b"myapp"}, "invalid user_agent b'myapp': expected"),
    ],
)
def test_other_invalid_options_are_rejected(
    kind: type[JiffyBox | AsyncJiffyBox], options: dict[str, object], said: str
) -> None:
    with pytest.raises(JiffyArgumentException, match=re.escape(said)):
        unchecked(kind)(TOKEN, **options)


@both_clients
@pytest.mark.parametrize(
    ("options", "name"),
    [({"verify": "ca.pem"}, "verify"), ({"max_connections": 3}, "max_connections")],
)
def test_options_of_the_network_need_the_clients_own_transport(
    kind: type[JiffyBox | AsyncJiffyBox], options: dict[str, object], name: str
) -> None:
    script = Script()
    transport = script if kind is JiffyBox else AsyncScript(script)
    said = f"invalid {name}: a client with its own transport does not use it"
    with pytest.raises(JiffyArgumentException, match=said):
        unchecked(kind)(TOKEN, transport=transport, **options)
    with pytest.raises(JiffyArgumentException, match=said):
        unchecked(Emulator().client)(**options)


def test_the_user_agent_starts_with_that_of_the_application() -> None:
    script = Script(envelope({}))
    for user_agent, sent in {
        None: f"jiffybox-sdk/{__version__}",
        "myapp/1.0 (+https://a.invalid)": f"myapp/1.0 (+https://a.invalid) jiffybox-sdk/{__version__}",
        "x" * 200: "x" * 200 + f" jiffybox-sdk/{__version__}",
    }.items():
        JiffyBox(TOKEN, transport=script, user_agent=user_agent).plans()
        assert script.requests[-1].headers["User-Agent"] == sent

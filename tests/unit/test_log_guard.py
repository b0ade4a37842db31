"""The token is removed from the logs of the libraries below the transport, for as long as there is a client."""

# pyright: reportPrivateUsage=false

import gc
import logging
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpcore
import httpx
import pytest

from jiffybox_sdk import JiffyBox
from jiffybox_sdk._client.transport import base
from tests.support.asynchronous import async_scripted, backends, run
from tests.support.scripted import TOKEN, URL, Script, envelope, scripted

LOGGERS = [
    *("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks"),
    *("hpack.hpack", "hpack.table"),
]
OTHER = "another-0123456789-another-0123456789"


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.fixture(autouse=True)
def _no_other_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base._log_guard, "_secrets", {})


def logged(caplog: pytest.LogCaptureFixture, name: str = "httpcore.http2") -> str:
    caplog.clear()
    logging.getLogger(name).debug("path=%r", f"/{TOKEN}/{OTHER}/".encode())
    return caplog.messages[0]


@pytest.mark.parametrize("name", LOGGERS)
def test_each_logger_hides_the_token(name: str, caplog: pytest.LogCaptureFixture) -> None:
    client, _, _ = scripted(envelope({}))
    with client:
        assert logged(caplog, name) == f"path=b'/-token-/{OTHER}/'"
    assert TOKEN in logged(caplog, name)


def loggers_of(package: Path) -> Iterator[str]:
    for path in package.rglob("*.py"):
        yield from re.findall(r'getLogger\("([\w.]+)"\)', path.read_text("utf-8"))


@pytest.mark.parametrize("library", [httpx, httpcore])
def test_no_logger_of_a_library_is_left_out(library: object) -> None:
    file = getattr(library, "__file__", None)
    assert isinstance(file, str)
    names = set(loggers_of(Path(file).parent))
    assert names
    assert names <= {*LOGGERS}


def test_the_tokens_of_all_open_clients_are_hidden(caplog: pytest.LogCaptureFixture) -> None:
    with closing(JiffyBox(OTHER, URL, transport=Script())):
        client, _, _ = scripted(envelope({}))
        with client:
            assert logged(caplog) == "path=b'/-token-/-token-/'"
        assert logged(caplog) == f"path=b'/{TOKEN}/-token-/'"


def test_two_clients_with_one_token_hide_it_until_both_are_closed(caplog: pytest.LogCaptureFixture) -> None:
    one, two = (JiffyBox(TOKEN, URL, transport=Script()) for _ in range(2))
    one.close()
    one.close()
    assert TOKEN not in logged(caplog)
    two.close()
    assert TOKEN in logged(caplog)


def test_collected_and_failed_clients_leave_nothing_behind() -> None:
    before = [list(logging.getLogger(name).filters) for name in LOGGERS]
    clients = [JiffyBox(TOKEN, URL, transport=Script()) for _ in range(100)]
    with pytest.raises(ValueError, match="invalid retry"):
        JiffyBox(TOKEN, URL, retry=5)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert len(base._log_guard._secrets) == 100
    del clients
    gc.collect()
    assert not base._log_guard._secrets
    assert before == [list(logging.getLogger(name).filters) for name in LOGGERS]


@backends
def test_async_clients_hide_it_too(backend: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        client, _, _ = async_scripted(envelope({}))
        async with client:
            assert TOKEN not in logged(caplog)
        assert TOKEN in logged(caplog)

    run(main, backend)


def test_a_client_closed_while_a_record_is_redacted_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    client, _, _ = scripted(envelope({}))
    other = JiffyBox(OTHER, URL, transport=Script())

    class Closing:
        def __str__(self) -> str:
            other.close()  # as another thread may at this moment
            return f"/{TOKEN}/"

    with client:
        logging.getLogger("httpx").info("%s", Closing())
    assert caplog.messages[-1] == "/-token-/"

"""The limit on open files of the emulator's server."""

import sys

import pytest

from jiffybox_sdk.emulator._server.descriptors import raise_limit

if sys.platform == "win32":
    pytest.skip("Windows has no such limit", allow_module_level=True)
import resource

INFINITE = resource.RLIM_INFINITY
MAC_OS = 10_240


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((1024, 4096), (4096, 4096)),
        ((4096, 4096), (4096, 4096)),
        ((256, INFINITE), (MAC_OS, INFINITE)),
        ((50_000, INFINITE), (50_000, INFINITE)),
        ((INFINITE, INFINITE), (INFINITE, INFINITE)),
    ],
)
def test_the_limit_is_raised_as_far_as_the_system_permits(
    limits: tuple[int, int], expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    current = [limits]

    def set_limits(_: int, new: tuple[int, int]) -> None:
        if new[0] == INFINITE or (new[1] == INFINITE and new[0] > MAC_OS):
            raise ValueError("current limit exceeds maximum limit")  # as macOS does
        current.append(new)

    def get_limits(_: int) -> tuple[int, int]:
        return current[-1]

    monkeypatch.setattr(resource, "getrlimit", get_limits)
    monkeypatch.setattr(resource, "setrlimit", set_limits)
    raise_limit()
    assert current[-1] == expected


def test_a_refused_limit_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_: int, __: object) -> None:
        raise OSError(1, "Operation not permitted")

    def limits(_: int) -> tuple[int, int]:
        return 256, 4096

    monkeypatch.setattr(resource, "getrlimit", limits)
    monkeypatch.setattr(resource, "setrlimit", refuse)
    raise_limit()
    assert "can't raise the limit of 256 open files" in caplog.text

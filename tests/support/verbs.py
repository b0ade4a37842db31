"""A call for each HTTP verb, and how it succeeds and fails."""

from collections.abc import Callable
from typing import TypeVar

import httpx
import pytest

from jiffybox_sdk import Box, JiffyBox, JiffyException, Retry
from jiffybox_sdk.operations import update_metadata
from tests.support.scripted import PASSWORD, Answer, Script, VirtualClock, envelope, example, scripted

E = TypeVar("E", bound=JiffyException)

CALLS: dict[str, Callable[[JiffyBox], Box | bool]] = {
    "GET": lambda client: client.box(12345),
    "PUT": lambda client: client.send(update_metadata(12345, {"role": "web"})),
    "DELETE": lambda client: client.delete_box(12345),
    "POST": lambda client: client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD),
}
WRITES = [verb for verb in CALLS if verb != "GET"]

each_verb = pytest.mark.parametrize("verb", CALLS)
each_write = pytest.mark.parametrize("verb", WRITES)


def fail(verb: str, kind: type[E], *answers: Answer, retry: Retry | None = None) -> tuple[E, Script, VirtualClock]:
    """Make a call that fails, and return its exception, the script that answered it, and the clock."""
    client, script, clock = scripted(*answers, retry=retry)
    with client, pytest.raises(kind) as raised:
        CALLS[verb](client)
    assert type(raised.value) is kind
    return raised.value, script, clock


def success(verb: str) -> httpx.Response:
    return envelope(True if verb == "DELETE" else example("box"))

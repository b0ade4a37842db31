"""Hints for refusals in German."""

import copy
import pickle
import re
import traceback

import pytest

from jiffybox_sdk import Emulator, JiffyMessageException, JiffyNotFoundException, Message
from jiffybox_sdk._common import hints
from jiffybox_sdk.emulator import _messages

TEXTS = {name: value.text for name, value in vars(_messages).items() if isinstance(value, _messages.MessageTemplate)}
OTHERS = {
    "NO_SUCH_VERSION",
    "NO_SUCH_CALL",
    "BODY_TOO_LARGE",
    "BAD_BODY",
    "BAD_PARAMETER",
    "BAD_CHOICE",
    "NEEDS_PARAMETER",
}
"""The messages about requests that the SDK does not send."""


def filled(name: str) -> str:
    return re.sub(r"\{\w+\}", "7", TEXTS[name])


def test_refusals_in_german_have_a_hint_in_english() -> None:
    client = Emulator("instant").client()
    box = client.create_box("web", 44, distribution="debian_stretch_64bit")
    with pytest.raises(JiffyMessageException, match="ist eingeschaltet") as raised:
        box.freeze()
    assert raised.value.hint == "the box is running: stop it first"
    with pytest.raises(JiffyNotFoundException) as missing:
        client.box(99)
    assert missing.value.hint == "the account of this token has no such box: list its boxes"


def test_tracebacks_show_the_hint_once_and_messages_do_not() -> None:
    rejected = JiffyMessageException([Message(type="error", message=filled("RUNNING"))])
    for error in (rejected, copy.copy(rejected), copy.deepcopy(rejected), pickle.loads(pickle.dumps(rejected))):  # noqa: S301
        assert traceback.format_exception_only(error)[1:] == ["Hint: the box is running: stop it first\n"]
        assert "Hint" not in str(error)
    assert not hasattr(JiffyMessageException([]), "__notes__")


def test_each_hint_is_for_one_message_of_the_emulator() -> None:
    hinted = {name: hints.hint_for(filled(name)) for name in TEXTS}
    assert {name for name, hint in hinted.items() if hint is None} == OTHERS
    known = [hint for hint in hinted.values() if hint]
    assert sorted(known) == sorted(hints.HINTS.values())


@pytest.mark.parametrize("text", ["", "Die JiffyBox ist kaputt.", "the box is running"])
def test_unknown_refusals_have_no_hint(text: str) -> None:
    assert JiffyMessageException([Message(type="error", message=text)]).hint is None


def test_only_errors_have_hints_and_the_first_that_is_known_counts() -> None:
    def message(type_: str, name: str) -> Message:
        return Message(type=type_, message=filled(name))

    assert JiffyMessageException([message("notice", "RUNNING")]).hint is None
    several = [Message(type="error", message="Nein"), message("error", "FROZEN"), message("error", "RUNNING")]
    assert JiffyMessageException(several).hint == "the box is frozen: thaw it first"
    assert JiffyMessageException([]).hint is None

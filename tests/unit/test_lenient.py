"""Unknown parameters: refused by default, ignored by a lenient emulator, reported by both."""

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator._journal import MOST_BYTES
from tests.support.scripted import PASSWORD, TOKEN, ask

NEW = b"name=web&planid=44&distribution=centos_7_64bit"
REFUSED = "Der Parameter use_ssh_key ist unbekannt, ungueltig oder fehlt."


def emulator(*, lenient: bool) -> Emulator:
    return Emulator(token=TOKEN, lenient=lenient)


def test_an_unknown_parameter_is_refused_by_default_and_ignored_if_lenient() -> None:
    assert ask(emulator(lenient=False), "POST", "jiffyBoxes", NEW + b"&use_ssh_key=1") == ([REFUSED], False)
    messages, _ = ask(emulator(lenient=True), "POST", "jiffyBoxes", NEW + b"&use_ssh_key=1")
    assert messages == []


@pytest.mark.parametrize("lenient", [False, True])
def test_the_journal_and_the_drift_report_unknown_parameters(*, lenient: bool) -> None:
    asked = emulator(lenient=lenient)
    for name in (b"web", b"db"):
        body = NEW.replace(b"web", name) + f"&use_ssh_key=1&{TOKEN}={PASSWORD}".encode()
        ask(asked, "POST", "jiffyBoxes", body)
    ask(asked, "PUT", "jiffyBoxes/10001", b'{"metadata":{},"a/b~":[1]}')
    assert [entry.unknown for entry in asked.journal()] == [("use_ssh_key", "**********")] * 2 + [("a/b~",)]
    assert asked.drift.entries == (
        DriftEntry("CreateBox", "/use_ssh_key", "unknown-field", None, "string", 2),
        DriftEntry("CreateBox", "/*", "unknown-field", None, "string", 2),
        DriftEntry("ChangeBox", "/a~1b~0", "unknown-field", None, "array", 1),
    )
    assert PASSWORD not in repr(asked.journal()) + repr(asked.drift.entries)
    asked.reset()
    assert len(asked.drift) == 0
    assert asked.lenient is lenient


def test_known_parameters_are_neither_reported_nor_ignored() -> None:
    lenient = emulator(lenient=True)
    ask(lenient, "POST", "jiffyBoxes", NEW + b"&use_sshkey&password=x")
    assert lenient.journal()[0].unknown == ()
    assert lenient.drift.entries == ()
    messages, result = ask(lenient, "POST", "jiffyBoxes", NEW.replace(b"web", b"a/b"))
    assert result is False
    assert "Der Parameter name" in messages[0]


def test_parameters_of_other_types_of_checks_are_unknown() -> None:
    lenient = emulator(lenient=True)
    ask(lenient, "POST", "jiffyBoxes", NEW)
    messages, _ = ask(lenient, "POST", "monitoring", b"name=a&ip=198.18.39.17&port=1&checkType=ping&path=/")
    assert messages == []
    assert lenient.drift.entries == (DriftEntry("PingCheck", "/path", "unknown-field", None, "string", 1),)


@pytest.mark.parametrize("lenient", [False, True])
def test_parameters_of_other_types_are_unknown_when_a_check_is_duplicated(*, lenient: bool) -> None:
    asked = emulator(lenient=lenient)
    ask(asked, "POST", "jiffyBoxes", NEW)
    ask(asked, "POST", "monitoring", b"name=a&ip=198.18.39.17&port=1&checkType=ping")
    asked.run_until_idle()
    messages, result = ask(asked, "POST", "monitoring/1001", b"name=b&path=/")
    if lenient:
        assert messages == []
        assert is_map(result)
        assert (result["name"], result["path"]) == ("b", "")
    else:
        assert messages == ["Der Parameter path ist unbekannt, ungueltig oder fehlt."]
    assert asked.journal()[-1].unknown == ("path",)
    assert asked.drift.entries == (DriftEntry("ChangeCheck", "/path", "unknown-field", None, "string", 1),)


def test_parameters_are_reported_when_the_check_to_duplicate_does_not_exist() -> None:
    lenient = emulator(lenient=True)
    messages, _ = ask(lenient, "POST", "monitoring/1001", b"name=b&path=/&colour=red")
    assert "1001" in messages[0]
    assert lenient.journal()[0].body == {"name": "b", "path": "/"}
    assert lenient.journal()[0].unknown == ("colour",)


def test_unknown_parameters_of_long_bodies_are_only_in_the_drift() -> None:
    lenient = emulator(lenient=True)
    ask(lenient, "POST", "jiffyBoxes", NEW + b"&colour=" + b"x" * MOST_BYTES)
    assert lenient.journal()[0].unknown == ()
    assert [entry.pointer for entry in lenient.drift.entries] == ["/colour"]

"""The validation of the emulator's own results, and their JSON."""

import json

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator import EmulatorDefect, ServiceRequest
from jiffybox_sdk.models._reader import Reader
from tests.support.scripted import TOKEN, ask

NEW = {"name": "web", "planid": 44, "distribution": "centos_7_64bit"}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator("manual", token=TOKEN, seed={"boxes": [NEW]})


@pytest.fixture
def validated(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The results that are validated."""
    seen: list[object] = []
    check = Reader[object].check

    def watched(self: Reader[object], payload: object) -> object:
        seen.append(payload)
        return check(self, payload)

    monkeypatch.setattr(Reader, "check", watched)
    return seen


def test_the_same_result_is_validated_once(emulator: Emulator, validated: list[object]) -> None:
    for _ in range(3):
        ask(emulator, "GET", "jiffyBoxes/10001")
    assert len(validated) == 1
    ask(emulator, "PUT", "jiffyBoxes/10001", {"metadata": {"a": 1}})
    assert len(validated) == 2
    ask(emulator, "GET", "jiffyBoxes/10001")  # the result of the change
    assert len(validated) == 2


def test_equal_results_of_other_kinds_are_validated(emulator: Emulator, validated: list[object]) -> None:
    for path in ("backups", "monitoring"):
        emulator.reset()
        assert ask(emulator, "GET", path) == ([], {})
    assert len(validated) == 2


def test_an_invalid_result_is_a_defect_each_time(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_boxes(_account: object) -> dict[str, object]:
        return {"1": {}}

    monkeypatch.setattr("jiffybox_sdk.emulator._handlers.boxes.list_all", no_boxes)
    for _ in range(2):
        with pytest.raises(EmulatorDefect):
            ask(emulator, "GET", "jiffyBoxes")
    assert len(emulator.defects) == 2


def test_a_fault_changes_a_result_that_has_been_validated(emulator: Emulator) -> None:
    ask(emulator, "GET", "jiffyBoxes/10001")
    emulator.add_fault("get_box", leave_out="plan")
    _, box = ask(emulator, "GET", "jiffyBoxes/10001")
    assert isinstance(box, dict)
    assert "plan" not in box


@pytest.mark.parametrize("state", ["ödd", "a/b", '"', "\x7f\x00\u2028"])
def test_any_text_is_sent_as_ascii(emulator: Emulator, state: str) -> None:
    emulator.add_fault("get_box", state=state)
    body = emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/jiffyBoxes/10001")).body
    assert body.isascii()
    assert json.loads(body)["result"]["status"] == state


def test_a_path_that_is_not_unicode_is_answered(emulator: Emulator) -> None:
    messages, _ = ask(emulator, "GET", "\ud800")
    assert messages == ["Das Modul \ud800 existiert nicht"]


def test_numbers_are_sent_as_received(emulator: Emulator) -> None:
    numbers = {"a": 2**70, "b": -(2**63), "c": 1.5, "d": 1e300, "e": 0.1, "f": 0}
    ask(emulator, "PUT", "jiffyBoxes/10001", {"metadata": numbers})
    _, box = ask(emulator, "GET", "jiffyBoxes/10001")
    assert isinstance(box, dict)
    assert box["metadata"] == numbers

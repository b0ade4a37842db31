"""Responses about another object than the one that was asked for are refused."""

from collections.abc import Callable

import pytest
from pydantic import BaseModel, JsonValue, ValidationInfo, model_validator

from jiffybox_sdk import (
    Box,
    Check,
    ContactGroup,
    JiffyBox,
    JiffyException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Message,
)
from jiffybox_sdk._client import endpoints
from jiffybox_sdk.validation import KINDS
from tests.support.scripted import TOKEN, Script, VirtualClock, envelope, example, scripted


def box(number: JsonValue) -> dict[str, JsonValue]:
    return {**example("box"), "id": number}


def group(number: JsonValue) -> dict[str, JsonValue]:
    return {**example("contact-group"), "id": number}


Call = Callable[[JiffyBox], object]

READS: dict[str, tuple[Call, dict[str, JsonValue], str]] = {
    "box": (lambda client: client.box(1), box(2), "box 2, not box 1"),
    "box after refresh": (lambda client: Box(box(1), client).refresh(), box(21), "box 21, not box 1"),
    "group": (lambda client: client.contact_group(1), group(2), "contact group 2, not contact group 1"),
}
WRITES: dict[str, tuple[Call, dict[str, JsonValue], str]] = {
    "start": (lambda client: Box(box(1), client).start(), box(2), "box 2, not box 1"),
    "metadata": (lambda client: Box(box(1), client).update_metadata({"a": 1}), box(11), "box 11, not box 1"),
    "group": (
        lambda client: ContactGroup(group(1), client).change("x"),
        group(2),
        "contact group 2, not contact group 1",
    ),
}


@pytest.mark.parametrize("case", READS)
def test_a_read_is_retried_until_the_response_is_its_own(case: str) -> None:
    call, other, description = READS[case]
    client, script, _ = scripted(envelope(other))
    with pytest.raises(JiffyTransportException, match=f": the response is about {description}$") as raised:
        call(client)
    assert raised.value.transient
    assert (raised.value.http_status, len(script.requests)) == (200, 4)
    client, script, _ = scripted(envelope(other), envelope({**other, "id": 1}))
    assert call(client)
    assert len(script.requests) == 2


@pytest.mark.parametrize("case", WRITES)
def test_the_outcome_of_a_change_is_unknown_if_the_response_is_about_another(case: str) -> None:
    call, other, description = WRITES[case]
    client, script, _ = scripted(envelope(other))
    with pytest.raises(JiffyOutcomeUnknownException, match=f"the response is about {description}") as raised:
        call(client)
    assert (raised.value.http_status, len(script.requests)) == (200, 1)


@pytest.mark.parametrize("asked", [1, "1", "01"])
@pytest.mark.parametrize("received", [1, "1"])
def test_ids_as_text_are_equal_to_numbers(asked: int | str, received: int | str) -> None:
    client, _, _ = scripted(envelope(box(received)))
    assert client.box(asked).id == 1
    assert client.send(endpoints.GET_BOX.on(asked)).id == 1


def test_nothing_of_a_refused_response_is_passed_on() -> None:
    seen: list[Message] = []
    script = Script(envelope({**box(2), "zone": "x"}, ("warning", "of another")), envelope(box(1)))
    client = JiffyBox(TOKEN, transport=script, clock=VirtualClock(), on_message=lambda message, _: seen.append(message))
    client.box(1)
    assert seen == []
    assert not client.drift.entries


def test_a_service_that_refuses_the_call_is_believed() -> None:
    client, script, _ = scripted(envelope(box(2), ("error", "Nein")))
    with pytest.raises(JiffyException, match="Nein"):
        client.box(1)
    assert len(script.requests) == 1


def test_new_boxes_have_ids_of_their_own() -> None:
    client, _, _ = scripted(envelope(box(2)))
    assert client.create_box("web", 44, distribution="x").id == 2
    assert Box(box(1), client).duplicate("copy", 44).id == 2


def test_checks_are_not_compared_because_their_ids_vary_on_record() -> None:
    client, _, _ = scripted(envelope({**example("check"), "id": 2}))
    assert client.check(1).id == 2
    check = Check({**example("check"), "id": 1}, client)
    assert check.refresh().id == 2


def test_a_type_that_is_only_valid_as_python_objects_is_compared_too() -> None:
    class Mine(BaseModel):
        id: int

        @model_validator(mode="before")
        @classmethod
        def check(cls, value: object, info: ValidationInfo) -> object:
            assert info.mode == "python"
            return value

    client, script, _ = scripted(envelope(box(2)), envelope(box(1)))
    assert client._send(endpoints.GET_BOX.on(1), Mine).id == 1  # pyright: ignore[reportPrivateUsage] (`send` takes no type)
    assert len(script.requests) == 2


def test_only_paths_that_end_with_the_id_of_the_result_are_compared() -> None:
    compared = [call for call in endpoints.CALLS if call.returns_same_id]
    assert [call.name for call in compared] == ["get_box", "change_box", "get_contact_group", "change_contact_group"]
    for call in compared:
        assert call.path.endswith("}")
        assert "id" in getattr(KINDS[call.returns], "model_fields", {})

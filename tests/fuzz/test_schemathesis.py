"""Tests the emulator on a socket against the OpenAPI document, using schemathesis, which finds only seeded bugs."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import (
    CALLS,
    CHANGE_BOX,
    CHANGE_CONTACT_GROUP,
    DUPLICATE_CHECK,
    DUPLICATE_CONTACT_GROUP,
    ENABLE_BACKUPS,
    Endpoint,
)
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import ServiceRequest, ServiceResponse, _messages
from jiffybox_sdk.emulator._handlers import boxes, checks
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._request_body import ReceivedBody, read_body
from jiffybox_sdk.emulator._router import FINISHERS
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.objects import BoxState, Due
from jiffybox_sdk.models.requests.command import Command
from tests.support.fuzz_checks import TOLERATED, as_meant
from tests.support.fuzz_tools import SEED, TOKEN, target
from tests.support.openapi_tools import accepts, schema_of, takes
from tests.support.schema_tools import members

Seed = Callable[[pytest.MonkeyPatch], None]
Object = dict[str, JsonValue]


def test_single_calls_conform_to_the_document() -> None:
    with target() as emulator:
        report = emulator.each_call(examples=10)
        # What is tried depends on which modules are loaded: hypothesis takes constants from them.
        missing: list[CallName] = [call.name for call in CALLS if call.name not in report.granted]
        more = emulator.each_call(*missing, examples=100) if missing else report
    assert report.findings + more.findings == []
    assert report.granted.keys() | more.granted.keys() == {call.name for call in CALLS}
    assert report.refused.keys() == {call.name for call in CALLS if "{" in call.path or call.takes}
    assert report.undeclared.keys() == {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY"}


def test_sequences_of_calls_conform_to_the_document() -> None:
    with target() as emulator:
        report = emulator.sequences(scenarios=60, steps=10)
    assert report.findings == []
    for module in ("jiffyBoxes", "contactGroups", "monitoring"):
        along = {call.name for call in CALLS if call.path.split("/")[0] == module and call.path != module}
        assert len(along & report.granted.keys()) >= 2


def test_runs_are_deterministic() -> None:
    def sent() -> list[tuple[str, str, object]]:
        with target() as emulator:
            reports = [emulator.each_call("enable_backups", examples=5), emulator.sequences(scenarios=3, steps=5)]
            return [request for report in reports for request in report.requests]

    first = sent()
    assert len(first) > 70
    assert sent() == first


SPELLINGS: dict[str, tuple[Endpoint, str, str]] = {
    "a compound value as JSON text": (DUPLICATE_CONTACT_GROUP, "contactGroups/7", 'contacts=["a@example.org"]'),
    "the words of PHP": (DUPLICATE_CHECK, "monitoring/1001", "active=False"),
    "1 and 0": (DUPLICATE_CHECK, "monitoring/1001", '{"active": 0}'),
    "true and false as text": (DUPLICATE_CHECK, "monitoring/1001", '{"active": "false"}'),
    "decimal text": (ENABLE_BACKUPS, "backups/12345", '{"dayid": "0", "timeid": "6"}'),
    "an empty list": (CHANGE_BOX, "jiffyBoxes/12345", '{"metadata": []}'),
    "null": (CHANGE_CONTACT_GROUP, "contactGroups/7", '{"name": "new", "contacts": null}'),
}
"""A body in each accepted spelling."""


@pytest.mark.parametrize("spelling", [*TOLERATED, "null"])
def test_undocumented_spellings_are_accepted(spelling: str) -> None:
    call, path, body = SPELLINGS[spelling]
    form = not body.startswith("{")
    fields: JsonValue = dict[str, JsonValue](parse_qsl(body)) if form else json.loads(body)
    schema = schema_of(takes(call)["content"])
    assert not accepts(schema, fields)
    assert accepts(schema, as_meant(schema, fields, form=form))
    answer = Emulator("instant", seed=SEED, token=TOKEN).handle(
        ServiceRequest(call.verb, f"/{TOKEN}/v1.0/{path}", body.encode())
    )
    assert members(json.loads(answer.body))["messages"] == []


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug in the emulator.

    Attributes:
        seed: Puts it there.
        call: The call that suffers from it; none, if it takes a sequence of calls to meet it.
        found_by: The check that finds it; none, if it can't be found, since the document has no words for it.
    """

    seed: Seed
    call: CallName | None
    found_by: str | None


def answering(edit: Callable[[ServiceRequest, ServiceResponse], ServiceResponse]) -> Seed:
    """Edit responses after the emulator's own validation."""

    def seed(patch: pytest.MonkeyPatch) -> None:
        handle = Emulator.handle

        def broken(emulator: Emulator, request: ServiceRequest) -> ServiceResponse:
            return edit(request, handle(emulator, request))

        patch.setattr(Emulator, "handle", broken)

    return seed


def enveloping(edit: Callable[[Object], None]) -> Seed:
    """Edit envelopes after the emulator's own validation."""

    def edited(_: ServiceRequest, answer: ServiceResponse) -> ServiceResponse:
        envelope: Object = json.loads(answer.body)
        edit(envelope)
        return replace(answer, body=json.dumps(envelope).encode())

    return answering(edited)


def asking(edit: Callable[[ServiceRequest], ServiceRequest]) -> Seed:
    """Confuse requests."""

    def seed(patch: pytest.MonkeyPatch) -> None:
        handle = Emulator.handle

        def broken(emulator: Emulator, request: ServiceRequest) -> ServiceResponse:
            return handle(emulator, edit(request))

        patch.setattr(Emulator, "handle", broken)

    return seed


def reading(edit: Callable[[Object], Object]) -> Seed:
    """Confuse JSON bodies."""

    def seed(patch: pytest.MonkeyPatch) -> None:
        def broken(call: Endpoint, content: bytes, known: Collection[str] | None) -> ReceivedBody | None:
            try:
                fields: JsonValue = json.loads(content)
            except ValueError:
                fields = None
            edited = json.dumps(edit(fields)).encode() if isinstance(fields, dict) else content
            return read_body(call, edited, known)

        patch.setattr("jiffybox_sdk.emulator._service.read_body", broken)

    return seed


def number_as_text(envelope: Object) -> None:
    box = envelope["result"]
    if isinstance(box, dict) and "id" in box:
        box["id"] = str(box["id"])


def no_price(envelope: Object) -> None:
    found = envelope["result"]
    for thing in found.values() if isinstance(found, dict) else ():
        if isinstance(thing, dict):
            thing.pop("pricePerHour", None)


def no_reason(envelope: Object) -> None:
    if envelope["result"] is False:
        envelope["messages"] = []


def floating_as_number(envelope: Object) -> None:
    found = envelope["result"]
    for thing in found.values() if isinstance(found, dict) else ():
        if isinstance(thing, dict) and "floating" in thing:
            thing["floating"] = int(thing["floating"] == "true")


def unknown_as(status: int) -> Seed:
    def edit(_: ServiceRequest, answer: ServiceResponse) -> ServiceResponse:
        return replace(answer, status=status) if b"hat keine JiffyBox" in answer.body else answer

    return answering(edit)


def new_boxes_are_broken(request: ServiceRequest, answer: ServiceResponse) -> ServiceResponse:
    return replace(answer, status=500) if "/12348" in request.path else answer


def as_page(_: ServiceRequest, answer: ServiceResponse) -> ServiceResponse:
    return replace(answer, content_type="text/html")


def patch_as_get(request: ServiceRequest) -> ServiceRequest:
    return replace(request, verb="GET") if request.verb == "PATCH" else request


def any_token(request: ServiceRequest) -> ServiceRequest:
    token, _, path = request.path.strip("/").partition("/")
    return replace(request, path=f"/{TOKEN}/{path}") if len(token) == len(TOKEN) else request


def known_fields(fields: Object) -> Object:
    return {name: value for name, value in fields.items() if name in ("name", "contacts")}


def short_name(fields: Object) -> Object:
    return {name: value[:30] if name == "name" and isinstance(value, str) else value for name, value in fields.items()}


def lower_slot(fields: Object) -> Object:
    return {name: 6 if name == "timeid" and value == 7 else value for name, value in fields.items()}


def ten_contacts(fields: Object) -> Object:
    return {name: value[:10] if isinstance(value, list) else value for name, value in fields.items()}


def under_30_characters(fields: Object) -> Object:
    if len(str(fields.get("name"))) == 30:
        raise ServiceError(_messages.BAD_PARAMETER, parameter="name")
    return fields


def deleted_checks_stay(patch: pytest.MonkeyPatch) -> None:
    def finish(account: Account, due: Due) -> None:
        account.checks.put(checks.idle(account.checks[due.number]))

    patch.setitem(FINISHERS, "check", finish)


def running_boxes_are_deleted(patch: pytest.MonkeyPatch) -> None:
    accepts_work = boxes.check_accepts

    def check_other_work(box: BoxState, kind: Command | str) -> None:
        if kind != "delete":
            accepts_work(box, kind)

    patch.setattr(boxes, "check_accepts", check_other_work)


BUGS = {
    "a number is sent as text": Bug(enveloping(number_as_text), "get_box", "response_schema_conformance"),
    "plans have no price": Bug(enveloping(no_price), "list_plans", "response_schema_conformance"),
    "a refusal gives no reason": Bug(enveloping(no_reason), "get_box", "response_schema_conformance"),
    "floating is a number": Bug(enveloping(floating_as_number), "get_ips", "response_schema_conformance"),
    "an unknown box has the status 500": Bug(unknown_as(500), "get_box", "not_a_server_error"),
    "an unknown box has the status 404": Bug(unknown_as(404), "get_box", "status_code_conformance"),
    "a response is called HTML": Bug(answering(as_page), "list_plans", "content_type_conformance"),
    "PATCH is taken": Bug(asking(patch_as_get), "list_plans", "undeclared_verbs_are_refused"),
    "any token is taken": Bug(asking(any_token), "list_plans", "TheTokenIsMinded"),
    "unknown fields are taken": Bug(reading(known_fields), "create_contact_group", "violations_are_refused"),
    "eleven contacts are taken": Bug(reading(ten_contacts), "create_contact_group", "violations_are_refused"),
    "a long name is taken": Bug(reading(short_name), "duplicate_box", "violations_are_refused"),
    "slot 7 is taken": Bug(reading(lower_slot), "enable_backups", "violations_are_refused"),
    "a name of 30 characters is rejected": Bug(
        reading(under_30_characters), "duplicate_box", "what_fits_is_not_malformed"
    ),
    "a deleted check can be read": Bug(deleted_checks_stay, "delete_check", "what_was_deleted_is_gone"),
    "nothing can be done with new boxes": Bug(answering(new_boxes_are_broken), None, "not_a_server_error"),
    "a running box is deleted": Bug(running_boxes_are_deleted, "delete_box", None),
}


@pytest.mark.parametrize("name", BUGS)
def test_bugs_that_break_the_document_are_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = BUGS[name]
    bug.seed(monkeypatch)
    with target() as emulator:
        report = emulator.each_call(bug.call, examples=5) if bug.call else emulator.sequences(scenarios=20, steps=6)
    if bug.found_by is None:
        assert report.findings == []
    else:
        assert bug.found_by in report.checks


def test_at_least_nine_of_ten_bugs_are_found() -> None:
    found = [name for name, bug in BUGS.items() if bug.found_by]
    assert (len(found), len(BUGS)) == (16, 17)
    assert len(found) >= 0.9 * len(BUGS)

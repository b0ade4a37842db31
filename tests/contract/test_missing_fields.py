"""Whatever field of an answer is missing or wrong, at whatever depth: the exception names it."""

from collections.abc import Callable, Iterator
from functools import partial

import httpx
import pytest
from pydantic import JsonValue, ValidationError
from pydantic_core import to_json

from jiffybox_sdk import (
    Backups,
    Box,
    Check,
    ContactGroup,
    Emulator,
    FtpCheck,
    JiffyAttributeException,
    JiffyBox,
    JiffyTransportException,
    Schedule,
    operations,
    validate,
)
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import EmulatorClock
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation import KINDS
from tests.support.schema_tools import (
    KIND_SCHEMAS,
    Answer,
    Schema,
    Spot,
    Tap,
    anything,
    items,
    members,
    oracle,
    plain,
    removed,
    replaced,
    resolve,
    spots,
    written,
)
from tests.support.scripted import example, scripted
from tests.support.states import bring

Ask = Callable[[JiffyBox, Box], object]
Edit = Callable[[JsonValue], JsonValue]

ASKED: dict[str, tuple[str, str, Ask]] = {
    "a created box": (
        "create_box",
        "running",
        lambda client, _: client.create_box("new", 44, distribution="centos_7_64bit"),
    ),
    "a duplicate": ("duplicate_box", "running", lambda _, box: box.duplicate("copy", 44)),
    "a changed box": ("change_box", "running", lambda _, box: box.update_metadata({"a": 1})),
    "a box that is started": ("change_box", "stopped", lambda _, box: box.start()),
    "a box that is thawed": ("change_box", "frozen", lambda _, box: box.thaw(44)),
    "a box in creation": ("get_box", "creating", lambda client, box: client.box(box.id)),
    "a box that runs": ("get_box", "running", lambda _, box: box.refresh()),
    "a frozen box": ("get_box", "frozen", lambda _, box: box.refresh()),
    "a list of boxes": ("list_boxes", "being copied", lambda client, _: client.boxes()),
    "a deletion": ("delete_box", "stopped", lambda _, box: box.delete()),
    "a plan": ("get_plan", "creating", lambda client, _: client.plan(44)),
    "a list of plans": ("list_plans", "creating", lambda client, _: client.plans()),
    "a distribution": ("get_distribution", "creating", lambda client, _: client.distribution("centos_7_64bit")),
    "a list of distributions": ("list_distributions", "creating", lambda client, _: client.distributions()),
    "a list of backups": ("list_backups", "running", lambda client, box: (backed_up(box), client.backups())),
    "backups": ("get_backups", "running", lambda _, box: backed_up(box)),
    "a schedule": ("enable_backups", "running", lambda _, box: box.backups().switch_on(0, 1)),
    "a changed schedule": ("change_backups", "running", lambda _, box: backed_up(box).change_schedule(6, 3)),
    "an end of backups": ("disable_backups", "running", lambda _, box: backed_up(box).switch_off()),
    "a manual backup": ("create_backup", "running", lambda _, box: box.backups().create_manual()),
    "a restored backup": ("restore_backup", "running", lambda _, box: backed_up(box).restore("manual")),
    "a deleted backup": ("delete_backup", "running", lambda _, box: backed_up(box).delete("daily")),
    "a list of addresses": ("list_ips", "running", lambda client, _: client.ips()),
    "the addresses of a box": ("get_ips", "running", lambda _, box: box.list_ips()),
    "a moved address": ("move_ip", "running", lambda _, box: box.list_ips()[-1].move(box)),
    "a list of contact groups": ("list_contact_groups", "creating", lambda client, _: client.contact_groups()),
    "a contact group": ("get_contact_group", "creating", lambda client, _: client.contact_group(1)),
    "a created contact group": (
        "create_contact_group",
        "creating",
        lambda client, _: client.create_contact_group("admins", ["a@example.org"]),
    ),
    "a duplicate of a contact group": (
        "duplicate_contact_group",
        "creating",
        lambda client, _: client.contact_group(1).duplicate("copy"),
    ),
    "a changed contact group": (
        "change_contact_group",
        "creating",
        lambda client, _: group(client).change("operators"),
    ),
    "a deleted contact group": ("delete_contact_group", "creating", lambda client, _: group(client).delete()),
    "a list of checks": ("list_checks", "running", lambda client, box: (at_work(client, box), client.checks())),
    "a check": ("get_check", "running", lambda client, box: client.check(at_work(client, box).id)),
    "a created check": ("create_check", "running", lambda client, box: created(client, box).id),
    "a duplicate of a check": ("duplicate_check", "running", lambda client, box: at_work(client, box).duplicate()),
    "a deleted check": ("delete_check", "running", lambda client, box: at_work(client, box).delete()),
    "a result of a check": ("get_check_results", "running", lambda client, box: at_work(client, box).result()),
    "a list of modules": ("list_modules", "creating", lambda client, _: client.modules()),
    "a module": ("get_module", "creating", lambda client, _: client.module("Monitoring")),
}
"""The call, what the box is doing meanwhile, and how a client asks."""


def pass_time(client: JiffyBox, seconds: float) -> None:
    clock = client.clock
    assert isinstance(clock, EmulatorClock)
    clock.advance(seconds)


def backed_up(box: Box) -> Backups:
    """The backups of a box, of all types."""
    box.api.send(operations.enable_backups(box.id, 0, 1), Schedule)
    box.api.send(operations.create_backup(box.id), bool)
    pass_time(box.api, 30 * 86400)
    return box.backups()


def group(client: JiffyBox) -> ContactGroup:
    """A contact group that is ready."""
    made = client.create_contact_group("admins", ["a@example.org"])
    pass_time(client, 60)
    return made


def created(client: JiffyBox, box: Box) -> Check:
    """A check that is being created, with a contact group."""
    new = FtpCheck(name="ftp", ip=box.public_ips[0], port=21, contactGroups=[group(client).id], password="secret")
    return client.create_check(new)


def at_work(client: JiffyBox, box: Box) -> Check:
    """A check that is at work."""
    made = created(client, box)
    pass_time(client, 60)
    return made


KIND_OF = {str(call.name): call.returns for call in CALLS}


def answer_to(what: str, edit: Edit | None = None) -> Answer:
    """Lets a client ask, with the answer edited on its way back. Returns the answer as it left the emulator."""
    call, state, question = ASKED[what]
    emulator = Emulator("manual")
    tap = Tap(emulator.transport())
    with emulator.client(transport=tap) as client:
        box = bring(client, emulator, state)
        emulator.add_floating_ip(box)
        if edit:
            tap.edit = lambda result: edit(result) if tap.answers[-1].call.name == call else result
        question(client, box)
    assert tap.answers[-1].call.name == call
    return tap.answers[-1]


def ask(what: str, edit: Edit | None = None) -> JsonValue:
    """The result of what `answer_to` returns."""
    return answer_to(what, edit).result


def kind_of(what: str) -> str:
    return KIND_OF[ASKED[what][0]]


def places(kind: str, payload: JsonValue) -> list[Spot]:
    """All places in a payload, itself included."""
    return [Spot((), resolve(KIND_SCHEMAS[kind])), *spots(KIND_SCHEMAS[kind], payload)]


ODD: dict[str, JsonValue] = {"string": "odd", "number": 5.5, "boolean": True, "array": [[1]], "object": {"odd": 1}}


def wrong_values(schema: Schema) -> list[JsonValue]:
    """A value of each type but those that a schema takes."""
    if anything(schema):
        return []
    choices = [resolve(members(choice)) for choice in items(schema.get("anyOf"))]
    own = {str(choice.get("type", "string")) for choice in [schema, *choices] if choice.keys() & {"type", "const"}}
    return [value for kind, value in ODD.items() if kind not in own]


def faulty(kind: str, edited: JsonValue) -> Iterator[JiffyAttributeException]:
    """Yields what `validate` raises, in the envelope and out of it."""
    envelopes: list[JsonValue] = [] if kind == "envelope" else [{"messages": [], "result": edited}]
    for payload in [edited, *envelopes]:
        for form in (to_json(payload), payload):
            with pytest.raises(JiffyAttributeException) as raised:
                validate(form, KINDS[kind])
            yield raised.value


def check(
    kind: str, edited: JsonValue, *, missing: str | None = None, wrong: str | None = None, what: str = ""
) -> None:
    """Holds all that is raised for a payload against what is missing or wrong in it, and nothing else."""
    found = list(faulty(kind, edited))
    if what:
        with pytest.raises(JiffyAttributeException) as raised:
            ask(what, lambda _: edited)
        assert raised.value.operation is not None
        assert raised.value.operation.call.name == ASKED[what][0]
        found.append(raised.value)
    for exception in found:
        assert exception.missing == (() if missing is None else (missing,))
        assert exception.wrong == (() if wrong is None else (wrong,))
        assert (missing or wrong or "") in str(exception)
        assert exception.payload == edited
        assert isinstance(exception.__cause__, ValidationError)


@pytest.mark.parametrize("what", ASKED)
def test_a_field_that_is_missing_is_named(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        if spot.required:
            check(kind_of(what), removed(result, spot.path), missing=written(spot.path), what=what)


@pytest.mark.parametrize("what", ASKED)
def test_a_null_where_there_must_be_a_value_is_named(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        if not spot.optional and not anything(spot.schema):
            check(kind_of(what), replaced(result, spot.path, None), wrong=written(spot.path), what=what)


@pytest.mark.parametrize("what", ASKED)
def test_a_value_of_another_type_is_named(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        for number, odd in enumerate(wrong_values(spot.schema)):
            asked = "" if number else what  # once is enough
            check(kind_of(what), replaced(result, spot.path, odd), wrong=written(spot.path), what=asked)


@pytest.mark.parametrize("what", ASKED)
def test_a_field_that_is_optional_may_be_missing_or_null(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        if spot.optional:
            ask(what, partial(removed, path=spot.path))
            ask(what, partial(replaced, path=spot.path, new=None))


@pytest.mark.parametrize("what", ASKED)
def test_each_answer_of_the_emulator_fits_its_schema(what: str) -> None:
    assert oracle(kind_of(what)).accepts(plain(KIND_SCHEMAS[kind_of(what)], ask(what)))


def test_each_call_and_each_kind_of_field_was_among_these() -> None:
    assert {call for call, _, _ in ASKED.values()} == KIND_OF.keys()
    seen = {written(spot.path) for what in ASKED for spot in places(kind_of(what), ask(what))}
    assert {
        "$", "plan.ramInMB", "ips.public[0]", "activeProfile.disks.xvda.sizeInMB", "runningSince", "metadata",
        "10001.plan.ramInMB", "10001.activeProfile.disks.xvdb.status", "10002.ips", "44.id", "55.cpus",
        "centos_7_64bit.minDiskSizeMB", "defaultKernel",
        "10001.daily.id", "manual.created", "biweekly", "dayid", "10001.2003.reverseLookup.delegatedTo[0]",
        "2001.floating", "1.contacts[0]", "1001.contactgroups[0].name", "port", "1001.code", "Plans",
        "['/'].POST.parameters.must.name.type", "description",
    } <= seen  # fmt: skip


@pytest.mark.parametrize("kind", ["disk", "profile", "message", "envelope"])
def test_what_no_call_answers_by_itself_is_told_as_exactly(kind: str) -> None:
    for sample in items(load(kind)["examples"]):
        for spot in places(kind, sample):
            if spot.required:
                check(kind, removed(sample, spot.path), missing=written(spot.path))
            if not spot.optional and not anything(spot.schema):
                check(kind, replaced(sample, spot.path, None), wrong=written(spot.path))
            for odd in wrong_values(spot.schema):
                check(kind, replaced(sample, spot.path, odd), wrong=written(spot.path))


@pytest.mark.parametrize("field", ["type", "message"])
def test_an_answer_with_half_a_message_is_none_of_the_services(field: str) -> None:
    half = removed(example("message"), (field,))
    with pytest.raises(JiffyAttributeException, match="no valid Envelope") as raised:
        validate({"messages": [half], "result": example("box")}, "box")
    assert raised.value.missing == (f"messages[0].{field}",)
    client, _, _ = scripted(httpx.Response(200, content=to_json({"messages": [half], "result": None})))
    with pytest.raises(JiffyTransportException, match="not an envelope"):
        client.box(1)


@pytest.mark.parametrize("key", ["<empty list>", "<map>", "str", "a.b", "", "0", "xvda[0]", "ä ö", "[key]", "\n"])
def test_the_key_of_a_map_is_part_of_the_path_whatever_it_is(key: str) -> None:
    shown = key if key.replace(" ", "").isalnum() else f"[{key!r}]"
    disks = ("activeProfile", "disks")
    others = members(example("profile")["disks"])
    path = f"activeProfile.disks{shown if shown.startswith('[') else f'.{shown}'}.sizeInMB"
    lacking = removed(example("disk"), ("sizeInMB",))
    check("box", replaced(example("box", 1), disks, {key: lacking, **others}), missing=path)
    check("box", replaced(example("box", 1), disks, {**others, key: {**example("disk"), "sizeInMB": None}}), wrong=path)
    check("plans", {key: removed(example("plan"), ("ramInMB",)), "44": example("plan")}, missing=f"{shown}.ramInMB")
    check("plans", {"44": example("plan"), key: 5}, wrong=shown)
    good: JsonValue = {key: example("disk"), "xvda": lacking}
    check("box", replaced(example("box", 1), disks, good), missing="activeProfile.disks.xvda.sizeInMB")


def test_all_that_is_missing_is_named_at_once() -> None:
    payload: JsonValue = {"10001": {}, "10002": example("box")}
    for form in (payload, to_json(payload)):
        with pytest.raises(JiffyAttributeException) as raised:
            validate(form, "boxes")
        assert raised.value.missing == tuple(f"10001.{field}" for field in items(load("box")["required"]))
        assert raised.value.wrong == ()

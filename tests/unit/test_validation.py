"""Tests for `validate`."""

import json
from io import BytesIO

import pytest
from pydantic import JsonValue

from jiffybox_sdk import (
    Backup,
    Backups,
    Box,
    Check,
    CheckResult,
    ContactGroup,
    Delegation,
    Distribution,
    Ip,
    JiffyArgumentException,
    JiffyAttributeException,
    ModuleDoc,
    Plan,
    Schedule,
    validate,
)
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message
from jiffybox_sdk.models.responses.profile import Profile
from jiffybox_sdk.validation import KINDS, check, check_stream, is_valid
from tests.support.scripted import example, unchecked
from tests.support.validation import BROKEN, NOT_JSON, refused


def forms(payload: JsonValue) -> list[object]:
    """Return a payload in all forms: bytes, text and Python objects, with and without an envelope."""
    enveloped: JsonValue = {"messages": [], "result": payload}
    return [
        payload,
        json.dumps(payload),
        json.dumps(payload).encode(),
        bytearray(json.dumps(payload, indent=2).encode()),
        enveloped,
        json.dumps(enveloped),
        json.dumps(enveloped).replace("/", "\\/").encode(),
    ]


BOX = json.dumps(example("box", 1))


@pytest.mark.parametrize(
    ("kind", "text", "valid"),
    [
        ("box", BOX, True),
        ("box", f'{{"messages": [], "result": {BOX}}}', True),
        ("box", f'{" " * 30}{{"messages": [], "result": {BOX}}}', True),
        ("box", f'{{"result": {BOX}, "messages": []}}', True),
        ("box", f'{{"result": {BOX}, "\\u006dessages": []}}', True),
        ("box", f'{{"result": {BOX}, "messages": 5}}', False),
        ("box", f'{{"result": 5, "messages": [], {BOX[1:]}', False),
        ("boxes", f'{{"result": {BOX}, "messages": {BOX}}}', False),
        ("modules", '{"result": "text", "messages": "text"}', False),
        ("modules", '{"result": {"messages": "text"}, "messages": []}', True),
        ("envelope", '{"result": false, "messages": []}', True),
        ("done", "true", True),
        ("done", '"\ud800"', False),
        ("done", "{", False),
    ],
)
def test_is_valid_and_validate_agree_about_envelopes(kind: str, text: str, *, valid: bool) -> None:
    assert refused(kind, text) != valid
    assert is_valid(text, kind) == valid
    if text.isascii():
        assert is_valid(bytearray(text.encode()), kind) == valid


def test_all_forms_of_a_payload_give_the_same_model() -> None:
    assert [validate(form, "box") for form in forms(example("box", 1))] == [Box(example("box", 1))] * 7
    assert [validate(form, Plan) for form in forms(example("plan"))] == [Plan(example("plan"))] * 7
    assert [validate(form, "done") for form in forms(True)] == [True] * 7  # noqa: FBT003
    assert [validate(form, "boxes") for form in forms([])] == [{}] * 7


def test_an_envelope_is_recognised_with_escaped_names() -> None:
    schedule = {"dayid": 1, "timeid": 2}
    text = json.dumps({"messages": [], "result": schedule}).replace("messages", "\\u006dessages")
    assert "messages" not in text
    for form in (text, text.encode(), text.replace("result", "resul\\u0074")):
        assert validate(form, "schedule") == Schedule(dayid=1, timeid=2)
        assert check(form, "schedule").findings == ()
        assert [result.findings for result in check_stream(BytesIO(text.encode()), "schedule")] == [()]
    for form in (text, text.encode(), text.replace("u006d", "u006D"), text.replace("result", "resul\\u0074").encode()):
        assert set(validate(form, "backups").model_extra or ()) == {"dayid", "timeid"}  # where all fields may be absent
    words = text.replace("\\u006d", "m").replace("result", "resul\\u0074")
    for form in (words, words.encode()):
        assert set(validate(form, "backups").model_extra or ()) == {"dayid", "timeid"}
    assert validate(json.dumps(example("plan")).replace("id", "\\u0069d"), "plan") == Plan(example("plan"))


def test_each_kind_has_its_model() -> None:
    assert isinstance(validate(example("box"), "box").plan, Plan)
    assert isinstance(validate({"1": example("box")}, "boxes")["1"], Box)
    assert isinstance(validate(example("plan"), "plan"), Plan)
    assert isinstance(validate({"44": example("plan")}, dict[str, Plan])["44"], Plan)
    assert isinstance(validate({"44": example("plan")}, "plans")["44"], Plan)
    assert isinstance(validate(example("distribution"), "distribution"), Distribution)
    assert isinstance(validate(example("profile"), "profile"), Profile)
    assert isinstance(validate(example("disk"), "disk"), Disk)
    assert isinstance(validate(example("message"), "message"), Message)
    assert isinstance(validate(example("envelope"), "envelope"), Envelope)
    assert isinstance(validate(example("backup"), "backup"), Backup)
    assert isinstance(validate(example("backups"), "backups").daily, Backup)
    assert isinstance(validate({"1": example("backups")}, "backups_by_box")["1"], Backups)
    assert isinstance(validate(example("schedule"), "schedule"), Schedule)
    assert isinstance(validate(example("ip", 1), "ip").reverseLookup, Delegation)
    assert isinstance(validate({"1": example("ip")}, "ips")["1"], Ip)
    assert isinstance(validate({"1": {"2": example("ip")}}, "ips_by_box")["1"]["2"], Ip)
    assert isinstance(validate(example("contact-group"), "contact_group"), ContactGroup)
    assert isinstance(validate({"7": example("contact-group")}, "contact_groups")["7"], ContactGroup)
    assert isinstance(validate(example("check"), "check"), Check)
    assert isinstance(validate({"1234": example("check")}, "checks")["1234"], Check)
    assert isinstance(validate(example("check-result"), "check_result"), CheckResult)
    assert isinstance(validate({"1234": example("check-result")}, "check_results")["1234"], CheckResult)
    assert isinstance(validate(example("module-doc"), "module"), ModuleDoc)
    assert validate({"Plans": "Tarife"}, "modules") == {"Plans": "Tarife"}
    assert len(KINDS) == 26


def test_distributions_in_a_map_have_their_id() -> None:
    found = validate({"debian_stretch_64bit": example("distribution")}, "distributions")
    assert found["debian_stretch_64bit"].id == "debian_stretch_64bit"
    with pytest.raises(JiffyAttributeException, match="pass it as `id_`") as missing:
        _ = validate(example("distribution"), "distribution").id
    assert missing.value.missing == ("id",)


def test_a_distribution_takes_its_id_from_the_payload_or_the_argument() -> None:
    payload = example("distribution")
    assert "id='debian'" in repr(Distribution(payload, id_="debian"))
    assert Distribution({**payload, "id": "debian"}).id == "debian"


def test_records_in_a_map_by_box_have_their_box_id() -> None:
    assert validate({"12345": example("backups")}, "backups_by_box")["12345"].box_id == 12345
    assert validate({"12345": {"2001": example("ip")}}, "ips_by_box")["12345"]["2001"].box_id == 12345
    assert validate({"12345": []}, "ips_by_box") == {"12345": {}}
    for alone in (
        validate({"web": example("backups"), "1": example("backups")}, "backups_by_box")["web"],
        validate({"2001": example("ip")}, "ips")["2001"],
        validate(example("ip"), "ip"),
    ):
        with pytest.raises(JiffyAttributeException, match="has no box") as missing:
            _ = alone.box_id
        assert missing.value.missing == ("box_id",)


def test_an_envelope_can_be_validated_as_an_envelope() -> None:
    payload: JsonValue = {"messages": [example("message")], "result": {"messages": [], "result": 1}}
    assert validate(json.dumps(payload), "envelope").result == {"messages": [], "result": 1}
    assert validate(payload, Envelope).messages[0].type == "error"


@pytest.mark.parametrize("number", range(7))
def test_all_forms_have_the_same_missing_and_wrong_paths(number: int) -> None:
    payload = example("box", 1)
    profile, plan = payload["activeProfile"], payload["plan"]
    assert isinstance(profile, dict)
    assert isinstance(plan, dict)
    profile["disks"] = {"xvda": {}, "a.b": {"name": 1}}
    del plan["ramInMB"]
    payload |= {"status": 5, "ips": {"public": ["1.2.3.4", 5], "private": {}}}
    with pytest.raises(JiffyAttributeException) as broken:
        validate(forms(payload)[number], "box")
    disk = ("filesystem", "sizeInMB", "created", "status")
    assert set(broken.value.missing) == {
        "plan.ramInMB",
        "activeProfile.disks.xvda.name",
        *(f"activeProfile.disks.xvda.{field}" for field in disk),
        *(f"activeProfile.disks['a.b'].{field}" for field in disk),
    }
    assert set(broken.value.wrong) == {
        "status",
        "ips.public[1]",
        "ips.private",
        "activeProfile.disks['a.b'].name",
    }
    assert broken.value.model == "Box"
    assert broken.value.payload == payload
    assert "and 9 more" in str(broken.value)
    assert "1.2.3.4" not in str(broken.value)


PAYLOADS = [*BROKEN, *NOT_JSON[:-1]]


@pytest.mark.parametrize("payload", PAYLOADS, ids=[str(number) for number in range(len(PAYLOADS))])
@pytest.mark.parametrize("kind", ["box", "plans"])
def test_invalid_payloads_raise_only_our_exception(payload: object, kind: str) -> None:
    if kind == "plans" and payload == []:
        assert validate(payload, "plans") == {}  # an empty map, as the service writes it
        return
    with pytest.raises(JiffyAttributeException, match=r"^invalid (Box|map of Plan|Envelope): ") as broken:
        unchecked(validate)(payload, kind)
    assert "\n" not in str(broken.value)
    assert len(str(broken.value)) < 500


@pytest.mark.parametrize("as_type", ["Box", "", "nope", 5])
def test_an_unknown_kind_is_rejected(as_type: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^invalid (kind|type) .*: expected a model"):
        unchecked(validate)({}, as_type)


@pytest.mark.parametrize("json", [None, 5, [], "{}", {"id": 1}])
def test_records_reject_invalid_payloads(json: object) -> None:
    for record in (Box, Plan, Distribution):
        with pytest.raises(JiffyAttributeException, match=f"^invalid {record.__name__}: "):
            unchecked(record)(json, None, 5)


def test_one_broken_record_in_a_list_leaves_the_others_in_the_exception() -> None:
    payload: JsonValue = {"7": example("backups"), "8": 5}
    for form in (payload, json.dumps(payload), json.dumps({"messages": [], "result": payload})):
        with pytest.raises(JiffyAttributeException) as broken:
            validate(form, "backups_by_box")
        assert broken.value.partial == {"7": Backups(example("backups"), None, 7)}

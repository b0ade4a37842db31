"""The bodies that the emulated service takes, in all the forms that were recorded, and what it refuses."""

import json
from collections.abc import Mapping
from urllib.parse import quote, quote_plus, urlencode

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator._request_body import MOST_BYTES
from jiffybox_sdk.operations import OWN_GROUP
from tests.support.scripted import PASSWORD, TOKEN, ask

NEW = {"name": "web", "planid": 44, "distribution": "debian_stretch_64bit"}
FORM = "name=web&planid=44&distribution=debian_stretch_64bit"
NO_BODY = "Die Anfrage enthaelt kein gueltiges JSON-Objekt."


@pytest.fixture
def emulator() -> Emulator:
    return Emulator("manual", token=TOKEN)


def create(emulator: Emulator, body: bytes) -> Mapping[object, object]:
    """The box that a body creates, once it is ready."""
    said, _ = ask(emulator, "POST", "jiffyBoxes", body)
    assert said == []
    emulator.run_until_idle()
    _, box = ask(emulator, "GET", "jiffyBoxes/10001")
    assert is_map(box)
    return box


def nested(depth: int) -> bytes:
    """A body with metadata that are lists in lists."""
    return json.dumps({**NEW, "metadata": {"a": 0}}).encode().replace(b"0}", b"[" * depth + b"]" * depth + b"}")


def refusal(emulator: Emulator, body: bytes, path: str = "jiffyBoxes", verb: str = "POST") -> str:
    """What the service says to a body that it does not take; the account stays as it was."""
    before = emulator.snapshot()
    said, result = ask(emulator, verb, path, body)
    assert result is None
    assert len(said) == 1
    assert emulator.snapshot() == before
    return said[0]


WHOLE: dict[str, object] = {**NEW, "name": "web 2", "metadata": {"a": "ä/+&=%", "b": [1, None, {}]}, "use_sshkey": True}

FORMS: dict[str, str] = {
    "JSON": json.dumps(WHOLE),
    "JSON that is no ASCII": json.dumps(WHOLE, ensure_ascii=False),
    "JSON between white space": f" \r\n\t{json.dumps(WHOLE, indent=2)}\n",
    "JSON with numbers as text": json.dumps({**WHOLE, "planid": "44", "use_sshkey": "true"}),
    "JSON with the name of a plan": json.dumps({**WHOLE, "planid": "CloudLevel 1"}),
    "JSON with null for what is absent": json.dumps({**WHOLE, "backupid": None, "password": None}),
    "JSON with a name twice, of which the last counts": '{"name": "other", ' + json.dumps(WHOLE)[1:],
    "percent-encoded JSON": quote(json.dumps(WHOLE), safe=""),
    "percent-encoded JSON in small letters": quote(json.dumps(WHOLE), safe="").replace("%7B", "%7b"),
    "JSON encoded as in a form": quote_plus(json.dumps(WHOLE)),
    "a form": urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}),
    "a form with spaces as %20": urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}, quote_via=quote),
    "a form with a field twice, of which the last counts": "name=other&"
    + urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}),
    "a form with a newline behind it": urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}) + "\r\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_body_means_the_same_in_every_form(emulator: Emulator, form: str) -> None:
    box = create(emulator, FORMS[form].encode())
    plan = box["plan"]
    assert is_map(plan)
    assert (box["name"], plan["id"], box["metadata"]) == ("web 2", 44, WHOLE["metadata"])
    body = emulator.journal()[0].body
    assert is_map(body)
    assert body["use_sshkey"] is True


@pytest.mark.parametrize(
    ("text", "meant"), [("true", True), ("True", True), ("1", True), ("false", False), ("False", False), ("0", False)]
)
def test_booleans_are_taken_in_a_form_as_they_were_recorded(emulator: Emulator, text: str, meant: bool) -> None:  # noqa: FBT001 (the value)
    create(emulator, f"{FORM}&use_sshkey={text}".encode())
    body = emulator.journal()[0].body
    assert is_map(body)
    assert body["use_sshkey"] is meant


@pytest.mark.parametrize("text", ["TRUE", "yes", "on", "2", "-1", "", "null", "1.0", " true"])
def test_other_booleans_are_refused_in_a_form(emulator: Emulator, text: str) -> None:
    assert "Der Parameter use_sshkey" in refusal(emulator, f"{FORM}&use_sshkey={quote(text)}".encode())


@pytest.mark.parametrize("value", [1, 0, "True", "1", [], {}])
def test_other_booleans_are_refused_in_json(emulator: Emulator, value: object) -> None:
    assert "Der Parameter use_sshkey" in refusal(emulator, json.dumps({**NEW, "use_sshkey": value}).encode())


def test_lists_are_json_text_in_a_form(emulator: Emulator) -> None:
    create(emulator, FORM.encode())
    contacts = quote('["a@example.org", "b@example.org"]')
    said, group = ask(emulator, "POST", "contactGroups", f"name=admins&contacts={contacts}".encode())
    assert said == []
    assert is_map(group)
    assert group["contacts"] == ["a@example.org", "b@example.org"]
    form = "name=ping&ip=198.18.39.17&port=1&checkType=ping&active=False&contactGroups=[1,%202]"
    said, check = ask(emulator, "POST", "monitoring", form.encode())
    assert said == []
    assert is_map(check)
    assert check["contactgroups"] == [{"id": 1, "name": OWN_GROUP}, {"id": 2, "name": "admins"}]
    assert check["active"] is False


def test_metadata_are_json_text_in_a_form_and_null_deletes_a_name(emulator: Emulator) -> None:
    assert create(emulator, f'{FORM}&metadata={{"a":1,"b":2}}'.encode())["metadata"] == {"a": 1, "b": 2}
    said, box = ask(emulator, "PUT", "jiffyBoxes/10001", b'metadata={"a":null,"c":[true]}')
    assert said == []
    assert is_map(box)
    assert box["metadata"] == {"b": 2, "c": [True]}


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"%7B%7D", b"%7b%7d", b" \n", b" { } ", b"a=1", b"{", b"\xff", b"\0", b"[" * 100_000]
)
def test_a_call_that_takes_no_body_takes_any(emulator: Emulator, body: bytes) -> None:
    create(emulator, FORM.encode())
    assert ask(emulator, "POST", "backups/10001/manual", body) == ([], True)


@pytest.mark.parametrize("body", [b"", b"{}", b"%7B%7D", b"%7b%7d", b" \r\n"])
def test_a_body_in_which_nothing_stands_lacks_what_a_call_needs(emulator: Emulator, body: bytes) -> None:
    assert refusal(emulator, body) == "Der Parameter name ist unbekannt, ungueltig oder fehlt."
    create(emulator, FORM.encode())
    needs = "Es muss mindestens einer der Parameter status, metadata angegeben werden."
    assert refusal(emulator, body, "jiffyBoxes/10001", "PUT") == needs
    assert "Der Parameter checkType" in refusal(emulator, body, "monitoring")
    assert "Der Parameter targetid" in refusal(emulator, body, "ips/10001/2001/move", "PUT")


NO_BODIES: dict[str, bytes] = {
    "half an object": b'{"name": "web"',
    "an object and more": b"{}{}",
    "a list": b'[{"name": "web"}]',
    "a text": b'"name"',
    "null": b"null",
    "a number": b"5",
    "single quotes": b"{'name': 'web'}",
    "a comment": b'{"name": "web"} // a box',
    "a comma too many": b'{"name": "web",}',
    "a raw NUL in a text": b'{"name": "w\0b"}',
    "NUL in front": b"\0" + json.dumps(NEW).encode(),
    "NUL alone": b"\0",
    "a mark of the byte order": b"\xef\xbb\xbf" + json.dumps(NEW).encode(),
    "UTF-16": json.dumps(NEW).encode("utf-16-le"),
    "UTF-32": json.dumps(NEW).encode("utf-32-be"),
    "Latin-1": json.dumps({**NEW, "name": "würg"}, ensure_ascii=False).encode("latin-1"),
    "half a character": b'{"name": "\\ud800"}',
    "half a character in a name": b'{"\\ud800": 1}',
    "half a character as bytes": b'{"name": "\xed\xa0\x80"}',
    "percent-encoded Latin-1": b"%7B%22name%22:%22%FC%22%7D",
    "percent-encoded half an object": b"%7B%22name%22",
    "NaN": b'{"metadata": {"a": NaN}}',
    "Infinity": b'{"metadata": {"a": -Infinity}}',
    "a number that is infinite": b'{"metadata": {"a": 1e999}}',
    "a number of 5,000 digits": b'{"planid": ' + b"1" * 5000 + b"}",
    "100,000 lists": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "100,000 lists that are closed": b'{"metadata":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a form without a value": b"name",
    "a form with a field that has none": f"{FORM}&use_sshkey".encode(),
    "a form in Latin-1": b"name=w\xfcrg",
    "a form that is encoded Latin-1": b"name=w%FCrg",
    "a form of 101 fields": b"&".join(b"a%d=1" % number for number in range(101)),
    "XML": b"<name>web</name>",
    "random bytes": bytes(range(256)),
}


@pytest.mark.parametrize("what", NO_BODIES)
def test_what_is_neither_a_json_object_nor_a_form_is_refused_as_such(emulator: Emulator, what: str) -> None:
    assert refusal(emulator, NO_BODIES[what]) == NO_BODY


BAD_FIELDS: dict[str, tuple[str, bytes]] = {
    "a name that is no text": ("name", json.dumps({**NEW, "name": 5}).encode()),
    "a name with NUL": ("name", json.dumps({**NEW, "name": "w\0b"}).encode()),
    "a name with NUL in a form": ("name", FORM.replace("web", "w%00b").encode()),
    "a name in a list": ("name", json.dumps({**NEW, "name": ["web"]}).encode()),
    "an empty name in a form": ("name", FORM.replace("web", "").encode()),
    "a plan that is true": ("planid", json.dumps({**NEW, "planid": True}).encode()),
    "a plan that is no whole number": ("planid", json.dumps({**NEW, "planid": 44.5}).encode()),
    "a distribution that is a number": ("distribution", json.dumps({**NEW, "distribution": 1}).encode()),
    "an empty distribution in a form": ("distribution", b"name=web&planid=44&distribution="),
    "an unknown field": ("colour", json.dumps({**NEW, "colour": None, "colour ": 1}).replace('r "', 'r"').encode()),
    "an unknown field in a form": ("colour", f"{FORM}&colour=red".encode()),
    "the array of a form": ("metadata[a]", f"{FORM}&metadata[a]=1".encode()),
    "metadata that are a list": ("metadata", json.dumps({**NEW, "metadata": [1]}).encode()),
    "metadata that are a text": ("metadata", json.dumps({**NEW, "metadata": "{}"}).encode()),
    "metadata in a form that are no JSON": ("metadata", f"{FORM}&metadata=role".encode()),
    "metadata in a form that are nothing": ("metadata", f"{FORM}&metadata=".encode()),
    "metadata in a form that are half an object": ("metadata", f"{FORM}&metadata={{".encode()),
    "metadata in a form that are a list": ("metadata", f"{FORM}&metadata=[1]".encode()),
    "metadata in a form with NaN": ("metadata", f'{FORM}&metadata={{"a":NaN}}'.encode()),
    "metadata in a form with half a character": ("metadata", f'{FORM}&metadata={{"a":"\\ud800"}}'.encode()),
    "metadata in a form of 100,000 lists": ("metadata", f"{FORM}&metadata={'[' * 100_000}".encode()),
    "metadata that no client could read": ("metadata", nested(198)),
}


@pytest.mark.parametrize("what", BAD_FIELDS)
def test_a_field_that_does_not_fit_is_refused_by_its_name(emulator: Emulator, what: str) -> None:
    name, body = BAD_FIELDS[what]
    assert refusal(emulator, body) == f"Der Parameter {name} ist unbekannt, ungueltig oder fehlt."


def test_metadata_as_deep_as_a_client_can_read_come_back_from_a_snapshot(emulator: Emulator) -> None:
    box = create(emulator, nested(197))
    emulator.restore(emulator.snapshot())
    assert emulator.client().boxes()[0].metadata == box["metadata"]


def test_null_in_a_form_is_as_good_as_absent(emulator: Emulator) -> None:
    assert create(emulator, f"{FORM}&metadata=null".encode())["metadata"] == {}


@pytest.mark.parametrize("path", ["jiffyBoxes", "backups/10001/manual"])
@pytest.mark.parametrize("body", [b"a", b'{"a": [', b"[", b"%7B"], ids=repr)
def test_a_body_of_50_megabytes_is_refused_without_being_read(emulator: Emulator, path: str, body: bytes) -> None:
    assert refusal(emulator, body * (50 * 2**20 // len(body)), path) == "Die Anfrage ist zu gross."


def test_the_largest_body_is_still_read(emulator: Emulator) -> None:
    body = json.dumps(NEW).encode()
    create(emulator, body + b" " * (MOST_BYTES - len(body)))
    assert refusal(emulator, body + b" " * (MOST_BYTES - len(body) + 1)) == "Die Anfrage ist zu gross."


def test_many_unknown_fields_are_refused_by_the_first(emulator: Emulator) -> None:
    body = json.dumps({**NEW, **{f"f{number}": 1 for number in range(50_000)}}).encode()
    assert refusal(emulator, body) == "Der Parameter f0 ist unbekannt, ungueltig oder fehlt."


@pytest.mark.parametrize("kind", ["PING", "", 5, None, ["ping"], {"a": 1}])
def test_a_check_of_a_type_that_does_not_exist_is_refused(emulator: Emulator, kind: object) -> None:
    body = {"name": "a", "ip": "198.18.39.17", "port": 1, "checkType": kind}
    assert "Der Parameter checkType" in refusal(emulator, json.dumps(body).encode(), "monitoring")


def test_no_refusal_tells_a_password(emulator: Emulator) -> None:
    for fields in ({"colour": 1}, {"planid": 99}, {"distribution": "none"}, {"password": [PASSWORD]}, {"metadata": 1}):
        said = refusal(emulator, json.dumps({**NEW, "password": PASSWORD, **fields}).encode())
        assert PASSWORD not in said


@pytest.mark.parametrize("value", ['"\\ud800"', "NaN"])
def test_values_that_could_not_be_answered_are_rejected(emulator: Emulator, value: str) -> None:
    body = f'{{"name":"web","planid":44,"distribution":"centos_7_64bit","metadata":{{"a":{value}}}}}'
    messages, _ = ask(emulator, "POST", "jiffyBoxes", body.encode())
    assert "kein gueltiges JSON" in messages[0]
    assert ask(emulator, "GET", "jiffyBoxes") == ([], {})

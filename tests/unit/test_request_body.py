"""Request bodies of the emulator: all recorded formats, and invalid ones."""

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
    """Create a box with a body, and return it when it is ready."""
    messages, _ = ask(emulator, "POST", "jiffyBoxes", body)
    assert messages == []
    emulator.run_until_idle()
    _, box = ask(emulator, "GET", "jiffyBoxes/10001")
    assert is_map(box)
    return box


def nested(depth: int) -> bytes:
    """Return a body with nested lists in the metadata."""
    return json.dumps({**NEW, "metadata": {"a": 0}}).encode().replace(b"0}", b"[" * depth + b"]" * depth + b"}")


def error_message(emulator: Emulator, body: bytes, path: str = "jiffyBoxes", verb: str = "POST") -> str:
    """Return the error message for an invalid body, which has no effect."""
    before = emulator.snapshot()
    messages, result = ask(emulator, verb, path, body)
    assert result is False
    assert len(messages) == 1
    assert emulator.snapshot() == before
    return messages[0]


WHOLE: dict[str, object] = {**NEW, "name": "web 2", "metadata": {"a": "ä/+&=%", "b": [1, None, {}]}, "use_sshkey": True}

FORMS: dict[str, str] = {
    "JSON": json.dumps(WHOLE),
    "JSON outside of ASCII": json.dumps(WHOLE, ensure_ascii=False),
    "JSON between white space": f" \r\n\t{json.dumps(WHOLE, indent=2)}\n",
    "JSON with numbers as text": json.dumps({**WHOLE, "planid": "44", "use_sshkey": "true"}),
    "JSON with the name of a plan": json.dumps({**WHOLE, "planid": "CloudLevel 1"}),
    "JSON with null for absent fields": json.dumps({**WHOLE, "backupid": None, "password": None}),
    "JSON with a repeated name, of which the last counts": '{"name": "other", ' + json.dumps(WHOLE)[1:],
    "percent-encoded JSON": quote(json.dumps(WHOLE), safe=""),
    "percent-encoded JSON in lower case": quote(json.dumps(WHOLE), safe="").replace("%7B", "%7b"),
    "JSON encoded as in a form": quote_plus(json.dumps(WHOLE)),
    "a form": urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}),
    "a form with spaces as %20": urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}, quote_via=quote),
    "a form with a repeated field, of which the last counts": "name=other&"
    + urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}),
    "a form with a trailing newline": urlencode({**WHOLE, "metadata": json.dumps(WHOLE["metadata"])}) + "\r\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_all_formats_have_the_same_meaning(emulator: Emulator, form: str) -> None:
    box = create(emulator, FORMS[form].encode())
    plan = box["plan"]
    assert is_map(plan)
    assert (box["name"], plan["id"], box["metadata"]) == ("web 2", 44, WHOLE["metadata"])
    body = emulator.journal()[0].body
    assert is_map(body)
    assert body["use_sshkey"] is True


BOOLEANS = {
    True: ["=true", "=True", "=TRUE", "=1", "=on", "=ON", "=yes", "=+true+"],
    False: ["=false", "=False", "=FALSE", "=0", "=off", "=no", "=", ""],
}


@pytest.mark.parametrize(("value", "text"), [(value, text) for value, texts in BOOLEANS.items() for text in texts])
def test_booleans_in_a_form_are_those_of_php(emulator: Emulator, value: bool, text: str) -> None:  # noqa: FBT001 (the value)
    create(emulator, f"{FORM}&use_sshkey{text}".encode())
    body = emulator.journal()[0].body
    assert is_map(body)
    assert body["use_sshkey"] is value


@pytest.mark.parametrize("value", [1, 0])
def test_one_and_zero_are_booleans_in_json(emulator: Emulator, value: int) -> None:
    create(emulator, json.dumps({**NEW, "use_sshkey": value}).encode())
    body = emulator.journal()[0].body
    assert is_map(body)
    assert body["use_sshkey"] is bool(value)


@pytest.mark.parametrize("text", ["2", "-1", "null", "1.0", "truth"])
def test_other_booleans_are_rejected_in_a_form(emulator: Emulator, text: str) -> None:
    assert "Der Parameter use_sshkey" in error_message(emulator, f"{FORM}&use_sshkey={quote(text)}".encode())


@pytest.mark.parametrize("value", [2, -1, 1.0, "True", "1", [], {}])
def test_other_booleans_are_rejected_in_json(emulator: Emulator, value: object) -> None:
    assert "Der Parameter use_sshkey" in error_message(emulator, json.dumps({**NEW, "use_sshkey": value}).encode())


def test_lists_are_json_text_in_a_form(emulator: Emulator) -> None:
    create(emulator, FORM.encode())
    contacts = quote('["a@example.org", "b@example.org"]')
    messages, group = ask(emulator, "POST", "contactGroups", f"name=admins&contacts={contacts}".encode())
    assert messages == []
    assert is_map(group)
    assert group["contacts"] == ["a@example.org", "b@example.org"]
    form = "name=ping&ip=198.18.39.17&port=1&checkType=ping&active=False&contactGroups=[1,%202]"
    messages, check = ask(emulator, "POST", "monitoring", form.encode())
    assert messages == []
    assert is_map(check)
    assert check["contactgroups"] == [{"id": 1, "name": OWN_GROUP}, {"id": 2, "name": "admins"}]
    assert check["active"] is False


def test_metadata_are_json_text_in_a_form_and_null_deletes_a_name(emulator: Emulator) -> None:
    assert create(emulator, f'{FORM}&metadata={{"a":1,"b":2}}'.encode())["metadata"] == {"a": 1, "b": 2}
    messages, box = ask(emulator, "PUT", "jiffyBoxes/10001", b'metadata={"a":null,"c":[true]}')
    assert messages == []
    assert is_map(box)
    assert box["metadata"] == {"b": 2, "c": [True]}


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"%7B%7D", b"%7b%7d", b" \n", b" { } ", b"a=1", b"{", b"\xff", b"\0", b"[" * 100_000]
)
def test_calls_without_a_body_ignore_it(emulator: Emulator, body: bytes) -> None:
    create(emulator, FORM.encode())
    assert ask(emulator, "POST", "backups/10001/manual", body) == ([], True)


@pytest.mark.parametrize("body", [b"", b"{}", b"%7B%7D", b"%7b%7d", b" \r\n"])
def test_an_empty_body_lacks_required_parameters(emulator: Emulator, body: bytes) -> None:
    assert error_message(emulator, body) == "Der Parameter name ist unbekannt, ungueltig oder fehlt."
    create(emulator, FORM.encode())
    needs = "Es muss mindestens einer der Parameter status, metadata angegeben werden."
    assert error_message(emulator, body, "jiffyBoxes/10001", "PUT") == needs
    assert "Der Parameter checkType" in error_message(emulator, body, "monitoring")
    assert "Der Parameter targetid" in error_message(emulator, body, "ips/10001/2001/move", "PUT")


NO_BODIES: dict[str, bytes] = {
    "truncated object": b'{"name": "web"',
    "an object and more": b"{}{}",
    "a list": b'[{"name": "web"}]',
    "single quotes": b"{'name': 'web'}",
    "a comment": b'{"name": "web"} // a box',
    "a trailing comma": b'{"name": "web",}',
    "a raw NUL in a text": b'{"name": "w\0b"}',
    "UTF-16": json.dumps(NEW).encode("utf-16-le"),
    "Latin-1": json.dumps({**NEW, "name": "würg"}, ensure_ascii=False).encode("latin-1"),
    "unpaired surrogate": b'{"name": "\\ud800"}',
    "unpaired surrogate in a name": b'{"\\ud800": 1}',
    "unpaired surrogate as bytes": b'{"name": "\xed\xa0\x80"}',
    "percent-encoded Latin-1": b"%7B%22name%22:%22%FC%22%7D",
    "percent-encoded truncated object": b"%7B%22name%22",
    "NaN": b'{"metadata": {"a": NaN}}',
    "Infinity": b'{"metadata": {"a": -Infinity}}',
    "an infinite number": b'{"metadata": {"a": 1e999}}',
    "a number of 5,000 digits": b'{"planid": ' + b"1" * 5000 + b"}",
    "100,000 lists": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "100,000 closed lists": b'{"metadata":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("case", NO_BODIES)
def test_other_formats_are_rejected(emulator: Emulator, case: str) -> None:
    assert error_message(emulator, NO_BODIES[case]) == NO_BODY


FORMS_WITHOUT_NAME: dict[str, bytes] = {
    "a text": b'"name"',
    "null": b"null",
    "a number": b"5",
    "a leading NUL": b"\0" + json.dumps(NEW).encode(),
    "only NUL": b"\0",
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(NEW).encode(),
    "UTF-32": json.dumps(NEW).encode("utf-32-be"),
    "a name without a value": b"name",
    "Latin-1": b"name=w\xfcrg",
    "percent-encoded Latin-1": b"name=w%FCrg",
    "a broken percent sign": b"name=%zz",
    "only separators": b"&&=&=&",
    "a nested name": b"name[]=web",
    "2,000 fields": b"&".join(b"a%d=1" % number for number in range(2000)) + b"&name=web",
    "XML": b"<name>web</name>",
    "random bytes": bytes(range(256)),
}


@pytest.mark.parametrize("case", FORMS_WITHOUT_NAME)
def test_what_is_not_json_is_a_form(emulator: Emulator, case: str) -> None:
    assert "Der Parameter name" in error_message(emulator, FORMS_WITHOUT_NAME[case])


ARRAYS = {
    "metadata[a]=1": {"a": "1"},
    "metadata[a][b]=1&metadata[a][c]=2": {"a": {"b": "1", "c": "2"}},
    "metadata[a][]=1&metadata[a][]=2": {"a": ["1", "2"]},
    "metadata%5Ba%5D=1&metadata[a][0]=2": {"a": ["2"]},
    "metadata[a]=1&metadata" + "[b]" * 64 + "=2": {"a": "1"},
}


@pytest.mark.parametrize(
    "fields", ARRAYS, ids=["a map", "nested maps", "a list", "the last counts", "nested too deeply"]
)
def test_arrays_in_a_form_are_those_of_php(emulator: Emulator, fields: str) -> None:
    assert create(emulator, f"{FORM}&{fields}".encode())["metadata"] == ARRAYS[fields]
    messages, group = ask(emulator, "POST", "contactGroups", b"name=admins&contacts[]=a%40b.org&contacts[]=c%40d.org")
    assert messages == []
    assert is_map(group)
    assert group["contacts"] == ["a@b.org", "c@d.org"]


BAD_FIELDS: dict[str, tuple[str, bytes]] = {
    "a name that is not text": ("name", json.dumps({**NEW, "name": 5}).encode()),
    "a name with NUL": ("name", json.dumps({**NEW, "name": "w\0b"}).encode()),
    "a name with NUL in a form": ("name", FORM.replace("web", "w%00b").encode()),
    "a name in a list": ("name", json.dumps({**NEW, "name": ["web"]}).encode()),
    "an empty name in a form": ("name", FORM.replace("web", "").encode()),
    "a plan that is true": ("planid", json.dumps({**NEW, "planid": True}).encode()),
    "a plan that is not an integer": ("planid", json.dumps({**NEW, "planid": 44.5}).encode()),
    "a distribution that is a number": ("distribution", json.dumps({**NEW, "distribution": 1}).encode()),
    "an empty distribution in a form": ("distribution", b"name=web&planid=44&distribution="),
    "an unknown field": ("colour", json.dumps({**NEW, "colour": None, "colour ": 1}).replace('r "', 'r"').encode()),
    "an unknown field in a form": ("colour", f"{FORM}&colour=red".encode()),
    "metadata that are a list": ("metadata", json.dumps({**NEW, "metadata": [1]}).encode()),
    "metadata that are a text": ("metadata", json.dumps({**NEW, "metadata": "{}"}).encode()),
    "metadata in a form that are not JSON": ("metadata", f"{FORM}&metadata=role".encode()),
    "metadata in a form that are a truncated object": ("metadata", f"{FORM}&metadata={{".encode()),
    "metadata in a form that are a list": ("metadata", f"{FORM}&metadata=[1]".encode()),
    "metadata in a form with NaN": ("metadata", f'{FORM}&metadata={{"a":NaN}}'.encode()),
    "metadata in a form with an unpaired surrogate": ("metadata", f'{FORM}&metadata={{"a":"\\ud800"}}'.encode()),
    "metadata in a form of 100,000 lists": ("metadata", f"{FORM}&metadata={'[' * 100_000}".encode()),
    "metadata that no client could read": ("metadata", nested(198)),
}


@pytest.mark.parametrize("case", BAD_FIELDS)
def test_an_invalid_parameter_is_named(emulator: Emulator, case: str) -> None:
    name, body = BAD_FIELDS[case]
    assert error_message(emulator, body) == f"Der Parameter {name} ist unbekannt, ungueltig oder fehlt."


def test_the_deepest_metadata_survives_a_snapshot(emulator: Emulator) -> None:
    box = create(emulator, nested(197))
    emulator.restore(emulator.snapshot())
    assert emulator.client().boxes()[0].metadata == box["metadata"]


@pytest.mark.parametrize("value", ["=null", "=", ""])
def test_null_and_nothing_in_a_form_count_as_absent(emulator: Emulator, value: str) -> None:
    messages, box = ask(emulator, "POST", "jiffyBoxes", f"{FORM}&metadata{value}".encode())
    assert messages == []
    assert is_map(box)
    assert "metadata" not in box


@pytest.mark.parametrize("path", ["jiffyBoxes", "backups/10001/manual"])
@pytest.mark.parametrize("body", [b"a", b'{"a": [', b"[", b"%7B"], ids=repr)
def test_a_body_of_50_megabytes_is_rejected_without_parsing(emulator: Emulator, path: str, body: bytes) -> None:
    assert error_message(emulator, body * (50 * 2**20 // len(body)), path) == "Die Anfrage ist zu gross."


def test_the_largest_allowed_body_is_parsed(emulator: Emulator) -> None:
    body = json.dumps(NEW).encode()
    create(emulator, body + b" " * (MOST_BYTES - len(body)))
    assert error_message(emulator, body + b" " * (MOST_BYTES - len(body) + 1)) == "Die Anfrage ist zu gross."


def test_the_first_of_many_unknown_fields_is_named(emulator: Emulator) -> None:
    body = json.dumps({**NEW, **{f"f{number}": 1 for number in range(50_000)}}).encode()
    assert error_message(emulator, body) == "Der Parameter f0 ist unbekannt, ungueltig oder fehlt."


@pytest.mark.parametrize("kind", ["PING", "", 5, None, ["ping"], {"a": 1}])
def test_an_unknown_type_of_check_is_rejected(emulator: Emulator, kind: object) -> None:
    body = {"name": "a", "ip": "198.18.39.17", "port": 1, "checkType": kind}
    assert "Der Parameter checkType" in error_message(emulator, json.dumps(body).encode(), "monitoring")


def test_error_messages_do_not_contain_passwords(emulator: Emulator) -> None:
    for fields in ({"colour": 1}, {"planid": 99}, {"distribution": "none"}, {"password": [PASSWORD]}, {"metadata": 1}):
        message = error_message(emulator, json.dumps({**NEW, "password": PASSWORD, **fields}).encode())
        assert PASSWORD not in message


@pytest.mark.parametrize("value", ['"\\ud800"', "NaN"])
def test_values_that_could_not_be_answered_are_rejected(emulator: Emulator, value: str) -> None:
    body = f'{{"name":"web","planid":44,"distribution":"centos_7_64bit","metadata":{{"a":{value}}}}}'
    messages, _ = ask(emulator, "POST", "jiffyBoxes", body.encode())
    assert "kein gueltiges JSON" in messages[0]
    assert ask(emulator, "GET", "jiffyBoxes") == ([], {})

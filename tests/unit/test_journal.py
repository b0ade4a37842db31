"""The journal of the emulator: its entries, and the secrets that it masks."""

import json

import pytest

from jiffybox_sdk import ChangeCheck, Emulator, HttpCheck, JiffyBox, JiffyException, JiffyTokenException, Retry
from jiffybox_sdk.emulator import JournalEntry, ServiceRequest
from jiffybox_sdk.emulator._clock import EPOCH
from jiffybox_sdk.emulator._journal import MOST_BYTES, MOST_ENTRIES
from tests.support.scripted import PASSWORD, TOKEN, ask

NEW = {"name": "web", "planid": 44, "distribution": "centos_7_64bit"}
MASK = "**********"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(token=TOKEN)


def last(emulator: Emulator) -> JournalEntry:
    return emulator.journal()[-1]


def request(emulator: Emulator, path: str, verb: str = "GET", body: bytes = b"") -> JournalEntry:
    """Return the entry of a request with a raw path."""
    emulator.handle(ServiceRequest(verb, path, body))
    return last(emulator)


def test_a_successful_call_is_recorded_as_understood(emulator: Emulator) -> None:
    client = emulator.client()
    box = client.create_box("web", "CloudLevel 1", distribution="centos_7_64bit", metadata={"a": [1]}, use_sshkey=True)
    emulator.advance(2.5)
    assert client.box(box.id) == box
    created, read = emulator.journal()
    assert (created.number, created.time, created.call) == (1, EPOCH, "create_box")
    assert (created.verb, created.path, created.status) == ("POST", "v1.0/jiffyBoxes", 200)
    assert created.body == {
        "name": "web",
        "planid": "CloudLevel 1",
        "distribution": "centos_7_64bit",
        "use_sshkey": True,
        "metadata": {"a": [1]},
    }
    assert (created.messages, created.fault) == ((), None)
    assert isinstance(created.result, dict)
    assert (created.result["id"], created.result["status"]) == (box.id, "CREATING")
    assert (read.number, read.time, read.call, read.body) == (2, EPOCH + 2.5, "get_box", None)
    assert (read.verb, read.path) == ("GET", f"v1.0/jiffyBoxes/{box.id}")


def test_a_form_is_recorded_as_json(emulator: Emulator) -> None:
    ask(
        emulator,
        "POST",
        "jiffyBoxes",
        b'name=web+1&planid=44&distribution=centos_7_64bit&use_sshkey=1&metadata={"a":1}',
    )
    assert last(emulator).body == {**NEW, "name": "web 1", "use_sshkey": True, "metadata": {"a": 1}}


def test_success_messages_are_recorded(emulator: Emulator) -> None:
    client = emulator.client()
    box = client.create_box("web", 44, distribution="centos_7_64bit")
    check = client.create_check(HttpCheck(name="page", ip=box.public_ips[0], port=80, domainname="a.b", path="/"))
    emulator.run_until_idle()
    check.delete()
    assert last(emulator).messages == (f"Der Monitoring-Check page(M{check.id}) wird geloescht",)
    assert last(emulator).result is True


@pytest.mark.parametrize(
    ("verb", "path", "body", "call", "message"),
    [
        ("GET", "jiffyBoxes/5", b"", "get_box", "hat keine JiffyBox Nr. 5"),
        ("POST", "jiffyBoxes", b"{", "create_box", "kein gueltiges JSON-Objekt"),
        ("POST", "jiffyBoxes", b'{"name": 5}', "create_box", "Der Parameter name"),
        ("PATCH", "jiffyBoxes", b"{}", None, "Die Anfrage PATCH jiffyBoxes wird nicht"),
        ("GET", "jiffyBoxes/1/2/3", b"", None, "wird nicht unterstuetzt"),
        ("GET", "nothing", b"", None, "Das Modul nothing existiert nicht"),
    ],
)
def test_a_rejected_request_is_recorded_with_its_messages(
    emulator: Emulator, verb: str, path: str, body: bytes, call: str | None, message: str
) -> None:
    ask(emulator, verb, path, body)
    entry = last(emulator)
    assert (entry.verb, entry.path, entry.call, entry.status) == (verb, f"v1.0/{path}", call, 200)
    assert (entry.body, entry.result, entry.fault) == (None, False, None)
    assert message in entry.messages[0]


def test_a_valid_body_is_recorded_although_the_state_rejects_it(emulator: Emulator) -> None:
    for _ in range(2):
        ask(emulator, "POST", "jiffyBoxes", NEW)
    assert last(emulator).messages == ("Der Name existiert bereits.",)
    assert (last(emulator).body, last(emulator).result) == (NEW, None)


def test_a_fault_is_recorded_with_its_answer(emulator: Emulator) -> None:
    client = emulator.client(retry=Retry(attempts=1))
    faults = [
        emulator.add_fault("list_boxes", status=418),
        emulator.add_fault("list_boxes", body="x", latency=3),
        emulator.add_fault("list_boxes", messages=["Nein.", "Nie."], moment="after"),
        emulator.add_fault("list_boxes", drop=True, moment="after"),
    ]
    for _ in range(5):
        with pytest.raises(JiffyException):
            client.boxes() if emulator.faults() else client.box(1)
    seen = [(entry.fault, entry.status, entry.messages, entry.result) for entry in emulator.journal()[:4]]
    assert seen == [
        (faults[0], 418, (), None),
        (faults[1], 200, (), None),
        (faults[2], 200, ("Nein.", "Nie."), None),
        (faults[3], 200, (), None),
    ]
    assert last(emulator).fault is None


def test_an_edited_answer_is_recorded_as_sent(emulator: Emulator) -> None:
    emulator.add_fault("create_box", state="ODD")
    emulator.client().create_box("web", 44, distribution="centos_7_64bit")
    result = last(emulator).result
    assert isinstance(result, dict)
    assert result["status"] == "ODD"


def test_the_token_is_masked_in_paths(emulator: Emulator) -> None:
    half = f"{TOKEN[:5]}%{ord(TOKEN[5]):x}{TOKEN[6:]}"
    wrong = TOKEN[::-1]
    for path in (
        f"/{TOKEN}/v1.0/jiffyBoxes",
        f"{TOKEN}/v1.0/jiffyBoxes/",
        f"///{TOKEN}//v1.0/jiffyBoxes",
        f"/{half}/v1.0/jiffyBoxes",
        f"/{TOKEN}/v1.0/jiffyBoxes/{TOKEN}",
        f"/{TOKEN}/v1.0/jiffyBoxes/{half}",
        f"/{TOKEN}/v1.0/jiffyBoxes/{half.replace('%', '%25')}",
        f"/{TOKEN}/{TOKEN}/{TOKEN}",
        f"/{TOKEN}/v1.0/{TOKEN}",
        f"/{TOKEN}/v1.0/plans/{TOKEN}{TOKEN}",
        f"/{TOKEN}/v1.0/jiffyBoxes?{TOKEN}",
        f"/v1.0/{TOKEN}/jiffyBoxes",
        f"/{TOKEN}%2Fv1.0%2FjiffyBoxes",
        f"/{TOKEN}",
        f"/{wrong}/v1.0/jiffyBoxes",
        f"/{wrong}/v1.0/{wrong}",
        f"/ {TOKEN}/v1.0/jiffyBoxes",
        "",
    ):
        for verb in ("GET", "POST", TOKEN):
            request(emulator, path, verb)
    shown = repr(emulator.journal())
    assert TOKEN not in shown
    assert wrong not in shown
    assert len(emulator.journal()) == 18 * 3


def test_the_token_is_masked_in_bodies_and_results(emulator: Emulator) -> None:
    client = emulator.client()
    client.create_box(TOKEN[:30], 44, distribution="centos_7_64bit", metadata={TOKEN: [TOKEN, {"a": f"x{TOKEN}x"}]})
    emulator.run_until_idle()
    client.boxes()
    ask(emulator, "POST", "jiffyBoxes", {**NEW, "distribution": TOKEN})
    assert TOKEN not in repr(emulator.journal())
    result = emulator.journal()[1].result
    assert isinstance(result, dict)
    box = result["10001"]
    assert isinstance(box, dict)
    assert box["metadata"] == {MASK: [MASK, {"a": f"x{MASK}x"}]}


def test_a_token_that_json_escapes_is_masked() -> None:
    token = 'tökén"tökén"tökén'
    emulator = Emulator(token=token)
    emulator.client().create_box("web", 44, distribution="centos_7_64bit", metadata={"a": token})
    emulator.run_until_idle()
    emulator.client().boxes()
    assert token not in repr([entry.result for entry in emulator.journal()]).replace("\\", "")


def test_a_request_with_a_wrong_token_is_recorded_without_its_path(emulator: Emulator) -> None:
    stranger = JiffyBox("another0123456789another01234567", "https://emulator.invalid", transport=emulator.transport())
    with pytest.raises(JiffyTokenException):
        stranger.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD)
    entry = last(emulator)
    assert (entry.verb, entry.path, entry.call, entry.body) == ("POST", "", None, None)
    assert entry.messages == ("Der von Ihnen uebergebene API-Token ist ungueltig.",)


def test_passwords_are_masked_in_bodies_and_in_results(emulator: Emulator) -> None:
    client = emulator.client()
    box = client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD)
    new = HttpCheck(
        name="page", ip=box.public_ips[0], port=80, domainname="a.b", path="/", username="me", password=PASSWORD
    )
    check = client.create_check(new)
    emulator.run_until_idle()
    read = client.checks()[0].password
    assert read is not None
    assert read.get_secret_value() == PASSWORD
    client.check(check.id).duplicate(ChangeCheck(name="other", password=f"{PASSWORD}2"))
    client.create_box("bad", 44, distribution="centos_7_64bit", metadata={"password": PASSWORD})
    ask(emulator, "POST", "jiffyBoxes", {**NEW, "password": PASSWORD, "colour": "red"})
    assert PASSWORD not in repr(emulator.journal())
    bodies = [entry.body for entry in emulator.journal() if isinstance(entry.body, dict) and "password" in entry.body]
    assert [body["password"] for body in bodies] == [MASK] * 3
    results = [entry.result for entry in emulator.journal() if entry.call == "create_check"]
    assert [isinstance(result, dict) and result["password"] for result in results] == [MASK]


def test_only_the_latest_entries_are_kept_with_their_numbers(emulator: Emulator) -> None:
    for _ in range(MOST_ENTRIES + 5):
        request(emulator, "/")
    numbers = [entry.number for entry in emulator.journal()]
    assert numbers == list(range(6, MOST_ENTRIES + 6))
    emulator.clear_journal()
    assert emulator.journal() == []
    assert request(emulator, "/").number == 1


def size(entry: JournalEntry) -> int:
    return len(repr(entry))


def test_entries_are_small_whatever_is_sent(emulator: Emulator) -> None:
    long = "a" * 900_000
    requests = [
        ("GET", f"jiffyBoxes/{long}", b""),
        ("GET", f"{long}/1", b""),
        (long, "jiffyBoxes", b""),
        ("POST", "jiffyBoxes", json.dumps({**NEW, "metadata": {"a": long}}).encode()),
        ("POST", "jiffyBoxes", json.dumps({**NEW, "distribution": long}).encode()),
        ("POST", "jiffyBoxes", json.dumps({**NEW, long: 1}).encode()),
        ("POST", "jiffyBoxes", b"x" * 2_000_000),
        ("POST", "jiffyBoxes", b"%20" * 300_000 + b"{}"),
    ]
    for verb, path, body in requests:
        ask(emulator, verb, path, body)
        assert size(last(emulator)) < 2 * MOST_BYTES
    assert last(emulator).number == len(requests)


def test_large_results_are_omitted(emulator: Emulator) -> None:
    emulator.reset({"boxes": [{**NEW, "name": f"box {number}"} for number in range(100)]})
    answer = emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/jiffyBoxes"))
    assert len(answer.body) > MOST_BYTES
    assert (last(emulator).call, last(emulator).result, last(emulator).messages) == ("list_boxes", None, ())


def test_changing_an_entry_does_not_change_the_account(emulator: Emulator) -> None:
    client = emulator.client()
    box = client.create_box("web", 44, distribution="centos_7_64bit", metadata={"a": {"b": 1}})
    emulator.run_until_idle()
    client.box(box.id)
    created, read = emulator.journal()
    for value in (created.body, read.result):
        assert isinstance(value, dict)
        assert isinstance(value["metadata"], dict)
        inner = value["metadata"]["a"]
        assert isinstance(inner, dict)
        inner["b"] = 2
    assert box.refresh().metadata == {"a": {"b": 1}}

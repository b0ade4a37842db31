"""The table of the emulator's behaviour, against the emulator's variations: what varies does, and the rest does not."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import CREATE_BOX
from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.emulator import ServiceRequest, ServiceResponse, _messages
from jiffybox_sdk.emulator._messages import MessageTemplate, ServiceError
from jiffybox_sdk.emulator._service import Exchange
from jiffybox_sdk.emulator._vary import Variation
from jiffybox_sdk.schemas import load
from tests.support.scripted import TOKEN, ask

PAGE = (Path(__file__).parents[2] / "docs" / "pages" / "evidence.md").read_text("utf-8")
BEHAVIOURS = re.findall(
    r"^\| (.+) \| (documented|recorded|inferred|invented) \| (.+) \|$", PAGE.partition("## Duration")[0], re.MULTILINE
)

NUMBERS = range(20)

Probe = Callable[[Emulator], object]

SEED = {
    "boxes": [
        {
            "name": "web", "planid": 44, "distribution": "centos_7_64bit", "floatingIps": 1,
            "backups": {"manual": 1690000000}, "schedule": {"dayid": 0, "timeid": 1}, "metadata": {"a": 1},
        },
        {"name": "off", "planid": 44, "distribution": "centos_7_64bit", "running": False},
        {"name": "ice", "planid": 44, "distribution": "centos_7_64bit", "status": "FROZEN"},
    ],
    "contactGroups": [{"name": "admins", "contacts": ["admin@example.org"]}],
    "checks": [
        {"name": "on", "box": "web", "checkType": "ping", "port": 1, "contactGroups": [2]},
        {"name": "down", "box": "off", "checkType": "ping", "port": 1},
        {"name": "idle", "box": "web", "checkType": "ping", "port": 1, "active": False},
    ],
}  # fmt: skip
"""An account with the boxes 10001 to 10003, the contact group 2, and the checks 1001 to 1003 in every variation."""

WEB, OFF, ICE = "jiffyBoxes/10001", "jiffyBoxes/10002", "jiffyBoxes/10003"
NEW: dict[str, JsonValue] = {"name": "new", "planid": 44, "distribution": "centos_7_64bit"}


def account(number: int | None) -> Emulator:
    return Emulator("manual", token=TOKEN, seed=SEED, vary=number)


def rejection(verb: str, path: str, body: object = None) -> Probe:
    """Return a probe for the words and the result of a rejection."""

    def probe(emulator: Emulator) -> object:
        (text,), result = ask(emulator, verb, path, body)
        return {"wording": text, "result": result}

    return probe


def is_refused(emulator: Emulator, verb: str, path: str, body: object = None) -> bool:
    messages, result = ask(emulator, verb, path, body)
    return bool(messages) and not result


def at(emulator: Emulator, call: str, *steps: str, body: object = None) -> object:
    """Return what is found by some steps in the result of a call."""
    verb, path = call.split(" ")
    value = ask(emulator, verb, path, body)[1]
    for step in steps:
        assert is_map(value)
        value = value[step]
    return value


def names(value: object) -> list[str]:
    assert is_map(value)
    return [str(name) for name in value]


def known(value: object, schema: str) -> dict[str, object]:
    """Return the fields of an object that are in its schema, in its order."""
    assert is_map(value)
    return {name: value[name] for name in names(load(schema)["properties"]) if name in value}


def each(value: object) -> list[tuple[str, object]]:
    """Return the entries of a map, in the order of their keys."""
    assert is_map(value)
    return sorted((str(key), item) for key, item in value.items())


def busy(emulator: Emulator) -> Emulator:
    """Let work never be complete."""
    emulator.reset(SEED, clock="never")
    return emulator


def emptied(emulator: Emulator) -> Emulator:
    emulator.reset()
    return emulator


def later(emulator: Emulator) -> Emulator:
    """Let 15 days pass."""
    emulator.advance(15 * 86400)
    return emulator


def as_list(value: object) -> list[object]:
    assert is_list(value)
    return value


def send(emulator: Emulator, verb: str, path: str, body: bytes = b"") -> ServiceResponse:
    return emulator.handle(ServiceRequest(verb, f"/{TOKEN}/v1.0/{path}", body))


def created(body: bytes) -> Probe:
    """Return a probe for the name and the metadata of a box that is created with a request body."""

    def probe(emulator: Emulator) -> object:
        box = json.loads(send(emulator, "POST", "jiffyBoxes", body).body)["result"]
        return box["name"], box.get("metadata")

    return probe


def backup_hours(*slots: int) -> Probe:
    """Return a probe for the hours at which backups in some slots are created."""

    def probe(emulator: Emulator) -> list[int]:
        hours: list[int] = []
        for slot in slots:
            at(emulator, "PUT backups/10001", body={"dayid": 0, "timeid": slot})
            emulator.advance(3 * 86400)
            when = at(emulator, "GET backups/10001", "daily", "created")
            assert isinstance(when, int)
            hours.append(when % 86400 // 3600)
        return hours

    return probe


def restored(emulator: Emulator) -> object:
    manual = at(emulator, "GET backups/10001", "manual", "id")
    at(emulator, f"POST backups/10001/manual/{manual}")
    status = at(emulator, f"GET {WEB}", "status")
    emulator.run_until_idle()
    return {"status": status, "running": at(emulator, f"GET {WEB}", "running")}


def moved(emulator: Emulator) -> object:
    floating = next(
        number for number, ip in each(at(emulator, "GET ips/10001")) if known(ip, "ip")["floating"] == "true"
    )
    at(emulator, f"PUT ips/10001/{floating}/move", body={"targetid": 10002})
    at_once = floating in names(at(emulator, "GET ips/10002"))
    emulator.run_until_idle()
    assert floating in names(at(emulator, "GET ips/10002"))
    return at_once


def invented_values(emulator: Emulator) -> object:
    host, profile = at(emulator, f"GET {WEB}", "host"), at(emulator, f"GET {WEB}", "activeProfile")
    assert is_map(profile)
    disks = [known(disk, "disk") for _, disk in each(profile["disks"])]
    return {
        "host": host,
        "profile": profile["name"],
        "names": [disk["name"] for disk in disks],
        "sizes": [disk["sizeInMB"] for disk in disks],
        "reverse": [
            address["reverseLookup"]
            for address in (known(ip, "ip") for _, ip in each(at(emulator, "GET ips/10001")))
            if address["floating"] == "true"
        ],
    }


def recorded_values(emulator: Emulator) -> object:
    profile = known(at(emulator, f"GET {WEB}", "activeProfile"), "profile")
    disks = each(profile["disks"])
    return profile["runlevel"], profile["kernel"], profile["rootdisk"], [name for name, _ in disks]


VARYING: dict[str, Probe] = {
    "the result is `null` for a taken": lambda emulator: (
        at(emulator, f"POST {WEB}", body={"name": "off", "planid": 44}),
        at(emulator, "POST contactGroups", body={"name": "admins", "contacts": ["a@example.org"]}),
    ),
    "the result of other errors": lambda emulator: at(emulator, "GET plans/99"),
    "an empty map is `{}`, also": lambda emulator: str(at(emptied(emulator), "GET monitoring")),
    "objects have no fields but": lambda emulator: sorted(names(at(emulator, f"GET {WEB}"))),
    "the order of fields": lambda emulator: {
        "boxes": names(at(emulator, "GET jiffyBoxes")),
        "fields": [name for name in names(at(emulator, f"GET {WEB}")) if not name.startswith("vary")],
    },
    "the `Content-Type`": lambda emulator: send(emulator, "GET", "plans").content_type,
    "wrong types and unknown": rejection("GET", "plans/44/nothing"),
    "ids count up": lambda emulator: {
        "box": at(emulator, "POST jiffyBoxes", "id", body=NEW),
        "group": at(emulator, "POST contactGroups", "id", body={"name": "new", "contacts": ["a@example.org"]}),
        "check": at(emulator, "POST monitoring/1001", "id"),
    },
    "commands that do not fit": rejection("PUT", WEB, {"status": "START"}),
    "the source of a copy": lambda emulator: (
        at(busy(emulator), f"POST {WEB}", "name", body={"name": "copy", "planid": 44}),
        rejection("DELETE", WEB)(emulator),
    ),
    "the values of addresses and hosts": invented_values,
    "the slots 3, 4 and 5": backup_hours(3, 4, 5),
    "enabling them twice": rejection("POST", "backups/10001", {"dayid": 0, "timeid": 1}),
    "a box passes through": restored,
    "while a manual backup": lambda emulator: (
        at(busy(emulator), "POST backups/10001/manual"),
        rejection("POST", "backups/10001/manual")(emulator),
    ),
    "moving takes no time": moved,
    "a box has one public": lambda emulator: [
        (known(ip, "ip")["type"], is_map(known(ip, "ip")["reverseLookup"]))
        for _, ip in each(at(emulator, "GET ips/10002"))
    ],
    "addresses are from": lambda emulator: {
        (known(ip, "ip")["type"], known(ip, "ip")["ipVersion"], known(ip, "ip")["floating"]): known(ip, "ip")["ip"]
        for _, ip in each(at(emulator, "GET ips/10001"))
    },
    "names are unique, except": lambda emulator: at(
        emulator, "POST contactGroups/2", "name", body={"contacts": ["a@example.org"]}
    ),
    "checks of running boxes": lambda emulator: {
        "code": at(emulator, "GET monitoring/1002/status", "1002", "code"),
        "text": at(emulator, "GET monitoring/1001/status", "1001", "response"),
    },
    "the `checkType` of": rejection("POST", "monitoring/1001", {"checkType": "http"}),
    "a check has the parameters": lambda emulator: known(at(emulator, "GET monitoring/1001"), "check").get(
        "timeout", 0
    ),
    "inactive checks": lambda emulator: at(emulator, "GET monitoring/1003", "status"),
    "the texts, which": lambda emulator: at(emulator, "GET doc/Backups", "/", "GET", "description"),
}
"""What shows a behaviour that varies, by the beginning of its row."""

FIXED: dict[str, Probe] = {
    "the token is the first": lambda emulator: json.loads(
        emulator.handle(ServiceRequest("GET", "/wrong/v1.0/plans")).body
    ),
    "request bodies are JSON": lambda emulator: [
        created(b"name=form&planid=44&distribution=centos_7_64bit")(emulator),
        created(json.dumps(NEW).encode())(emulator),
    ],
    "in a form, compound": created(
        b"name=form&planid=44&distribution=centos_7_64bit&use_sshkey=True&metadata=" + quote('{"a":1}').encode()
    ),
    "forms may have bare names": created(json.dumps({**NEW, "use_sshkey": 1}).encode()),
    "an empty request body": lambda emulator: at(emulator, "POST monitoring/1001", "name"),
    "a JSON object may be percent": created(quote(json.dumps(NEW)).encode()),
    "every response is": lambda emulator: [
        sorted(json.loads(send(emulator, "GET", path).body)) for path in ("plans", "nothing")
    ],
    "errors have the HTTP": lambda emulator: send(emulator, "GET", "plans/99").status,
    "the result is `false` for a wrong": lambda emulator: [
        json.loads(emulator.handle(ServiceRequest("GET", path)).body)["result"]
        for path in ("/wrong/v1.0/plans", f"/{TOKEN}/v1.0/nothing", f"/{TOKEN}/v1.0/jiffyBoxes/9")
    ],
    "the result is `null` for the name": rejection("POST", "jiffyBoxes", {**NEW, "name": "web"}),
    "JSON is ASCII": lambda emulator: re.findall(rb"[^!-~]|[^\\]/", send(emulator, "GET", WEB).body.replace(b" ", b"")),
    "commands, their parameters": lambda emulator: [
        at(emulator, f"PUT {path}", "status", body=body)
        for path, body in (
            (WEB, {"status": "SHUTDOWN"}),
            (OFF, {"status": "FREEZE"}),
            (ICE, {"status": "THAW", "planid": 45}),
        )
    ],
    "the fields of a box": lambda emulator: [
        names(known(at(emulator, "POST jiffyBoxes", body=NEW), "box")),
        *(names(known(box, "box")) for _, box in each(at(emulator, "GET jiffyBoxes"))),
    ],
    "a new box has a `host`": lambda emulator: [
        known(at(emulator, "POST jiffyBoxes", body={**NEW, "metadata": {"a": 1}}), "box")["metadata"],
        "host" in known(at(emulator, f"POST {WEB}", body={"name": "copy", "planid": 44}), "box"),
    ],
    "names are unique in": rejection("POST", "jiffyBoxes", {**NEW, "name": "off"}),
    "metadata: given": lambda emulator: (
        at(emulator, f"PUT {WEB}", "metadata", body={"metadata": {"a": None, "b": 2}}),
        is_refused(emulator, "PUT", WEB, {"metadata": {"c": "c" * 4096}}),
    ),
    "the run level": recorded_values,
    "the price": lambda emulator: [
        [known(plan, "plan") for _, plan in each(at(emulator, "GET plans"))],
        [
            (key, known(each_of, "distribution")["minDiskSizeMB"], known(each_of, "distribution")["defaultKernel"])
            for key, each_of in each(at(emulator, "GET distributions"))
        ],
    ],
    "the names of distributions": lambda emulator: [
        known(each_of, "distribution")["name"] for _, each_of in each(at(emulator, "GET distributions"))
    ],
    "older plans": lambda emulator: "Generation" in str(at(emulator, "GET plans")),
    "days and slots": backup_hours(1, 2, 6),
    "disabling periodic": lambda emulator: (
        names(known(at(later(emulator), "GET backups/10001"), "backups")),
        at(emulator, "DELETE backups/10001"),
        names(known(at(emulator, "GET backups/10001"), "backups")),
    ),
    "the lists, and": lambda emulator: {
        (*known(ip, "ip"), type(known(ip, "ip")["floating"])) for _, ip in each(at(emulator, "GET ips/10001"))
    },
    "only floating": lambda emulator: is_refused(emulator, "PUT", "ips/10001/2001/move", {"targetid": 10002}),
    "the calls, the fields": lambda emulator: [
        known(at(emulator, "PUT contactGroups/2", body={"name": "new"}), "contact-group"),
        at(emulator, "GET contactGroups/2", "status"),
    ],
    "the account's own": lambda emulator: (
        is_refused(emulator, "PUT", "contactGroups/1", {"name": "new"}),
        is_refused(emulator, "DELETE", "contactGroups/1"),
    ),
    "the types of checks": lambda emulator: [
        at(emulator, "GET monitoring/1001", name)
        for name in ("checkType", "port", "checkInterval", "reminderInterval", "retryTolerance")
    ],
    "`contactGroups` in": lambda emulator: [
        known(group, "check-group") for group in as_list(at(emulator, "GET monitoring/1001", "contactgroups"))
    ],
    "deleting a check": lambda emulator: json.loads(send(emulator, "DELETE", "monitoring/1001").body)["messages"],
    "a duplicate may be": lambda emulator: at(emulator, "POST monitoring/1001", "name", body={"checkType": "ping"}),
    "the modules, and": lambda emulator: [
        (part, sorted(names(calls)) if is_map(calls) else calls) for part, calls in each(at(emulator, "GET doc/Ips"))
    ],
    "eight modules": lambda emulator: each(at(emulator, "GET doc")),
    "an empty map of": lambda emulator: at(emulator, "GET doc/Plans", "/", "GET", "parameters", "must"),
}
"""What shows a behaviour that is documented or recorded, by the beginning of its row."""


def test_each_behaviour_that_varies_has_a_probe() -> None:
    rows = [row for row, _, varies in BEHAVIOURS if varies != "-" and not varies.startswith("no: ")]
    assert sorted(row for text in VARYING for row in rows if row.startswith(text)) == sorted(rows)
    assert len(VARYING) == len(rows)


def test_each_behaviour_that_is_documented_or_recorded_has_a_probe() -> None:
    rows = [row for row, standing, _ in BEHAVIOURS if standing in ("documented", "recorded")]
    assert sorted(row for text in FIXED for row in rows if row.startswith(text)) == sorted(rows)
    assert len(FIXED) == len(rows)


def test_only_what_is_inferred_or_invented_varies_and_what_does_not_has_a_reason() -> None:
    for row, standing, varies in BEHAVIOURS:
        assert (varies == "-") == (standing in ("documented", "recorded")), row


@pytest.mark.parametrize("row", VARYING)
def test_what_is_inferred_or_invented_differs_between_two_numbers(row: str) -> None:
    """Where a probe returns a mapping, each of its values does."""
    seen: dict[object, set[str]] = {}
    for number in NUMBERS:
        shown = VARYING[row](account(number))
        for name, value in shown.items() if is_map(shown) else [("", shown)]:
            seen.setdefault(name, set()).add(repr(value))
    assert [name for name, values in seen.items() if len(values) == 1] == []


@pytest.mark.parametrize("row", FIXED)
def test_what_is_documented_or_recorded_never_differs(row: str) -> None:
    assert {repr(FIXED[row](account(number))) for number in NUMBERS} == {repr(FIXED[row](account(None)))}


TEMPLATES = [template for template in vars(_messages).values() if isinstance(template, MessageTemplate)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.text)
def test_the_wording_of_a_message_and_the_result_differ_unless_they_are_recorded(template: MessageTemplate) -> None:
    values = {name: f"<{name}>" for name in re.findall(r"{(\w+)}", template.text)}
    answers: list[Exchange] = []
    for number in NUMBERS:
        answer = Exchange(call=CREATE_BOX)
        answer.refuse(ServiceError(template, **values))
        Variation(number).vary(answer)
        answers.append(answer)
    texts, results = {answer.messages[0][1] for answer in answers}, {str(answer.result) for answer in answers}
    if template.standing == Standing.RECORDED:
        assert (texts, results) == ({template.text.format(**values)}, {str(template.result)})
    else:
        assert len(texts) > 1
        assert template.text.format(**values) not in texts
        assert results == {"False", "None"}


WORK: dict[str, Callable[[Emulator], object]] = {
    "box: create": lambda emulator: at(emulator, "POST jiffyBoxes", body=NEW),
    "box: duplicate": lambda emulator: at(emulator, f"POST {WEB}", body={"name": "copy", "planid": 44}),
    "box: START": lambda emulator: at(emulator, f"PUT {OFF}", body={"status": "START"}),
    "box: SHUTDOWN": lambda emulator: at(emulator, f"PUT {WEB}", body={"status": "SHUTDOWN"}),
    "box: PULLPLUG": lambda emulator: at(emulator, f"PUT {WEB}", body={"status": "PULLPLUG"}),
    "box: FREEZE": lambda emulator: at(emulator, f"PUT {OFF}", body={"status": "FREEZE"}),
    "box: THAW": lambda emulator: at(emulator, f"PUT {ICE}", body={"status": "THAW", "planid": 44}),
    "box: PLAN": lambda emulator: at(emulator, f"PUT {OFF}", body={"status": "PLAN", "planid": 45}),
    "box: delete": lambda emulator: at(emulator, f"DELETE {OFF}"),
    "backup: manual": lambda emulator: at(emulator, "POST backups/10001/manual"),
    "backup: restore": lambda emulator: at(
        emulator, f"POST backups/10001/manual/{at(emulator, 'GET backups/10001', 'manual', 'id')}"
    ),
    "backup: delete": lambda emulator: at(
        emulator, f"DELETE backups/10001/manual/{at(emulator, 'GET backups/10001', 'manual', 'id')}"
    ),
    "contact group: any change": lambda emulator: at(emulator, "DELETE contactGroups/2"),
    "check: any change": lambda emulator: at(emulator, "DELETE monitoring/1001"),
}


@pytest.mark.parametrize(("work", "usual"), re.findall(r"^\| (.+: .+) \| (\d+) \|$", PAGE, re.MULTILINE))
def test_the_duration_of_work_differs_within_limits(work: str, usual: str) -> None:
    seconds: set[float] = set()
    for number in NUMBERS:
        emulator = account(number)
        started = emulator.clock.now()
        assert WORK[work](emulator)
        emulator.run_until_idle()
        seconds.add(emulator.clock.now() - started)
    assert len(seconds) > 1
    assert min(seconds) >= 0
    assert max(seconds) <= (55 if work.startswith("box") or "restore" in work else 4 * int(usual))

"""The emulator's answers compared with the recorded ones of the service, byte by byte over a socket."""

import json
import re
import socket
from collections.abc import Callable

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator import TOKEN

NEW = b"name=web&planid=44&distribution=debian_stretch_64bit"
CREATING = rb'"status":"CREATING"'

Ask = Callable[..., bytes]


@pytest.fixture
def emulator(served: tuple[Emulator, str]) -> Emulator:
    emulator, _ = served
    emulator.reset()
    return emulator


@pytest.fixture
def ask(served: tuple[Emulator, str], emulator: Emulator) -> Ask:
    """Return a function that sends a request byte by byte as given and returns the body of the response."""
    del emulator  # it resets the emulator
    port = int(served[1].rpartition(":")[2])

    def ask(verb: str, path: str, body: bytes = b"", token: str = TOKEN) -> bytes:
        head = f"{verb} /{token}/v1.0/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            response = b"".join(iter(lambda: connection.recv(65536), b""))
        head_received, _, body_received = response.partition(b"\r\n\r\n")
        assert head_received.startswith(b"HTTP/1.1 200 ")
        return body_received

    return ask


@pytest.mark.parametrize(
    ("path", "token", "text"),
    [
        ("jiffyBoxes", "wrong", "Der von Ihnen uebergebene API-Token ist ungueltig."),
        ("test", TOKEN, "Das Modul test existiert nicht"),
        ("jiffyBoxes/12345", TOKEN, "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."),
    ],
    ids=["wrong token", "unknown module", "unknown box"],
)
def test_the_result_of_an_error_is_false(ask: Ask, path: str, token: str, text: str) -> None:
    expected = f'{{"messages":[{{"type":"error","message":"{text}"}}],"result":false}}'
    assert ask("GET", path, token=token) == expected.encode()


def test_the_result_for_a_name_that_exists_is_null(ask: Ask) -> None:
    ask("POST", "jiffyBoxes", NEW)
    expected = b'{"messages":[{"type":"error","message":"Der Name existiert bereits."}],"result":null}'
    assert ask("POST", "jiffyBoxes", NEW) == expected


def test_empty_parameters_of_a_module_are_objects(ask: Ask) -> None:
    for module in ("plans", "jiffyBoxes"):
        assert b'"parameters":{"must":{},"may":{}}' in ask("GET", f"doc/{module}")
    assert b'"parameters":{"must":{"name":{"description":"' in ask("GET", "doc/contactGroups")


def test_texts_of_the_modules_have_umlauts(ask: Ask) -> None:
    modules = ask("GET", "doc")
    assert len(json.loads(modules)["result"]) == 8
    assert rb"f\u00fcr" in modules
    assert not re.search(rb"fuer|Loescht|Aendert", ask("GET", "doc/contactGroups") + modules)


@pytest.mark.parametrize(
    ("metadata", "shown"),
    [(b"", b""), (b'&metadata={"a":1}', b'"metadata":{"a":1}'), (b"&metadata={}", b'"metadata":{}')],
    ids=["no metadata", "metadata", "empty metadata"],
)
def test_a_new_box_has_a_host_and_the_metadata_sent(
    ask: Ask, emulator: Emulator, metadata: bytes, shown: bytes
) -> None:
    created = ask("POST", "jiffyBoxes", NEW + metadata)
    for answer in (created, ask("GET", "jiffyBoxes/10001"), ask("GET", "jiffyBoxes")):
        assert CREATING in answer
        assert re.search(rb'"host":"[^"]+"', answer)
        assert (b"metadata" in answer, shown in answer) == (shown != b"", True)
        assert b"activeProfile" not in answer
    emulator.run_until_idle()
    assert (shown or b'"metadata":{}') in ask("GET", "jiffyBoxes/10001")


def test_a_duplicate_without_metadata_has_empty_metadata(ask: Ask, emulator: Emulator) -> None:
    ask("POST", "jiffyBoxes", NEW + b'&metadata={"a":1}')
    emulator.run_until_idle()
    duplicate = ask("POST", "jiffyBoxes/10001", b"name=copy&planid=44")
    assert CREATING in duplicate
    assert b'"host":"' in duplicate
    assert b'"metadata":{}' in duplicate
    emulator.run_until_idle()
    assert b'"metadata":{"b":2}' in ask("POST", "jiffyBoxes/10001", b'name=other&planid=44&metadata={"b":2}')


def test_the_names_of_the_distributions_are_those_on_record(ask: Ask) -> None:
    distributions = json.loads(ask("GET", "distributions"))["result"]
    assert {key: distribution["name"] for key, distribution in distributions.items()} == {
        "centos_6_0_64bit": "CentOS 6 64-Bit",
        "centos_7_64bit": "CentOS 7 64-Bit",
        "debian_jessie_64bit": "Debian Jessie (8) 64-Bit",
        "debian_stretch_64bit": "Debian Stretch (9) 64-Bit",
        "fedora_24_64bit": "Fedora 24 64-Bit",
        "opensuse_42_64bit": "openSUSE 42.3 64-Bit",
        "ubuntu_14_4_lts_64bit": "Ubuntu 14.04 LTS 64-Bit",
        "ubuntu_16_4_lts_64bit": "Ubuntu 16.04 LTS 64-Bit",
    }


def test_bytes_are_those_of_json_encode(ask: Ask, emulator: Emulator) -> None:
    created = ask(
        "POST", "jiffyBoxes", NEW.replace(b"web", b"w%C3%BC") + b'&metadata={"a/b":"%F0%9F%8E%88",+"c":[1,+2]}'
    )
    assert created.startswith(
        b'{"messages":[],"result":{"id":10001,"name":"w\\u00fc","ips":{"public":["198.18.39.17"],'
    )
    assert b',"status":"CREATING",' in created
    assert rb'"metadata":{"a\/b":"\ud83c\udf88","c":[1,2]}' in created
    emulator.run_until_idle()
    box = ask("GET", "jiffyBoxes/10001")
    assert rb'"rootdisk":"\/dev\/xvda"' in box
    for answer in (created, box, ask("GET", "plans"), ask("GET", "doc/monitoring")):
        assert answer.isascii()
        assert is_map(json.loads(answer))
        assert not re.search(rb'(?<!\\)/|[:,{\[] |[\]}"] [:,}\]]', re.sub(rb'"description":"[^"]*"', b"", answer))


@pytest.mark.parametrize("value", [b"", b"=", b"=on", b"=yes", b"=TRUE", b"=1"])
def test_forms_are_read_as_php_reads_them(ask: Ask, emulator: Emulator, value: bytes) -> None:
    assert CREATING in ask("POST", "jiffyBoxes", NEW + b"&use_sshkey" + value)
    body = emulator.journal()[0].body
    assert is_map(body)
    assert body["use_sshkey"] is (value not in (b"", b"="))


@pytest.mark.parametrize("value", [1, 0])
def test_one_and_zero_are_booleans_in_json(ask: Ask, emulator: Emulator, value: int) -> None:
    body = b'{"name":"web","planid":44,"distribution":"debian_stretch_64bit","use_sshkey":%d}' % value
    assert CREATING in ask("POST", "jiffyBoxes", body)
    understood = emulator.journal()[0].body
    assert is_map(understood)
    assert understood["use_sshkey"] is bool(value)


def test_a_duplicate_of_a_check_may_be_given_its_own_type(ask: Ask, emulator: Emulator) -> None:
    ask("POST", "jiffyBoxes", NEW)
    ask("POST", "monitoring", b"name=ping&ip=198.18.39.17&port=1&checkType=ping")
    emulator.run_until_idle()
    duplicate = ask("POST", "monitoring/1001", b"name=copy&checkType=ping")
    assert b'"id":1002,' in duplicate
    assert b'"checkType":"ping"' in duplicate
    refused = ask("POST", "monitoring/1001", b"name=copy&checkType=ssh")
    assert b"Der Parameter checkType" in refused
    assert refused.endswith(b'"result":false}')


def test_a_misspelt_parameter_is_ignored_only_if_lenient(ask: Ask, emulator: Emulator) -> None:
    assert b"Der Parameter use_ssh_key" in ask("POST", "jiffyBoxes", NEW + b"&use_ssh_key=1")
    emulator.lenient = True
    try:
        assert CREATING in ask("POST", "jiffyBoxes", NEW + b"&use_ssh_key=1")
    finally:
        emulator.lenient = False
    assert [entry.unknown for entry in emulator.journal()] == [("use_ssh_key",)] * 2
    assert [(entry.pointer, entry.count) for entry in emulator.drift.entries] == [("/use_ssh_key", 2)]


def test_an_old_account_has_plans_distributions_and_addresses_of_its_own(ask: Ask, emulator: Emulator) -> None:
    plan = {"id": 20, "name": "CloudLevel 1 (Generation 3)", "diskSizeInMB": 51200, "ramInMB": 2048}
    prices = {"pricePerHour": 0.02, "pricePerHourFrozen": 0.005, "priceCap": 0}
    ips = [{"ip": "2001:db8:1::7"}, {"ip": "10.93.14.175", "type": "private", "reverseLookup": "old.example.net"}]
    box = {"name": "old", "planid": 20, "distribution": "debian_wheezy_64bit", "ips": ips}
    distributions = {"debian_wheezy_64bit": {"name": "Debian Wheezy (7) 64-Bit"}}
    emulator.reset({"plans": [{**plan, **prices}], "distributions": distributions, "boxes": [box]})
    listed = ask("GET", "plans")
    assert listed.startswith(b'{"messages":[],"result":{"20":{"id":20,"name":"CloudLevel 1 (Generation 3)",')
    assert b'"priceCap":0},"44":{"id":44,' in listed
    assert b'"debian_wheezy_64bit":{"minDiskSizeMB":2048,"name":"Debian Wheezy (7) 64-Bit",' in ask(
        "GET", "distributions"
    )
    addresses = ask("GET", "ips/10001")
    assert b'"ip":"2001:db8:1::7","ipVersion":6,"isSubnet":false,' in addresses
    assert b'"reverseLookup":"old.example.net","type":"private","floating":"false"' in addresses
    created = ask("POST", "jiffyBoxes", b"name=new&planid=CloudLevel+1+(Generation+3)&distribution=debian_wheezy_64bit")
    assert CREATING in created
    assert b'"plan":{"id":20,' in created

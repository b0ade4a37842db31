"""Tests for recorded traffic: HAR files and cassettes of vcrpy.

`devtools.har` was exported by Chromium's developer tools, and the cassettes were written by vcrpy, while the emulator's
server answered.
"""

import base64
import gzip
import json
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import JsonValue

from jiffybox_sdk import JiffyArgumentException
from jiffybox_sdk.validation import Result, _traffic, check_path, check_stream, redact
from tests.support.saved import PLAN
from tests.support.shell import Shell

DATA = Path(__file__).parents[1] / "support" / "data"
RECORDED = ["devtools.har", "cassette.yaml", "cassette.json"]
TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SECRETS = (TOKEN, "ffff2d3c4b5a69788796a5b4c3d2e1f0", "WrongToken12345678901234", "S3cret-of-the-box")
ENVELOPE = b'{"messages": [], "result": ' + PLAN + b"}"

Fields = dict[str, JsonValue]


def url(path: str, token: str = TOKEN) -> str:
    return f"https://api.jiffybox.de/{token}/v1.0/{path}"


def entry(
    path: str = "plans/44", body: bytes | None = ENVELOPE, *, at: str = "", encoding: str = "", **response: JsonValue
) -> Fields:
    content: Fields = {"mimeType": "application/json"}
    if body is not None:
        try:
            content["text"] = body.decode()
        except UnicodeDecodeError:
            content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    headers: list[JsonValue] = [{"name": "Content-Encoding", "value": encoding}] if encoding else []
    return {
        "request": {"method": "GET", "url": at or url(path), "headers": []},
        "response": {"status": 200, "headers": headers, "content": content, **response},
    }


def har(*entries: JsonValue) -> bytes:
    return json.dumps({"log": {"version": "1.2", "pages": [], "entries": list(entries)}}, indent=2).encode()


def read(data: bytes) -> list[tuple[str, str | None, list[str]]]:
    """Return the entry, kind and rules of each result, after checking that no token is in it."""
    results = list(check_stream(BytesIO(data), form="traffic"))
    assert TOKEN not in repr(results)
    assert all(TOKEN.encode() not in (result.data or b"") for result in results)
    return [(one.entry, one.kind, [finding.rule for finding in one.findings]) for one in results]


def kinds(results: list[Result]) -> list[str | None]:
    assert all(result.valid for result in results)
    return [result.kind for result in results if result.about == "value"]


def test_an_exported_har_file_is_valid_and_calls_give_the_kinds() -> None:
    results = list(check_path(DATA / "devtools.har"))
    assert kinds(results) == ["boxes", "plan", "checks", "envelope", "envelope", "boxes", "envelope"]
    assert [result.entry for result in results if result.about == "file"] == [f"/log/entries/{n}" for n in (1, 8, 9)]


@pytest.mark.parametrize(("name", "more"), [("cassette.yaml", ["contact_groups"]), ("cassette.json", [])])
def test_cassettes_of_vcrpy_are_valid(name: str, more: list[str]) -> None:
    results = list(check_path(DATA / name, form="traffic"))
    assert kinds(results) == ["boxes", "plan", "box", "envelope", "envelope", *more]
    assert [result.entry for result in results][:2] == ["/interactions/0", "/interactions/1"]


def test_recorded_traffic_in_json_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes((DATA / "cassette.json").read_bytes())
    (tmp_path / "b.json").write_bytes((DATA / "devtools.har").read_bytes())
    (tmp_path / "c.har.gz").write_bytes(gzip.compress((DATA / "devtools.har").read_bytes()))
    (tmp_path / "d.yml").write_bytes((DATA / "cassette.yaml").read_bytes())
    assert len(kinds(list(check_path(tmp_path, guess=True)))) == 5 + 7 + 7 + 6
    assert len(kinds(list(check_stream(BytesIO(har(entry())), "box")))) == 1


@pytest.mark.parametrize("recorded", RECORDED)
def test_neither_output_nor_redacted_copy_contains_secrets(shell: Shell, tmp_path: Path, recorded: str) -> None:
    source, clean = DATA / recorded, tmp_path / recorded
    assert TOKEN in source.read_text("utf-8")
    ran = shell("validate", str(source), "--form", "traffic", "--redact", str(clean), "--show-values", "--stats")
    assert ran.code == 0
    for text in (ran.out, ran.err, clean.read_text("utf-8"), repr(list(check_path(source, form="traffic")))):
        assert not [secret for secret in SECRETS if secret in text]
    again = list(check_path(clean, form="traffic"))
    assert [(one.entry, one.kind) for one in again] == [
        (one.entry, one.kind) for one in check_path(source, form="traffic")
    ]


@pytest.mark.parametrize(
    ("body", "encoding", "expected"),
    [
        (ENVELOPE, "gzip", []),  # the recorder inflated it
        (gzip.compress(ENVELOPE), "gzip", []),
        (gzip.compress(ENVELOPE), "", []),
        (zlib.compress(ENVELOPE), "deflate", []),
        (b"\x8b\xff\x00", "br", ["unreadable"]),
        (gzip.compress(ENVELOPE)[:-20], "gzip", ["unreadable"]),
        (b"\x1f\x8b\xff\xff", "gzip", ["unreadable"]),
        (gzip.compress(bytes(17 * 2**20)), "gzip", ["too-large"]),
        (b"\xff{}", "", ["not-utf-8", "not-json"]),
        (b"<html>", "", ["not-json"]),
    ],
    ids=["inflated", "gzip", "no header", "deflate", "brotli", "cut", "damaged", "bomb", "not UTF-8", "HTML"],
)
def test_bodies_are_decoded_and_inflated(body: bytes, encoding: str, expected: list[str]) -> None:
    [(_, _, rules)] = read(har(entry(body=body, encoding=encoding)))
    assert rules == expected


@pytest.mark.parametrize(
    "skipped",
    [
        entry(at="https://example.org/"),
        entry(at="https://example.org/users/v1.0/me"),
        entry(at="data:text/plain,x"),
        entry(body=None),
        entry(body=b"", status=204),
        entry(status=0),
        entry(body=b"<html>Bad gateway", status=502),
        {"request": {"method": "GET", "url": url("plans")}},
    ],
    ids=["host", "path", "no host", "no text", "empty", "failed", "gateway", "no response"],
)
def test_what_is_no_response_of_the_service_is_skipped(skipped: Fields) -> None:
    assert read(har(skipped, entry())) == [("/log/entries/0", None, ["skipped"]), ("/log/entries/1", "plan", [])]


def test_findings_name_the_entry_and_start_at_the_body(shell: Shell, files: Path) -> None:
    broken = ENVELOPE.replace(b'"ramInMB"', b'"' + TOKEN.encode() + b'"')
    (files / "a.har").write_bytes(har(entry(), entry(body=broken)))
    ran = shell("validate", "a.har", "--show-values")
    place = "a.har:21#/log/entries/1: "
    assert (ran.code, ran.lines) == (
        1,
        [
            place
            + "error: /result/ramInMB: missing-field: expected integer (field seen in recorded responses) (kind: plan)",
            place + "warning: /result/**********: unknown-field: found integer, value 2048 (kind: plan)",
        ],
    )


def test_an_unknown_call_is_an_envelope() -> None:
    assert read(har(entry("jiffyBoxes/1/new"))) == [("/log/entries/0", "envelope", [])]


@pytest.mark.parametrize("size", [1.0, 0.9, 0.5])
def test_a_truncated_file_is_read_up_to_its_end(size: float) -> None:
    data = har(*[entry()] * 20)
    data = data[: int(data.rindex(b"]") * size)]
    *whole, (_, _, rules) = read(data)
    assert rules == ["not-json"]
    assert len(whole) == data.count(b'"response"') - (size < 1)
    assert {(kind, *found) for _, kind, found in whole} == {("plan",)}


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"{}", "not-traffic"), (b"interactions:\n- {a: [", "unreadable"), (b"services: {}", "skipped"), (b"", "skipped")],
    ids=["JSON", "broken YAML", "other YAML", "empty"],
)
def test_other_files_are_no_recorded_traffic(tmp_path: Path, data: bytes, rule: str) -> None:
    assert read(data) == [("", None, [rule])]
    (tmp_path / "a.har").write_bytes(data)
    with pytest.raises(JiffyArgumentException, match="expected a whole HAR file or cassette"):
        redact(tmp_path / "a.har", tmp_path / "b.har")
    assert not (tmp_path / "b.har").exists()


def test_tokens_are_masked_wherever_they_are(tmp_path: Path) -> None:
    short = "abc"
    hidden = entry(body=gzip.compress(ENVELOPE.replace(b"CloudLevel 1", TOKEN.encode())), encoding="gzip")
    sealed = entry(body=b"\x8b\xff" + TOKEN.encode(), encoding="br")
    other = entry(at="https://example.org/?from=" + url("plans").replace("/", "%2F"))
    request: Fields = {
        "method": "POST",
        "url": url("plans", short),
        "headers": [{"name": ":path", "value": f"/{short}/v1.0/plans"}, {"name": "password", "value": "S3cret"}],
        "postData": {"text": "name=a&password=S3cret", "params": [{"name": "password", "value": "S3cret"}]},
    }
    source, target = tmp_path / "a.har.gz", tmp_path / "b.har.gz"
    source.write_bytes(gzip.compress(har(hidden, sealed, other, {**entry(), "request": request})))
    redact(source, target)
    text = gzip.decompress(target.read_bytes()).decode()
    assert not [secret for secret in (TOKEN, f"/{short}/", "S3cret") if secret in text]
    first, second, *_ = json.loads(text)["log"]["entries"]
    assert b'"name":"**********"' in gzip.decompress(base64.b64decode(first["response"]["content"]["text"]))
    assert "content" not in second["response"]


@pytest.mark.parametrize(
    "text",
    [
        "name=a&password=4711",
        "metadata[password]=4711&name=a",
        "metadata%5Bpassword%5D=4711",
        '{"name": "a", "password": "4711"}',
        '{"name": "a", "rootPassword" : 4711}',
        '{"password": -4711.5e3}',
    ],
)
def test_passwords_are_masked_in_all_notations(tmp_path: Path, text: str) -> None:
    headers: Fields = {"X-Password": ["4711"], "X-Passes": 4711, "Accept": ["*/*"]}
    request: Fields = {"method": "POST", "uri": url("jiffyBoxes"), "headers": headers, "body": text}
    (tmp_path / "a.json").write_text(json.dumps({"interactions": [{**entry(), "request": request}]}))
    redact(tmp_path / "a.json", tmp_path / "b.json")
    clean = (tmp_path / "b.json").read_text()
    assert "4711" not in clean
    [interaction] = json.loads(clean)["interactions"]
    assert interaction["request"]["headers"]["Accept"] == ["*/*"]


@pytest.mark.parametrize("text", ['{"passwordSet": true}', '{"password": null}', "a passage = 1", "pass"])
def test_what_is_no_password_is_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.har").write_bytes(har(entry(body=text.encode())))
    redact(tmp_path / "a.har", tmp_path / "b.har")
    [clean] = json.loads((tmp_path / "b.har").read_text())["log"]["entries"]
    assert clean["response"]["content"]["text"] == text


def test_of_a_large_yaml_file_no_more_than_the_maximum_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_traffic, "LARGEST_YAML", 2**20)
    (tmp_path / "a.yaml.gz").write_bytes(gzip.compress(bytes(2**26)))
    tracemalloc.start()
    try:
        [result] = check_path(tmp_path / "a.yaml.gz")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [finding.rule for finding in result.findings] == ["too-large"]
    assert most < 2**23


def test_redacting_needs_one_file_and_another_target(shell: Shell, files: Path) -> None:
    (files / "a.har").write_bytes(har(entry()))
    for line in (["a.har", "a.har"], ["-"]):
        ran = shell("validate", *line, "--form", "traffic", "--redact", "b.har")
        assert (ran.code, "exactly one file" in ran.err) == (2, True)
    for target, reason in (("a.har", "another file than the source"), ("no/b.har", "cannot write no/b.har")):
        ran = shell("validate", "a.har", "--redact", target)
        assert (ran.code, reason in ran.err) == (2, True)
    ran = shell("validate", "missing.har", "--redact", "b.har")
    assert (ran.code, "cannot read 'missing.har': No such file" in ran.err) == (2, True)
    assert TOKEN in (files / "a.har").read_text("utf-8")

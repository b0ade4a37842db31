"""Tests for `check_path` and `check_stream`: independent values, limited memory."""

import os
import tracemalloc
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from pydantic_core import to_json

from jiffybox_sdk import JiffyArgumentException, Schedule
from jiffybox_sdk.validation import check, check_path, check_stream
from jiffybox_sdk.validation._results import LARGEST, MOST_FINDINGS
from tests.support.environments import unix
from tests.support.scripted import example, unchecked
from tests.support.validation import rules

MB = 2**20
PLAN = to_json(example("plan"))
BROKEN = PLAN.replace(b'"ramInMB"', b'"ram"')
BROKEN_RULES = ["missing-field", "unknown-field"]


def in_stream(*lines: bytes) -> list[tuple[int | None, list[str]]]:
    return rules(check_stream(BytesIO(b"\n".join(lines)), "plan"))


def by_file(path: Path) -> dict[str, list[str]]:
    return {
        Path(result.file).relative_to(path).as_posix(): [finding.rule for finding in result.findings]
        for result in check_path(path, "plan")
    }


def test_each_line_has_a_result_with_its_number() -> None:
    data = b"\n".join([PLAN, b"", BROKEN + b"\r", b" \t\r", BROKEN, PLAN])
    results = list(check_stream(BytesIO(data), "plan", name="seen"))
    assert [(result.line, result.valid) for result in results] == [(1, True), (3, False), (5, False), (6, True)]
    assert {(result.file, result.about) for result in results} == {("seen", "value")}
    assert [(each.pointer, each.rule) for each in results[1].findings] == [
        ("/ramInMB", "missing-field"),
        ("/ram", "unknown-field"),
    ]
    assert in_stream() == in_stream(b"", b"") == []


def test_a_stream_can_hold_one_value() -> None:
    data = b"\n" + to_json({"44": example("plan")}, indent=2) + b"\n"
    [result] = check_stream(BytesIO(data), "plans", "value")
    assert (result.line, result.findings) == (1, ())
    assert rules(check_stream(BytesIO(b""), "plan", "value")) == [(1, ["not-json"])]


def test_results_are_yielded_before_the_stream_ends() -> None:
    class Endless:
        def read(self, size: int, /) -> bytes:
            return (BROKEN + b"\n") * (size // (len(BROKEN) + 1))

    assert len(list(islice(check_stream(Endless(), "plan"), 10_000))) == 10_000


def test_an_invalid_line_does_not_affect_the_others() -> None:
    bad: dict[bytes, list[str]] = {
        b"{": ["not-json"],
        PLAN + PLAN: ["trailing-data"],
        b"\xef\xbb\xbf" + PLAN: ["byte-order-mark"],
        PLAN.replace(b"CloudLevel", b"\\ud800"): ["lone-surrogate"],
        PLAN.replace(b"CloudLevel", b"\xff"): ["not-utf-8"],
        PLAN.replace(b'"id":', b'"id":1,"id":'): ["duplicate-key"],
        PLAN.replace(b"0.02", b"NaN"): ["not-finite"],
        PLAN.replace(b"2048", b"9" * 20): ["big-integer"],
        b"[" * 100_000: ["too-deep"],
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000: ["too-deep"],
        b"\0" * 1000: ["not-json"],
        BROKEN: BROKEN_RULES,
    }
    lines = [line for wrong in bad for line in (wrong, PLAN)]
    assert in_stream(*lines) == [(2 * number + 1, found) for number, found in enumerate(bad.values())]


def padded(size: int) -> bytes:
    """Return a line of a given size with a plan."""
    return PLAN + b" " * (size - len(PLAN) - 1) + b"\n"


def test_lines_of_more_than_16_mib_are_skipped() -> None:
    data = padded(LARGEST) + padded(LARGEST + 1) + BROKEN + b"\n" + padded(LARGEST + 2).strip(b"\n")
    assert rules(check_stream(BytesIO(data), "plan")) == [(2, ["too-large"]), (3, BROKEN_RULES), (4, ["too-large"])]


def test_a_line_of_100_mb_is_not_kept_in_memory() -> None:
    class Long:
        left = 100 * MB
        after = b"\n" + BROKEN

        def read(self, size: int, /) -> bytes:
            piece = min(size, self.left)
            self.left -= piece
            if piece:
                return b"x" * piece
            found, self.after = self.after, b""
            return found

    tracemalloc.start()
    try:
        found = rules(check_stream(Long(), "plan"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [(1, ["too-large"]), (2, BROKEN_RULES)]
    assert most < 50 * MB


def test_memory_does_not_grow_with_the_stream() -> None:
    def most(lines: int) -> int:
        stream = BytesIO((BROKEN + b"\n") * lines)
        tracemalloc.start()
        try:
            assert sum(len(result.findings) for result in check_stream(stream, "plan")) == 2 * lines
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most(100)  # fill the caches
    assert most(5000) < most(2500) + MB / 4


def test_the_extension_decides_the_form_by_default(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.NDJSON", "c.json"):
        (tmp_path / name).write_bytes(PLAN + b"\n" + BROKEN)
    assert rules(check_path(tmp_path / "a.jsonl", "plan")) == [(2, BROKEN_RULES)]
    assert rules(check_path(str(tmp_path / "b.NDJSON"), "plan")) == [(2, BROKEN_RULES)]
    assert rules(check_path(tmp_path / "c.json", "plan")) == [(1, ["trailing-data"])]
    assert rules(check_path(tmp_path / "c.json", "plan", "lines")) == [(2, BROKEN_RULES)]
    (tmp_path / "plain").write_bytes(PLAN)
    assert [result.valid for result in check_path(tmp_path / "plain", "plan", "value")] == [True]
    with pytest.raises(JiffyArgumentException, match=r"has none of the extensions .jsonl, .ndjson, .json"):
        check_path(tmp_path / "plain", "plan")
    with pytest.raises(JiffyArgumentException, match="invalid form 'yaml'"):
        unchecked(check_path)(tmp_path, "plan", "yaml")
    with pytest.raises(JiffyArgumentException, match="invalid kind 'plane'"):
        check_path(tmp_path, "plane")
    with pytest.raises(JiffyArgumentException, match="invalid kind 'plane'"):
        check_stream(BytesIO(), "plane")


def test_files_of_a_folder_and_its_subfolders_are_checked_in_order(tmp_path: Path) -> None:
    (tmp_path / "b" / "deep.json").mkdir(parents=True)
    for name in ("z.json", "a.jsonl", "b/y.json", "b/deep.json/x.ndjson", "a b.JSON"):
        (tmp_path / name).write_bytes(BROKEN)
    (tmp_path / "notes.txt").write_bytes(b"nothing of ours")
    read = dict.fromkeys(["a b.JSON", "a.jsonl", "z.json", "b/y.json", "b/deep.json/x.ndjson"], BROKEN_RULES)
    assert by_file(tmp_path) == {**read, "notes.txt": ["skipped"]}
    assert list(by_file(tmp_path)) == ["a b.JSON", "a.jsonl", "notes.txt", "z.json", "b/y.json", "b/deep.json/x.ndjson"]


@unix
def test_links_to_files_are_followed_but_not_to_folders(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.json").write_bytes(PLAN)
    (tmp_path / "inner" / "up").symlink_to(tmp_path)
    (tmp_path / "inner" / "up.json").symlink_to(tmp_path)
    (tmp_path / "b.json").symlink_to(tmp_path / "inner" / "a.json")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round.json").symlink_to(tmp_path / "round.json")
    os.mkfifo(tmp_path / "pipe.json")
    assert by_file(tmp_path) == {
        "b.json": [],
        "gone.json": ["unreadable"],
        "pipe.json": ["unreadable"],
        "round.json": ["unreadable"],
        "inner/a.json": [],
    }


@contextmanager
def without_privileges() -> Generator[None]:
    """Run without root privileges."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@unix
def test_an_unreadable_file_is_a_finding_and_the_others_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)
    for name in ("a/x.json", "b/x.json", "c/x.json", "c/y.json"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(PLAN)
    Path("b").chmod(0)
    Path("c/x.json").chmod(0)
    with without_privileges():
        results = list(check_path(".", "plan"))
        [alone] = check_path("b", "plan")
        [inside] = check_path("b/x.json", "plan")
    Path("b").chmod(0o755)
    assert [(each.file, each.about, each.valid) for each in results] == [
        ("a/x.json", "value", True),
        ("b", "file", False),
        ("c/x.json", "file", False),
        ("c/y.json", "value", True),
    ]
    for result in (results[1], results[2], alone, inside):
        [finding] = result.findings
        assert (finding.rule, finding.found) == ("unreadable", "Permission denied")


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    [result] = check_path(tmp_path / "nowhere", "plan")
    assert (result.file, result.line, result.about) == (str(tmp_path / "nowhere"), None, "file")
    assert [each.found for each in result.findings] == ["No such file or directory"]


def test_a_growing_file_is_read_up_to_its_original_size(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes((PLAN + b"\n") * 3 + BROKEN[:40])
    told: list[int] = []

    def grow(count: int) -> None:
        told.append(count)
        with path.open("ab") as file:
            file.write(BROKEN[40:] + b"\n" + (BROKEN + b"\n") * 10_000)

    size = path.stat().st_size
    results = list(check_path(path, "plan", progress=grow))
    assert [(each.line, each.about, each.valid) for each in results] == [
        *((line, "value", True) for line in (1, 2, 3)),
        (None, "file", True),
    ]
    assert [(each.rule, each.severity) for each in results[-1].findings] == [("grew", "note")]
    assert sum(told) == size


def test_a_last_line_without_a_newline_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(PLAN + b"\n" + BROKEN)
    assert rules(check_path(path, "plan")) == [(2, BROKEN_RULES)]


def test_growth_of_a_file_of_one_value_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(PLAN)
    results = check_path(path, "plan", progress=lambda _: path.write_bytes(PLAN * 2))
    assert [(each.about, [one.rule for one in each.findings]) for each in results] == [
        ("value", []),
        ("file", ["grew"]),
    ]


@pytest.mark.parametrize("name", ["plan.json", "plan.jsonl"])
def test_a_skipped_value_counts_as_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(padded(LARGEST * 2))
    told: list[int] = []
    [result] = check_path(path, "plan", progress=told.append)
    assert [each.rule for each in result.findings] == ["too-large"]
    assert sum(told) == LARGEST * 2
    assert len(told) > 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_another_encoding_is_a_finding_and_the_lines_are_checked(tmp_path: Path, encoding: str) -> None:
    text = "\n".join(line.decode() for line in (PLAN, BROKEN, PLAN.replace(b"Cloud", "\u0a0a\u2028😀".encode())))
    (tmp_path / "a.jsonl").write_bytes(text.encode(encoding))
    (tmp_path / "b.json").write_bytes(BROKEN.decode().encode(encoding))
    rule = "byte-order-mark" if encoding == "utf-8-sig" else "not-utf-8"
    assert rules(check_path(tmp_path / "a.jsonl", "plan")) == [(None, [rule]), (2, BROKEN_RULES)]
    assert rules(check_path(tmp_path / "b.json", "plan")) == [(None, [rule]), (1, BROKEN_RULES)]
    [about, *_] = check_path(tmp_path / "b.json", "plan")
    assert (about.about, about.valid) == ("file", False)


def test_an_error_of_the_stream_is_the_last_finding() -> None:
    class Broken:
        data: bytes = BROKEN + b"\n" + PLAN[:20]

        def read(self, size: int, /) -> bytes:
            if not self.data:
                raise ConnectionResetError(104, "Connection reset by peer")
            found, self.data = self.data[:size], self.data[size:]
            return found

    results = list(check_stream(Broken(), "plan"))
    assert [(each.line, each.about) for each in results] == [(1, "value"), (None, "file")]
    assert [each.found for each in results[1].findings] == ["Connection reset by peer"]
    [alone] = check_stream(Broken(), "plan", "value")
    assert [each.rule for each in alone.findings] == ["unreadable"]


@pytest.mark.parametrize(("last", "severity"), [(b"1", "note"), (b"3", "note"), (b"9", "warning"), (b"[]", "error")])
def test_findings_beyond_the_maximum_are_summarised(last: bytes, severity: str) -> None:
    schedules = [b'"%d": {"dayid": 1, "timeid": 3}' % number for number in range(MOST_FINDINGS + 1)]
    value = b'{"messages": [], "result": {' + b",".join(schedules) + b', "x": {"dayid": 0, "timeid": ' + last + b"}}}"
    [result] = check_stream(BytesIO(value), dict[str, Schedule])
    assert len(result.findings) == MOST_FINDINGS + 1
    more = result.findings[-1]
    assert (more.rule, more.severity) == ("more-findings", severity)
    assert result.valid == (severity != "error")
    assert {each.rule for each in result.findings[:-1]} == {"unknown-state"}


def test_the_maximum_of_findings_is_reported_in_full() -> None:
    plans = b'{"messages": [], "result": {' + b",".join(b'"%d": 5' % number for number in range(MOST_FINDINGS)) + b"}}"
    [result] = check_stream(BytesIO(plans), "plans")
    assert [each.rule for each in result.findings] == ["wrong-type"] * MOST_FINDINGS


def test_the_stream_is_not_closed() -> None:
    stream = BytesIO(PLAN)
    assert all(result.valid for result in check_stream(stream, "plan"))
    assert not stream.closed


def test_a_file_is_closed_with_the_iterator(tmp_path: Path) -> None:
    path = tmp_path / "plans.jsonl"
    path.write_bytes((PLAN + b"\n") * 10)
    results = check_path(path, "plan")
    next(results)
    del results  # a file that is left open is a warning, and so an error


def test_an_invalid_path_is_a_finding_or_an_exception(tmp_path: Path) -> None:
    (result,) = check_path(str(tmp_path / "a\0b.json"), "box")
    assert [(finding.rule, finding.found) for finding in result.findings] == [("unreadable", "an invalid path")]
    with pytest.raises(JiffyArgumentException, match="invalid path ''"):
        check_path("", "box")


def test_long_names_are_cut_in_pointers() -> None:
    (finding,) = check({"dayid": 0, "timeid": 1, "k" * 10_000: 1}, "schedule").findings
    assert finding.pointer == f"/{'k' * 256}…"
    deep = '{"' + "n" * 100 + '":'
    (_, finding) = check(f'{{"dayid": 0, "timeid": 1, "new": {deep * 100}[NaN]{"}" * 101}', "schedule").findings
    assert finding.pointer == f"/new{19 * f'/{100 * chr(110)}'}/{100 * 'n'}/…"


def test_an_unhashable_type_is_rejected() -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid type \[1\]"):
        unchecked(check)({}, [1])

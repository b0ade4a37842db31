"""Tests for `check_stream` with slow, failing and invalid streams."""

from io import BytesIO, StringIO

import pytest

from jiffybox_sdk import JiffyArgumentException
from jiffybox_sdk.validation import check_stream
from tests.support.scripted import unchecked
from tests.support.validation import rules


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_short_reads_do_not_affect_results(encoding: str, size: int) -> None:
    class Slow(BytesIO):
        def read(self, most: int | None = -1, /) -> bytes:
            return super().read(min(size, most or 0))

    for text, lines in (("true\nfalse\n", [1, 2]), ("\ntrue\n", [2]), ("\n\n1", [3])):
        stream = Slow(text.encode(encoding))
        results = [result for result in check_stream(stream, "done") if result.about == "value"]
        found = ["wrong-type"] if "1" in text else []
        assert [result.line for result in results] == lines
        assert all([finding.rule for finding in result.findings] == found for result in results)


def test_a_short_line_is_checked_before_the_next_one_is_read() -> None:
    class Slow:
        pieces = iter([b"1\n", b"2\n"])

        def read(self, size: int, /) -> bytes:
            del size
            return next(self.pieces)

    assert next(check_stream(Slow(), "done")).line == 1
    assert next(Slow.pieces) == b"2\n"


def test_a_non_blocking_stream_is_unreadable() -> None:
    class Impatient:
        pieces = iter([b"true\n", None, b"1\n"])

        def read(self, size: int, /) -> bytes | None:
            del size
            return next(self.pieces)

    assert rules(check_stream(Impatient(), "done")) == [(None, ["unreadable"])]


def test_nothing_is_read_after_an_error() -> None:
    class Failing:
        pieces = iter([b"t", b"", b"rue\n", b""])

        def read(self, size: int, /) -> bytes:
            del size
            if piece := next(self.pieces):
                return piece
            raise OSError(5, "broken")

    results = list(check_stream(Failing(), "done"))
    assert [(result.about, result.findings[0].found) for result in results] == [("file", "broken")]


def test_a_stream_in_text_mode_is_rejected() -> None:
    with pytest.raises(JiffyArgumentException, match="expected one in binary mode"):
        list(unchecked(check_stream)(StringIO("true"), "done"))

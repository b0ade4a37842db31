"""The headers of a response, as a mapping, and without the token."""

import copy
import pickle

import pytest
from hypothesis import given, strategies as st

from jiffybox_sdk import Box, Headers, Plan, response_headers
from tests.support.scripted import TOKEN, example, unchecked

RAW = [(b"X-Request-Id", b"7f"), (b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"X-Owner", "Jörg".encode())]
HEADERS = Headers(RAW)


def test_names_are_case_insensitive_and_repeated_values_are_joined() -> None:
    assert (HEADERS["x-request-id"], HEADERS["X-REQUEST-ID"]) == ("7f", "7f")
    assert dict(HEADERS) == {"x-request-id": "7f", "set-cookie": "a=1, b=2", "x-owner": "Jörg"}
    assert (len(HEADERS), "SET-COOKIE" in HEADERS, HEADERS.get("Date")) == (3, True, None)
    assert HEADERS.raw == tuple(RAW)
    with pytest.raises(KeyError, match="date"):
        HEADERS["Date"]


def test_values_in_latin_1_are_decoded() -> None:
    assert Headers([(b"X-Owner", "Jörg".encode("latin-1"))])["x-owner"] == "Jörg"


def test_equal_headers_have_equal_hashes() -> None:
    other = Headers([*RAW[1:], RAW[0]])
    assert (other == HEADERS, hash(other) == hash(HEADERS)) == (True, True)
    assert Headers() != HEADERS


@pytest.mark.parametrize("name", ["raw", "_decoded", "new"])
def test_headers_are_immutable(name: str) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        unchecked(setattr)(HEADERS, name, ())
    with pytest.raises(AttributeError, match="immutable"):
        unchecked(delattr)(HEADERS, name)


def test_copies_and_pickles_keep_the_headers() -> None:
    unpickled: object = pickle.loads(pickle.dumps(HEADERS))  # noqa: S301
    for other in (copy.copy(HEADERS), copy.deepcopy(HEADERS), unpickled):
        assert isinstance(other, Headers)
        assert other.raw == HEADERS.raw


@pytest.mark.parametrize("name", ["X-Request-ID", "request-id", "X-Correlation-Id", "X-Amzn-Trace-Id", "CF-Ray"])
def test_the_request_id_has_several_names(name: str) -> None:
    assert Headers([(name.encode(), b"7f")]).request_id == "7f"
    assert Headers([(b"Date", b"now")]).request_id is None


names = st.from_regex(rb"[A-Za-z0-9-]{1,20}", fullmatch=True) | st.just(TOKEN.encode())
values = st.binary(max_size=40) | st.binary(max_size=9).map(lambda text: text + TOKEN.encode() + text)


@given(st.lists(st.tuples(names, values), max_size=5))
def test_headers_without_secrets_are_the_same_except_for_secrets(raw: list[tuple[bytes, bytes]]) -> None:
    headers = Headers.without([TOKEN], raw, "-token-")
    replaced = [(part.replace(TOKEN.encode(), b"-token-") for part in header) for header in raw]
    assert headers.raw == tuple(map(tuple, replaced))
    assert TOKEN not in f"{headers!r} {headers.raw!r} {pickle.dumps(headers)!r}"


@pytest.mark.parametrize(
    "record",
    [Box(example("box")), Plan(example("plan")), True, None, {}, object()],
    ids=lambda value: type(value).__name__,
)
def test_records_that_are_not_from_a_response_have_no_headers(record: object) -> None:
    assert response_headers(record) == {}


def test_a_field_with_the_name_of_the_slot_is_not_taken_for_headers() -> None:
    box = Box({**example("box"), "_headers": {"x": "y"}})
    assert response_headers(box) == {}

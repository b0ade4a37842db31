"""The exceptions of the SDK: their hierarchy, copies, messages and attributes. No other exceptions are raised."""

import copy
import pickle
import re
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from hypothesis import example as with_example, given, settings, strategies as st
from pydantic import JsonValue, ValidationError

from jiffybox_sdk import (
    Box,
    Distribution,
    DriftEntry,
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyDetachedException,
    JiffyDriftException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyMismatchException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
    Message,
    Plan,
    exceptions,
    operations,
    validate,
)
from tests.support.scripted import TOKEN, Answer, envelope, example, scripted

GET = operations.get_box(12345)
MESSAGES = [Message(type="error", message="Der Name existiert bereits."), Message(type="notice", message="Tip")]
SAMPLES: list[JiffyException] = [
    JiffyException("anything"),
    JiffyMessageException(MESSAGES, http_status=200, operation=GET),
    JiffyMessageException([]),
    JiffyTokenException(MESSAGES, http_status=401),
    JiffyNotFoundException(MESSAGES, operation=GET),
    JiffyLimitException([], http_status=429, operation=GET),
    JiffyAttributeException(
        "broken", model="Box", missing=["plan.id"], wrong=["ips"], payload={"a": [1]}, operation=GET
    ),
    JiffyDriftException(
        [DriftEntry("Box", "/new", "unknown-field", None, "string")], operation=GET, result=Box(example("box"))
    ),
    JiffyTransportException("lost", operation=GET, http_status=502, transient=False),
    JiffyOutcomeUnknownException("lost", operation=operations.delete_box(1), http_status=504),
    JiffyWaitException("not deleted", record=Box(example("box"))),
    JiffyTimeoutException("timed out", record=Box(example("box")), retry_after=3600.0),
    JiffyMismatchException(Box(example("box")), {"plan": (45, 44), "metadata.role": ("web", None)}),
    JiffyArgumentException("invalid"),
    JiffyDetachedException("closed"),
]
CLASSES = [
    value for value in vars(exceptions).values() if isinstance(value, type) and issubclass(value, JiffyException)
]

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)


def test_a_mismatch_names_at_most_five_differences_and_no_values_of_metadata() -> None:
    box = Box({**example("box"), "id": 7, "name": "web"})
    differences = {"plan": (45, 44), **{f"metadata.{name}": ("secret", None) for name in "abcdef"}}
    assert str(JiffyMismatchException(box, differences)) == (
        "box 7 has the name 'web', but differs from the one asked for: plan is 44 instead of 45, metadata.a differs, "
        "metadata.b differs, metadata.c differs, metadata.d differs and 2 more"
    )


def test_the_documented_hierarchy_is_complete() -> None:
    documented: dict[str, str] = {}
    path: list[str] = []
    for line in str(exceptions.__doc__).splitlines():
        match = re.match(r"    ([ │├└─]*)(Jiffy\w+)", line)
        if match:
            path[len(match[1]) // 4 :] = [match[2]]
            documented[match[2]] = path[-2] if len(path) > 1 else "Exception"
    assert documented == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES}


def test_time_outs_and_invalid_arguments_derive_from_builtin_exceptions() -> None:
    assert [cls.__name__ for cls in CLASSES if issubclass(cls, TimeoutError)] == ["JiffyTimeoutException"]
    assert [cls.__name__ for cls in CLASSES if issubclass(cls, ValueError)] == ["JiffyArgumentException"]
    with pytest.raises(ValueError, match="api_url"):
        JiffyBox(TOKEN, "nowhere")
    with pytest.raises(TimeoutError, match=r"box 12345 was last seen CREATING"):
        scripted(envelope(example("box")))[0].box(12345).wait_for_status(max_wait=0)


def test_there_is_a_sample_of_each_class() -> None:
    assert {type(sample) for sample in SAMPLES} == set(CLASSES)


def pickled(error: JiffyException) -> object:
    return pickle.loads(pickle.dumps(error))  # noqa: S301


COPIES: list[Callable[[JiffyException], object]] = [copy.copy, copy.deepcopy, pickled]


@each_sample
@pytest.mark.parametrize("copy_of", COPIES)
def test_copies_keep_all_attributes(sample: JiffyException, copy_of: Callable[[JiffyException], object]) -> None:
    sample.add_note("a note")
    duplicate = copy_of(sample)
    assert isinstance(duplicate, type(sample))
    assert duplicate is not sample
    assert (str(duplicate), repr(duplicate), duplicate.args) == (str(sample), repr(sample), sample.args)
    assert vars(duplicate) == vars(sample)


@each_sample
def test_each_message_is_one_line(sample: JiffyException) -> None:
    assert str(sample)
    assert str(sample).isprintable()


@pytest.mark.parametrize(
    "answer",
    [
        envelope(None, ("error", "erste Zeile\r\nzweite Zeile\n")),
        envelope(None, ("error", "oben<br />\tunten&#10;&#27;[2J")),
        envelope({**example("box"), "activeProfile": {"disks": {"a\nb": {}, "\x1b": 1}}}),
        httpx.ConnectError("first\nsecond"),
        httpx.ReadTimeout("first\n\nsecond\n"),
    ],
    ids=["line breaks", "markup", "field names", "connect error", "read error"],
)
def test_messages_with_text_from_outside_stay_one_line(answer: Answer) -> None:
    with pytest.raises(JiffyException) as caught:
        scripted(answer)[0].box(1)
    assert str(caught.value).isprintable()


def test_error_messages_of_the_service_have_their_own_classes(emulator: Emulator, client: JiffyBox) -> None:
    with pytest.raises(JiffyTokenException, match="API-Token ist ungueltig"):
        JiffyBox(TOKEN, transport=emulator.transport()).boxes()
    with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 1") as not_found:
        client.box(1)
    assert [message.type for message in not_found.value.messages] == ["error"]
    assert (not_found.value.http_status, str(not_found.value.operation)) == (200, "GET jiffyBoxes/1")
    client.create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyMessageException, match="Der Name existiert bereits") as rejected:
        client.create_box("web", 44, distribution="centos_7_64bit", password="secret")
    assert type(rejected.value) is JiffyMessageException
    assert rejected.value.operation is not None
    assert rejected.value.operation.body is None


def test_the_message_of_a_limit_says_that_it_is_the_rate_of_calls() -> None:
    with pytest.raises(
        JiffyLimitException, match=r"^the service rejected .* \(rate limit\): HTTP status 429"
    ) as limited:
        scripted(httpx.Response(429))[0].delete_box(1)
    assert (limited.value.http_status, limited.value.messages) == (429, ())


def test_an_invalid_payload_raises_with_the_paths_of_its_errors() -> None:
    disks: JsonValue = {"xvda": {"name": "root"}, "a.b": []}
    payload: dict[str, JsonValue] = {
        **example("box", 1),
        "id": True,
        "ips": {"public": ["a", 1]},
        "activeProfile": {**example("profile"), "disks": disks},
    }
    del payload["name"]
    with pytest.raises(JiffyAttributeException) as caught:
        scripted(envelope(payload))[0].box(1)
    error = caught.value
    assert error.model == "Box"
    assert {"name", "ips.private", "activeProfile.disks.xvda.filesystem"} <= {*error.missing}
    assert {*error.wrong} == {"id", "ips.public[1]", "activeProfile.disks['a.b']"}
    assert error.payload == payload
    assert error.operation == operations.get_box(1)
    assert isinstance(error.__cause__, ValidationError)
    assert str(error).startswith(
        "invalid Box in the response to GET jiffyBoxes/1: name is missing; ips.private is missing"
    )


def test_an_invalid_answer_to_a_write_mentions_the_probable_change() -> None:
    client, script, _ = scripted(envelope({}))
    with pytest.raises(JiffyAttributeException, match="probably carried out"):
        client.create_box("web", 44, distribution="centos_7_64bit")
    assert len(script.requests) == 1


json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["id", "ips", "plan"]), inner),
    max_leaves=5,
)


def box_with(fields: dict[str, JsonValue]) -> JsonValue:
    return {**example("box", 1), **fields}


def enveloped(result: JsonValue) -> bytes:
    return envelope(result).content


payloads = json_values | st.dictionaries(st.sampled_from([*example("box", 1)]), json_values).map(box_with)
CALLS: list[Callable[[JiffyBox], object]] = [
    JiffyBox.boxes,
    JiffyBox.plans,
    JiffyBox.distributions,
    lambda client: client.delete_box(1),
    lambda client: client.create_box("web", 44, distribution="nope"),
]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    call=st.sampled_from(CALLS),
    status=st.sampled_from([200, 204, 302, 404, 429, 500, 503]),
    retry_after=st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    body=st.binary() | payloads.map(enveloped),
)
@with_example(JiffyBox.boxes, 429, "Mon, 01 Jan 2024 00:00:00 +99999999999999999999", b"")
@with_example(JiffyBox.boxes, 503, "Mon, 01 Jan 0001 00:00:00 +2359", b"")
@with_example(JiffyBox.boxes, 503, "Mon, 31 Dec 9999 23:59:59 -2359", b"")
def test_any_answer_raises_only_exceptions_of_the_sdk(
    call: Callable[[JiffyBox], object], status: int, retry_after: str, body: bytes
) -> None:
    client, _, _ = scripted(httpx.Response(status, headers={"Retry-After": retry_after}, content=body))
    raises_only_sdk_exceptions(lambda: call(client))


@settings(deadline=None, derandomize=True, max_examples=150)
@given(payload=payloads | st.binary() | st.text(st.characters()))
@with_example("\ud800")
@with_example(b"\xff")
@with_example("[" * 10_000)
def test_any_payload_raises_only_exceptions_of_the_sdk(payload: JsonValue | bytes) -> None:
    for kind in (Box, dict[str, Box], Distribution, Plan, bool):
        raises_only_sdk_exceptions(partial(validate, payload, kind))
    if isinstance(payload, dict):
        for record in (Box, Distribution, Plan):
            raises_only_sdk_exceptions(partial(record, payload))


def raises_only_sdk_exceptions(call: Callable[[], object]) -> None:
    """Make a call that may only raise exceptions of the SDK, with a message of one line."""
    error: JiffyException | None = None
    try:
        call()
    except JiffyException as caught:
        error = caught
    assert error is None or str(error).isprintable()

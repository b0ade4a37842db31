"""What the SDK raises: one tree, each exception complete wherever it is carried, one line each, and nothing else."""

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
TOLD = [Message(type="error", message="Der Name existiert bereits."), Message(type="notice", message="Tip")]
SAMPLES: list[JiffyException] = [
    JiffyException("anything"),
    JiffyMessageException(TOLD, http_status=200, operation=GET),
    JiffyMessageException([]),
    JiffyTokenException(TOLD, http_status=401),
    JiffyNotFoundException(TOLD, operation=GET),
    JiffyLimitException([], http_status=429, operation=GET),
    JiffyAttributeException(
        "broken", model="Box", missing=["plan.id"], wrong=["ips"], payload={"a": [1]}, operation=GET
    ),
    JiffyDriftException([DriftEntry("Box", "/new", "field", "text")], operation=GET, result=Box(example("box"))),
    JiffyTransportException("lost", operation=GET, http_status=502, transient=False),
    JiffyOutcomeUnknownException("lost", operation=operations.delete_box(1), http_status=504),
    JiffyWaitException("in vain", record=Box(example("box"))),
    JiffyTimeoutException("in vain", record=Box(example("box"))),
    JiffyArgumentException("refused"),
    JiffyDetachedException("closed"),
]
KINDS = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, JiffyException)]

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)


def test_the_tree_in_the_documentation_is_the_real_one() -> None:
    drawn: dict[str, str] = {}
    path: list[str] = []
    for line in str(exceptions.__doc__).splitlines():
        found = re.match(r"    ([ │├└─]*)(Jiffy\w+)", line)
        if found:
            path[len(found[1]) // 4 :] = [found[2]]
            drawn[found[2]] = path[-2] if len(path) > 1 else "Exception"
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in KINDS}


def test_what_python_has_a_name_for_can_be_caught_by_that_name() -> None:
    assert [kind.__name__ for kind in KINDS if issubclass(kind, TimeoutError)] == ["JiffyTimeoutException"]
    assert [kind.__name__ for kind in KINDS if issubclass(kind, ValueError)] == ["JiffyArgumentException"]
    with pytest.raises(ValueError, match="api_url"):
        JiffyBox(TOKEN, "nowhere")
    with pytest.raises(TimeoutError, match=r"box 12345 was last seen CREATING"):
        scripted(envelope(example("box")))[0].box(12345).wait_for_status(max_wait=0)


def test_there_is_a_sample_of_each() -> None:
    assert {type(sample) for sample in SAMPLES} == set(KINDS)


def pickled(error: JiffyException) -> object:
    return pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)


COPIES: list[Callable[[JiffyException], object]] = [copy.copy, copy.deepcopy, pickled]


@each_sample
@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_is_complete(sample: JiffyException, copied: Callable[[JiffyException], object]) -> None:
    sample.add_note("seen in the night")
    twin = copied(sample)
    assert isinstance(twin, type(sample))
    assert twin is not sample
    assert (str(twin), repr(twin), twin.args) == (str(sample), repr(sample), sample.args)
    assert vars(twin) == vars(sample)


@each_sample
def test_each_prints_one_line(sample: JiffyException) -> None:
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
)
def test_it_stays_one_line_whatever_the_other_side_says(answer: Answer) -> None:
    with pytest.raises(JiffyException) as caught:
        scripted(answer)[0].box(1)
    assert str(caught.value).isprintable()


def test_a_refusal_is_of_the_kind_that_a_caller_would_act_on(emulator: Emulator, client: JiffyBox) -> None:
    with pytest.raises(JiffyTokenException, match="API-Token ist ungueltig"):
        JiffyBox(TOKEN, transport=emulator.transport()).boxes()
    with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 1") as missed:
        client.box(1)
    assert [message.type for message in missed.value.messages] == ["error"]
    assert (missed.value.http_status, str(missed.value.operation)) == (200, "GET jiffyBoxes/1")
    with pytest.raises(JiffyLimitException, match="HTTP status 429") as limited:
        scripted(httpx.Response(429))[0].delete_box(1)
    assert (limited.value.http_status, limited.value.messages) == (429, ())
    client.create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyMessageException, match="Der Name existiert bereits") as refused:
        client.create_box("web", 44, distribution="centos_7_64bit", password="secret")
    assert type(refused.value) is JiffyMessageException
    assert refused.value.operation is not None
    assert refused.value.operation.body is None


def test_a_payload_that_breaks_its_schema_says_where() -> None:
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
        "invalid Box in the answer to GET jiffyBoxes/1: name is missing; ips.private is missing"
    )


def test_after_a_call_that_changes_something_a_broken_answer_says_that_it_was_probably_carried_out() -> None:
    client, script, _ = scripted(envelope({}))
    with pytest.raises(JiffyAttributeException, match="probably carried out"):
        client.create_box("web", 44, distribution="centos_7_64bit")
    assert len(script.requests) == 1


json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["id", "ips", "plan"]), inner),
    max_leaves=5,
)


def odd_box(fields: dict[str, JsonValue]) -> JsonValue:
    return {**example("box", 1), **fields}


def enveloped(result: JsonValue) -> bytes:
    return envelope(result).content


odd_json = json_values | st.dictionaries(st.sampled_from([*example("box", 1)]), json_values).map(odd_box)
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
    body=st.binary() | odd_json.map(enveloped),
)
@with_example(JiffyBox.boxes, 429, "Mon, 01 Jan 2024 00:00:00 +99999999999999999999", b"")
@with_example(JiffyBox.boxes, 503, "Mon, 01 Jan 0001 00:00:00 +2359", b"")
@with_example(JiffyBox.boxes, 503, "Mon, 31 Dec 9999 23:59:59 -2359", b"")
def test_nothing_but_its_own_exceptions_comes_of_any_answer(
    call: Callable[[JiffyBox], object], status: int, retry_after: str, body: bytes
) -> None:
    client, _, _ = scripted(httpx.Response(status, headers={"Retry-After": retry_after}, content=body))
    only_ours(lambda: call(client))


@settings(deadline=None, derandomize=True, max_examples=150)
@given(payload=odd_json | st.binary() | st.text(st.characters()))
@with_example("\ud800")
@with_example(b"\xff")
@with_example("[" * 10_000)
def test_nothing_but_its_own_exceptions_comes_of_any_payload(payload: JsonValue | bytes) -> None:
    for kind in (Box, dict[str, Box], Distribution, Plan, bool):
        only_ours(partial(validate, payload, kind))
    if isinstance(payload, dict):
        for record in (Box, Distribution, Plan):
            only_ours(partial(record, payload))


def only_ours(call: Callable[[], object]) -> None:
    error: JiffyException | None = None
    try:
        call()
    except JiffyException as caught:
        error = caught
    assert error is None or str(error).isprintable()

"""Invalid arguments: nothing is sent, and the message names the value and what was expected."""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from jiffybox_sdk import Box, Distribution, Emulator, JiffyArgumentException, JiffyBox, Retry, operations, validate
from jiffybox_sdk._common import operation
from jiffybox_sdk._common.standing import Standing
from tests.support.scripted import TOKEN, Script, envelope, example, scripted, unchecked

Call = Callable[[JiffyBox], object]


def create(**changes: object) -> Call:
    """Return a call of `create_box` with valid arguments, except for the changes, which no type checker sees."""
    arguments: dict[str, object] = {"name": "web", "plan": 44, "distribution": "debian_stretch_64bit", **changes}

    def call(client: JiffyBox) -> object:
        return unchecked(client.create_box)(**arguments)

    return call


def untyped(name: str, *arguments: object) -> Call:
    """Return a call of a method with arguments that a type checker would reject."""

    def call(client: JiffyBox) -> object:
        method: Callable[..., object] = getattr(client, name)
        return method(*arguments)

    return call


CIRCULAR: dict[str, object] = {}
CIRCULAR["self"] = CIRCULAR

INVALID: list[tuple[Call, str]] = [
    (create(name=""), r"invalid name '': expected 1 to 30 characters of a-z"),
    (create(name="x" * 31), r"invalid name 'x{31}': expected 1 to 30 characters"),
    (create(name="a/b"), "invalid name 'a/b'"),
    (create(name="line\nbreak"), r"invalid name 'line\\nbreak'"),
    (create(name="web\n"), r"invalid name 'web\\n'"),
    (create(name="日本"), "invalid name '日本'"),
    (create(name=5), "invalid name 5: expected 1 to 30"),
    (create(name=None), "needs name: 1 to 30"),
    (create(name=["web"]), r"invalid name \['web'\]: expected 1 to 30"),
    (create(name=b"web"), "invalid name b'web': expected text, not bytes"),
    (create(name="x" * 100_000), "invalid name 'x{59}…"),
    (create(backupid=bytearray(b"d"), distribution=None), r"invalid backupid bytearray\(b'd'\)"),
    (create(distribution=".."), "invalid distribution '..'"),
    (create(plan="."), "invalid plan '.'"),
    (create(plan=True), "invalid plan True: expected a positive integer"),
    (create(plan=44.0), r"invalid plan 44\.0: expected a Plan, its id or its name"),
    (create(plan=None), "invalid plan None"),
    (create(plan=0), "invalid plan 0"),
    (create(plan=-1), "invalid plan -1"),
    (create(plan=""), "invalid plan ''"),
    (create(plan="0"), "invalid plan '0'"),
    (create(distribution=None), "pass exactly one of distribution and backupid"),
    (create(backupid="0123456789abcdef"), "pass exactly one of distribution and backupid"),
    (create(distribution=""), "invalid distribution '': expected a string that is not empty"),
    (create(distribution=5), "invalid distribution 5"),
    (create(distribution=None, backupid=7), "invalid backupid 7"),
    (create(password=""), "invalid password: expected a root password, not empty"),
    (create(password="p\ud800"), "not sent: an argument is not valid Unicode"),
    (create(password=SecretStr("p\udfff")), "not sent: an argument is not valid Unicode"),
    (create(use_sshkey="yes"), "invalid use_sshkey 'yes': expected true or false"),
    (create(use_sshkey=1), "invalid use_sshkey 1"),
    (create(metadata={"key": "x" * 4087}), "invalid metadata: it has 4097 bytes of JSON text, but at most 4096"),
    (create(metadata={"ä": "ä" * 2045}), "invalid metadata: it has 4099 bytes"),
    (create(metadata={1: "x"}), "invalid metadata"),
    (create(metadata={"a": {2: "x"}}), "invalid metadata: 'a"),
    (create(metadata={"a": (1, 2)}), "invalid metadata: 'a"),
    (create(metadata={"a": math.nan}), "invalid metadata: .*NaN"),
    (create(metadata={"a": math.inf}), "invalid metadata"),
    (create(metadata={"a": object()}), "invalid metadata: 'a"),
    (create(metadata={"a": "\ud800"}), "invalid metadata"),
    (create(metadata=CIRCULAR), "invalid metadata: it is nested too deeply, or contains itself"),
    (create(metadata=["a"]), "invalid metadata"),
    (create(metadata=[("a", 1)]), "invalid metadata"),
    (create(metadata="{}"), "invalid metadata"),
    *(
        (untyped(method, bad), "invalid box .*: expected a positive integer")
        for method in ("box", "delete_box")
        for bad in (
            "",
            ".",
            "..",
            "-1",
            "0",
            "1a",
            "1.0",
            " 1",
            "1/2",
            "\ud800",
            "\uff11",
            "²",
            "9" * 5000,
            "jiffyBoxes",
        )
    ),
    *((untyped(method, bad), "invalid box") for method in ("box", "delete_box") for bad in (0, -1, True, 1.0, None)),
    (untyped("box", 10**30), "invalid box"),
    (untyped("box", 10**5000), "invalid box an integer with thousands of digits"),
    *((untyped("plan", bad), "invalid plan") for bad in ("", ".", "..", "0", "-0", "-5", 0, -1, -5, "\ud800", None)),
    *((untyped("distribution", bad), "invalid") for bad in ("", ".", "..", "\ud800", "\udfff", None, 5, "x" * 1001)),
]


@pytest.mark.parametrize(("call", "message"), INVALID)
def test_invalid_arguments_raise_and_nothing_is_sent(call: Call, message: str) -> None:
    client, script, _clock = scripted(envelope(example("box")))
    with pytest.raises(JiffyArgumentException, match=message) as raised:
        call(client)
    assert isinstance(raised.value, ValueError)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert script.requests == []


def test_the_methods_of_a_box_check_their_arguments_too() -> None:
    client, script, _clock = scripted(envelope(example("box")))
    box = Box(example("box"), client)
    calls: list[Callable[[], object]] = [
        lambda: box.duplicate("a/b", 44),
        lambda: box.duplicate("copy", ""),
        lambda: box.duplicate("copy", 44, {"a": math.nan}),
        lambda: box.update_metadata({"key": "x" * 5000}),
        lambda: box.start(0),
        lambda: box.change_plan(-3),
        lambda: box.thaw(""),
    ]
    for call in calls:
        with pytest.raises(JiffyArgumentException, match="invalid"):
            call()
    assert script.requests == []


def test_metadata_of_4_kb_and_names_of_30_characters_are_sent() -> None:
    client, script, _clock = scripted(envelope(example("box")))
    create(metadata={"key": "x" * 4086}, name="ß" * 30)(client)
    create(metadata={"deep": {"list": [1, 2.5, None, True, ""]}}, name="a Z9_()=!*@.-\\ü")(client)
    assert len(script.requests) == 2


@pytest.mark.parametrize("token", ["", "a/b", "a?b", "a#b", "a b", "a\tb", "a\nb", "a\x00b", "a\\b", ".", ".."])
def test_an_invalid_token_is_not_shown(token: str) -> None:
    with pytest.raises(JiffyArgumentException, match="token") as raised:
        JiffyBox(token, transport=Script(envelope()))
    assert token in ("", ".", "..") or token not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://service.invalid", "starts with https://"),
        ("service.invalid", "starts with https://"),
        ("", "starts with https://"),
        ("https://", "starts with https://"),
        ("https://user:secret@service.invalid", "contains credentials"),
        ("https://@service.invalid", "contains credentials"),
        ("https://service.invalid/?q=1", "contains a query"),
        ("https://service.invalid/?", "contains a query"),
        ("https://service.invalid/#top", "contains a query or a fragment"),
        ("https://service.invalid:port", "not a valid URL"),
        ("https://service.invalid:99999", "not a valid URL"),
        ("https://[::1", "not a valid URL"),
        ("https://a..b", "not a valid URL"),
        ("https://.", "not a valid URL"),
        (f"https://{'x' * 64}.invalid", "not a valid URL"),
        ("https://h\\evil", "backslash"),
        ("https://service.invalid/a b", "white space"),
        ("http://service.invalid", "allow_plain_http=True"),
        ("http://192.168.0.1", "allow_plain_http=True"),
        ("http://localhost.evil.invalid", "allow_plain_http=True"),
    ],
)
def test_invalid_urls_and_unsafe_urls_raise(url: str, message: str) -> None:
    with pytest.raises(JiffyArgumentException, match=message) as raised:
        JiffyBox(TOKEN, url, transport=Script(envelope()))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://127.0.0.1", "http://127.9.9.9/base/", "http://[::1]:1"]
)
def test_plain_http_to_loopback_addresses_is_allowed(url: str) -> None:
    script = Script(envelope({}))
    JiffyBox(TOKEN, url, transport=script).boxes()
    assert str(script.requests[0].url) == f"{url.rstrip('/')}/{TOKEN}/v1.0/jiffyBoxes"


def test_plain_http_elsewhere_takes_an_explicit_option() -> None:
    script = Script(envelope({}))
    JiffyBox(TOKEN, "http://service.invalid", transport=script, allow_plain_http=True).boxes()
    assert script.requests[0].url.scheme == "http"


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, True, "10", timedelta(0), timedelta(seconds=-1), 10**400])
@pytest.mark.parametrize("name", ["timeout", "total_timeout"])
def test_invalid_time_outs_raise(name: str, bad: object) -> None:
    with pytest.raises(JiffyArgumentException, match=f"invalid {name} .*: expected more than 0 seconds"):
        unchecked(JiffyBox)(TOKEN, transport=Script(envelope()), **{name: bad})


@pytest.mark.parametrize("version", ["", ".", ".."])
def test_a_version_that_would_change_the_path_raises(version: str) -> None:
    with pytest.raises(JiffyArgumentException, match="invalid"):
        JiffyBox(TOKEN, api_version=version, transport=Script(envelope()))


def test_from_env_reads_the_token_and_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(envelope({}))
    monkeypatch.delenv("JIFFYBOX_API_KEY", raising=False)
    monkeypatch.delenv("JIFFYBOX_API_URL", raising=False)
    with pytest.raises(JiffyArgumentException, match="set the environment variable JIFFYBOX_API_KEY"):
        JiffyBox.from_env(transport=script)
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    JiffyBox.from_env(transport=script).boxes()
    monkeypatch.setenv("JIFFYBOX_API_URL", "https://other.invalid")
    JiffyBox.from_env(transport=script).boxes()
    assert [request.url.host for request in script.requests] == ["api.jiffybox.de", "other.invalid"]


INVALID_OPTIONS: list[Mapping[str, object]] = [
    {"api_url": "https://☃☃"},
    {"api_url": "https://service.invalid/" + "x" * 70_000},
    {"api_url": None},
    {"api_version": None},
    {"api_version": 5},
    {"api_version": "\ud800"},
    {"retry": 3},
    {"retry": 0},
    {"retry": Retry},
    {"transport": "x"},
    {"transport": Emulator()},
    {"transport": httpx.AsyncHTTPTransport},
    {"on_message": 5},
    {"on_attempt": 5},
    {"clock": 5},
    {"api_url": "http://service.invalid", "allow_plain_http": "no"},
]


@pytest.mark.parametrize("options", INVALID_OPTIONS)
def test_invalid_options_of_a_client_raise_at_once(options: Mapping[str, object]) -> None:
    valid: dict[str, object] = {"api_key": TOKEN, "transport": Script(envelope())}
    with pytest.raises(JiffyArgumentException, match="invalid"):
        unchecked(JiffyBox)(**{**valid, **options})


def test_the_api_of_a_record_must_be_a_client() -> None:
    with pytest.raises(JiffyArgumentException, match="invalid api of type str: expected a JiffyBox"):
        unchecked(Box)(example("box"), "x")


@pytest.mark.parametrize("id_", [5, ""])
def test_the_id_of_a_distribution_is_a_string(id_: object) -> None:
    with pytest.raises(JiffyArgumentException, match="invalid"):
        unchecked(Distribution)(example("distribution"), None, id_)


NOT_MODELS: list[object] = [[Box], {"a": 1}, "Nope", dict[str, "Nope"], 5]  # type: ignore[name-defined] # pyright: ignore[reportUndefinedVariable] # noqa: F821


@pytest.mark.parametrize("as_type", NOT_MODELS, ids=str)
def test_an_invalid_type_of_a_payload_is_rejected(as_type: object) -> None:
    with pytest.raises(JiffyArgumentException, match="expected a model"):
        unchecked(validate)({}, as_type)


NOT_OPERATIONS: dict[str, tuple[object, str]] = {
    "a path": ("jiffyBoxes/5", r"invalid operation 'jiffyBoxes/5': expected one from jiffybox_sdk\.operations"),
    "the function alone": (operations.delete_box, r"such as get_box\(1\)"),
    "another kind of result": (
        operation.Call("get_box", "GET", "jiffyBoxes/{box}", "server", Standing.DOCUMENTED).on(5),
        r"invalid operation GET jiffyBoxes/5: unknown kind of result 'server'; expected one from",
    ),
}


@pytest.mark.parametrize("case", NOT_OPERATIONS)
def test_an_invalid_operation_raises_before_anything_is_sent(case: str) -> None:
    argument, problem = NOT_OPERATIONS[case]
    client, script, _ = scripted(envelope(True))  # noqa: FBT003
    with pytest.raises(JiffyArgumentException, match=problem):
        unchecked(client.send)(argument)
    assert script.requests == []

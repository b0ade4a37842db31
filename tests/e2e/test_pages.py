"""The list of calls that the emulator's server shows, and the OpenAPI document of the control interface."""

from collections.abc import Generator, Iterator

import httpx
import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it ships no types
from pydantic import JsonValue
from starlette.routing import Route

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator._server import panel
from jiffybox_sdk.emulator._server.app import running
from jiffybox_sdk.emulator._server.control import control_application
from jiffybox_sdk.emulator._server.control_openapi import control_openapi
from tests.support.openapi_rules import RULES
from tests.support.openapi_tools import JSON
from tests.support.schema_tools import items, members

DOCUMENT = control_openapi()
PATHS = members(DOCUMENT["paths"])
FAULT: dict[str, object] = {"call": "get_box", "drop": True}
SEED = {"boxes": [{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}]}
BODIES: dict[tuple[str, str], list[dict[str, object]]] = {
    ("post", "/reset"): [{}, {"seed": SEED, "clock": "manual"}],
    ("post", "/clock"): [{"advance": 1.5}, {"run_until_idle": True}, {"policy": "real", "speed": 2}],
    ("post", "/faults"): [{"call": "get_box", "status": 503, "retry_after": "5", "times": 2}],
    ("delete", "/faults"): [FAULT],
    ("put", "/state"): [],
    ("post", "/floating-ips"): [{"box": 10_001}],
}


@pytest.fixture(scope="module")
def server(served: tuple[Emulator, str]) -> Generator[httpx.Client]:
    with httpx.Client(base_url=served[1], trust_env=False) as client:
        yield client


def operations() -> Iterator[tuple[str, str, dict[str, JsonValue]]]:
    """Yield the verb, the path and the operation of each request to the control interface."""
    for path, item in PATHS.items():
        for verb, operation in members(item).items():
            yield verb, path, members(operation)


def validator(schema: JsonValue) -> jsonschema_rs.Draft202012Validator:
    """Return a validator for a schema in the document."""
    return jsonschema_rs.Draft202012Validator({**members(schema), "components": DOCUMENT["components"]})


def content(part: JsonValue) -> JsonValue:
    """Return the schema of a request or response."""
    return members(members(members(part)["content"])[JSON])["schema"]


@pytest.fixture
def _without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra `panel` is not installed."""
    monkeypatch.setattr(panel, "_scalar", lambda: None)


@pytest.mark.usefixtures("_without_extra")
def test_docs_lists_every_call(server: httpx.Client) -> None:
    page = server.get("/docs").text
    for call in CALLS:
        assert f"<code>{call.verb} /{{token}}/v1.0/{call.path}</code>: " in page
    for verb, path, _ in operations():
        assert f"<code>{verb.upper()} /__emulator__{path}</code>: " in page


@pytest.mark.usefixtures("_without_extra")
def test_docs_is_silent_about_a_control_interface_that_is_off() -> None:
    with running(Emulator(), control=False) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert "__emulator__" not in client.get("/docs").text


def test_the_document_of_the_control_interface_is_valid(server: httpx.Client) -> None:
    assert server.get("/__emulator__/openapi.json").json() == DOCUMENT
    rules = jsonschema_rs.Draft202012Validator(RULES)
    assert [f"{error.instance_path}: {error.message}" for error in rules.iter_errors(DOCUMENT)] == []
    for schema in members(members(DOCUMENT["components"])["schemas"]).values():
        Draft202012Validator.check_schema(members(schema))


def test_it_describes_all_requests() -> None:
    routes = [route for route in control_application(Emulator()).routes if isinstance(route, Route)]
    served = {(verb.lower(), route.path) for route in routes for verb in (route.methods or set()) - {"HEAD"}}
    assert {(verb, path) for verb, path, _ in operations()} == served


@pytest.mark.parametrize(("verb", "path"), [(verb, path) for verb, path, _ in operations()])
def test_requests_and_responses_match_it(
    served: tuple[Emulator, str], server: httpx.Client, verb: str, path: str
) -> None:
    emulator, _ = served
    emulator.reset(SEED, clock="manual")
    with emulator.client() as client:
        client.create_box("other", 44, distribution="centos_7_64bit")
    emulator.add_fault("get_box", drop=True)
    operation = members(members(PATHS[path])[verb])
    answer = validator(content(members(operation["responses"])["200"]))
    bodies = BODIES.get((verb, path), [None]) or [server.get("/__emulator__/state").json()]
    assert ("requestBody" in operation) == (bodies != [None])
    for body in bodies:
        if body is not None:
            assert validator(content(operation["requestBody"])).is_valid(body)
        response = server.request(verb, f"/__emulator__{path}", json=body)
        assert response.status_code == 200
        assert list(answer.iter_errors(response.json())) == []


@pytest.mark.parametrize("body", [{"advance": -1}, {"advance": 1, "run_until_idle": True}, {"run_until_idle": False}])
def test_it_rejects_what_the_server_rejects(server: httpx.Client, body: dict[str, object]) -> None:
    operation = members(members(PATHS["/clock"])["post"])
    assert not validator(content(operation["requestBody"])).is_valid(body)
    response = server.post("/__emulator__/clock", json=body)
    assert response.status_code == 400
    assert validator(content(members(operation["responses"])["400"])).is_valid(response.json())
    assert items([*response.json()]) == ["error"]

"""Schemathesis for an emulator on a socket: single calls, and sequences of calls along links."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol, cast
from urllib.parse import urlencode

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy, one_of
from pydantic import JsonValue
from schemathesis import GenerationMode
from schemathesis.config import GenerationConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.stateful.state_machine import APIStateMachine

from jiffybox_sdk import Emulator
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import ServiceRequest
from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS
from jiffybox_sdk.emulator._server.app import running
from jiffybox_sdk.schemas import openapi
from tests.support.fuzz_checks import answered, asked
from tests.support.openapi_tools import FORM
from tests.support.schema_tools import items, members

TOKEN = "0123456789abcdefghijKLMNOPQRSTUV"

SEED: Mapping[str, object] = {
    "boxes": [
        {
            "id": 12345,
            "name": "stopped",
            "planid": 44,
            "distribution": "centos_7_64bit",
            "running": False,
            "floatingIps": 1,
            "backups": {"manual": 1_699_000_000, "daily": 1_699_900_000},
        },
        {
            "id": 12346,
            "name": "running",
            "planid": 45,
            "distribution": "debian_stretch_64bit",
            "schedule": {"dayid": 0, "timeid": 1},
        },
        {"id": 12347, "name": "frozen", "planid": 46, "distribution": "debian_stretch_64bit", "status": "FROZEN"},
    ],
    "contactGroups": [{"id": 7, "name": "others", "contacts": ["admin@example.org"]}],
    "checks": [
        {"name": "ping", "box": "stopped", "checkType": "ping", "port": 1, "contactGroups": [7]},
        {"name": "tcp", "box": "running", "checkType": "portTcp", "port": 22},
    ],
}
"""One resource of each kind."""

PRESUPPOSE_STATUSES = (
    "allow_header_conformance",  # asks for a header that goes with the status 405
    "ensure_resource_availability",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
    "object_level_authorization",
    "positive_data_acceptance",
    "unsupported_method",
    "use_after_free",
)
"""Checks that depend on the HTTP status. `fuzz_checks` has replacements."""


@schemathesis.serializer(FORM)
def as_form(_context: object, value: JsonValue) -> bytes:
    """Encode compound values as JSON text, as documented. Schemathesis would repeat their names."""
    if not isinstance(value, dict):
        return json.dumps(value).encode()
    fields = {name: inner if isinstance(inner, str) else json.dumps(inner) for name, inner in value.items()}
    return urlencode(fields).encode()


MOST_CASES = 150
"""Beyond so many cases of one call, only every second, third or n-th is tried: those of a new check, which is of one
type in twelve, are more than a thousand, and much alike."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that a check found in a response."""

    check: str
    request: str
    problem: str


@dataclass(slots=True)
class Report:
    """The report of a run.

    Attributes:
        findings: What is wrong.
        requests: What was sent, in its order, as verb, path and body.
        granted: How often each call brought a result.
        refused: How often each call was refused.
        undeclared: How often each verb was tried that makes no call.
    """

    findings: list[Finding] = field(default_factory=list)
    requests: list[tuple[str, str, object]] = field(default_factory=list)
    granted: Counter[CallName] = field(default_factory=Counter)
    refused: Counter[CallName] = field(default_factory=Counter)
    undeclared: Counter[str] = field(default_factory=Counter)

    @property
    def checks(self) -> set[str]:
        """The checks that found a problem."""
        return {finding.check for finding in self.findings}

    def note(
        self, _context: object, _case: object, response: schemathesis.Response, results: list[schemathesis.CheckResult]
    ) -> None:
        """Record a response and its problems."""
        sent = response.request
        self.requests.append((str(sent.method), sent.path_url, sent.body))
        request = f"{sent.method} {sent.path_url} {sent.body!r}"
        self.findings += [Finding(result.name, request, str(result.failure)) for result in results if result.failure]
        if any(result.failure for result in results):
            return
        call = asked(response).call
        if call is None:
            self.undeclared[str(sent.method)] += 1
        else:
            (self.refused if answered(response).refused else self.granted)[call.name] += 1


class Case(Protocol):
    """A request that schemathesis makes up. Its own types, here and below, leave too much open to be checked."""

    def call(self, *, session: requests.Session) -> schemathesis.Response: ...
    def validate_response(self, response: schemathesis.Response) -> None: ...


class Operation(Protocol):
    """A call, as schemathesis sees it."""

    def as_strategy(self, generation_mode: GenerationMode) -> SearchStrategy[Case]: ...


class Found(Protocol):
    """A correctly described call, or an exception with the reason."""

    def ok(self) -> Operation: ...


class Hooks(Protocol):
    """Return the calls of a sequence."""

    def register_hook_with_name(self, hook: Callable[..., None], name: str) -> object: ...


class Configured(Protocol):
    """The configuration of schemathesis."""

    @property
    def generation(self) -> GenerationConfig: ...


class Description(Protocol):
    """The document as loaded by schemathesis."""

    @property
    def config(self) -> Configured: ...
    @property
    def hooks(self) -> Hooks: ...
    def include(self, *, operation_id: Sequence[str]) -> "Description": ...
    def get_all_operations(self) -> Iterator[Found]: ...
    def iter_coverage_cases(
        self, operation: Operation, *, generation_modes: list[GenerationMode], generation_config: GenerationConfig
    ) -> Iterator[Case]: ...
    def as_state_machine(self) -> type[APIStateMachine]: ...


class Target:
    """An emulator on a socket, with schemathesis configured for it."""

    def __init__(self, emulator: Emulator, url: str, session: requests.Session) -> None:
        self._emulator = emulator
        self._url = url
        self._session = session
        boxes = [members(box) for box in self._result("jiffyBoxes").values()]
        backups = self._result("backups/12345").values()
        self._ids: dict[str, list[JsonValue]] = {
            "box": [12345, 12346, 12347],
            "ip": [2004, 2001],
            "group": [7, 1],
            "check": [1001, 1002],
            "backup": [members(backup)["id"] for backup in backups],
            "plan": [44, 45],
            "distribution": list(DISTRIBUTIONS),
            "address": [address for box in boxes for address in items(members(box["ips"])["public"])],
        }

    def _result(self, path: str) -> dict[str, JsonValue]:
        answer = self._emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/{path}"))
        return members(json.loads(answer.body)["result"])

    def each_call(self, *calls: CallName, examples: int) -> Report:
        """Makes each call by itself, on an account that is fresh for it; all calls, if none are named.

        First what lies on the bounds of the schemas, just beyond them, and under verbs that are not declared; then
        examples at random. `schema.parametrize()`, which does the same, makes tests and no report.
        """
        schema = self._schema()
        if calls:
            schema = schema.include(operation_id=list(calls))
        report = _reporting(schema)
        for operation in (found.ok() for found in schema.get_all_operations()):
            modes = list(GenerationMode)
            cases = list(
                schema.iter_coverage_cases(
                    operation, generation_modes=modes, generation_config=schema.config.generation
                )
            )
            for case in cases[:: len(cases) // MOST_CASES + 1]:
                self._try(case)
            # Of either kind. If nothing can be wrong, the second kind does not occur.
            either = one_of([operation.as_strategy(generation_mode=mode) for mode in modes])
            at_random(examples)(given(either)(self._try))()
        return report

    def _try(self, case: Case) -> None:
        self._emulator.reset(SEED)
        response = case.call(session=self._session)
        with suppress(FailureGroup):  # what fails is in the report
            case.validate_response(response)

    def sequences(self, *, scenarios: int, steps: int) -> Report:
        """Make sequences of calls, each with a fresh account."""
        schema = self._schema()
        report = _reporting(schema)

        def setup(_machine: APIStateMachine) -> None:
            self._emulator.reset(SEED)

        def get_call_kwargs(_machine: APIStateMachine, _case: object) -> dict[str, object]:
            return {"session": self._session}

        machine: type[APIStateMachine] = type(
            "Sequences", (schema.as_state_machine(),), {"setup": setup, "get_call_kwargs": get_call_kwargs}
        )
        with suppress(FailureGroup):
            machine.run(settings=settings(at_random(scenarios), stateful_step_count=steps))
        return report

    def _schema(self) -> Description:
        config = {
            "base-url": f"{self._url}/{TOKEN}",
            "checks": {name: {"enabled": False} for name in PRESUPPOSE_STATUSES},
            "dictionaries": {name: {"values": values} for name, values in self._ids.items()},
            "parameters": {
                place: {"dictionary": dictionary, "probability": 0.8} for place, dictionary in FILLED.items()
            },
        }
        # The type of its arguments is incomplete.
        configured = schemathesis.Config.from_dict(config)  # pyright: ignore[reportUnknownMemberType]
        return cast("Description", schemathesis.openapi.from_dict(self._document(), config=configured))

    def _document(self) -> dict[str, JsonValue]:
        """The document with the token in the URL of the server, since it is one to all calls, and with our examples."""
        text = json.dumps(openapi())
        for example, there in (("198.51.100.7", "address"), ("1234567890abcdef1234567890abcdef", "backup")):
            text = text.replace(example, str(self._ids[there][0]))
        document: dict[str, JsonValue] = json.loads(text)
        components = members(document["components"])
        token: JsonValue = {"$ref": "#/components/parameters/token"}
        paths = members(document["paths"])
        for path in list(paths):
            item = members(paths.pop(path))
            paths[path.removeprefix("/{token}")] = item
            items(item["parameters"]).remove(token)
        for response in members(components["responses"]).values():
            for link in members(members(response).get("links")).values():
                del members(members(link)["parameters"])["token"]
        parameters = members(components["parameters"])
        for name, parameter in parameters.items():
            if name in self._ids:
                members(parameter)["example"] = self._ids[name][0]
        return document


FILLED = {
    **{f"path.{name}": name for name in ("box", "ip", "group", "check", "backup", "plan", "distribution")},
    "body.targetid": "box",
    "body.planid": "plan",
    "body.distribution": "distribution",
    "body.backupid": "backup",
    "body.ip": "address",
    "body.contactGroups[*]": "group",
}
"""Fields that are filled with existing values in four of five cases."""


def at_random(examples: int) -> settings:
    """Settings with the same random examples on every run. Failures are shown unshrunk, since they are on record."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def _reporting(schema: Description) -> Report:
    report = Report()
    schema.hooks.register_hook_with_name(report.note, "after_validate")
    return report


@contextmanager
def target() -> Generator[Target]:
    """Serve an emulator that completes operations immediately."""
    emulator = Emulator("instant", token=TOKEN, seed=SEED)
    with running(emulator, control=False) as url, requests.Session() as session:
        session.trust_env = False  # no proxy
        yield Target(emulator, url, session)

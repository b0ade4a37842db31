"""The emulated service: `handle(request) → response`. It knows the API and its own state, and does no I/O."""

import json
import threading
from dataclasses import dataclass
from urllib.parse import unquote

from pydantic import JsonValue, SecretStr, ValidationError

from jiffybox_sdk.checking import reader
from jiffybox_sdk.emulator import boxes, texts
from jiffybox_sdk.emulator.catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.emulator.clock import EmulatorClock
from jiffybox_sdk.emulator.state import Account
from jiffybox_sdk.emulator.texts import Refusal
from jiffybox_sdk.exceptions import JiffyAttributeException, JiffyException
from jiffybox_sdk.models.requests.change_box import ChangeBox
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.duplicate_box import DuplicateBox
from jiffybox_sdk.operations import CALLS, Call
from jiffybox_sdk.validation import KINDS
from jiffybox_sdk.wire import Request

VERSION = "v1.0"

_MODULES = {call.path.split("/")[0] for call in CALLS}


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request as the service gets it. Not shown: the path holds the token.

    Attributes:
        verb: The HTTP verb.
        path: The path, percent-encoded, from the token on.
        body: The body.
    """

    verb: str
    path: str
    body: bytes = b""

    def __repr__(self) -> str:
        return f"<ServiceRequest {self.verb}>"


@dataclass(frozen=True, slots=True)
class ServiceResponse:
    """What the service answers."""

    status: int
    body: bytes


class EmulatorDefect(JiffyException):
    """The emulator was about to answer something that breaks the schemas: a defect of the emulator."""


class Service:
    """An account at the emulated service. May be used by many threads: calls are handled one after the other."""

    def __init__(self, token: SecretStr, clock: EmulatorClock) -> None:
        """Opens an empty account.

        Args:
            token: The token that calls must bring.
            clock: The service's time.
        """
        self._token = token
        self._clock = clock
        self._lock = threading.Lock()
        self.account: Account = Account()

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answers a request. Work that is due is finished before."""
        with self._lock:
            self.account.finish_due(self._clock.now())
            try:
                return _answer(self._dispatch(request))
            except Refusal as refusal:
                return _answer(None, [{"type": "error", "message": str(refusal)}])

    def finish_due(self) -> None:
        """Finishes work that is due."""
        with self._lock:
            self.account.finish_due(self._clock.now())

    def idle_at(self) -> float:
        """Returns when all accepted work will be done, in the service's time."""
        with self._lock:
            return self.account.idle_at() or self._clock.now()

    def _dispatch(self, request: ServiceRequest) -> JsonValue:
        version, module, *rest = self._let_in(request.path)
        if version != VERSION:
            raise Refusal(texts.NO_SUCH_VERSION, version=version)
        if module not in _MODULES:
            raise Refusal(texts.NO_SUCH_MODULE, module=module)
        segments = [module, *(part for part in rest if part)]
        for call in CALLS:
            arguments = call.match(request.verb, segments)
            if arguments is not None:
                result = self._call(call, arguments, _body(call, request.body))
                problem = reader(KINDS[call.returns]).check(result)
                if isinstance(problem, JiffyAttributeException):
                    raise EmulatorDefect(f"{call.name}: {problem}")
                return result
        raise Refusal(texts.NO_SUCH_CALL, verb=request.verb, path="/".join(segments))

    def _let_in(self, path: str) -> list[str]:
        """Returns the segments of a path behind the token."""
        token, *segments = (unquote(part) for part in f"{path.strip('/')}//".split("/"))
        if token != self._token.get_secret_value():
            raise Refusal(texts.WRONG_TOKEN)
        return segments

    def _call(self, call: Call, arguments: list[str], body: Request | None) -> JsonValue:
        due_in = self._clock.due_in
        match call.name, arguments, body:
            case "list_boxes", [], _:
                return boxes.list_all(self.account)
            case "get_box", [number], _:
                return boxes.get(self.account, number)
            case "create_box", [], CreateBox():
                return boxes.create(self.account, body, self._clock.now(), due_in)
            case "duplicate_box", [number], DuplicateBox():
                return boxes.duplicate(self.account, number, body, self._clock.now(), due_in)
            case "change_box", [number], ChangeBox():
                return boxes.change(self.account, number, body, due_in)
            case "delete_box", [number], _:
                return boxes.delete(self.account, number, due_in)
            case "list_plans", [], _:
                return {str(number): dict(plan) for number, plan in PLANS.items()}
            case "get_plan", [reference], _:
                return dict(PLANS[boxes.find_plan(reference)])
            case "list_distributions", [], _:
                return {key: dict(distribution) for key, distribution in DISTRIBUTIONS.items()}
            case "get_distribution", [key], _:
                if key not in DISTRIBUTIONS:
                    raise Refusal(texts.NO_SUCH_DISTRIBUTION, distribution=key)
                return dict(DISTRIBUTIONS[key])
            case _:
                raise EmulatorDefect(f"{call.name} has no handler")


def _body(call: Call, content: bytes) -> Request | None:
    """Returns the checked body of a call; `None` for a call that takes none.

    Raises:
        Refusal: it is no JSON object, or one that the call does not take.
    """
    if call.takes is None:
        return None
    try:
        fields = json.loads(content or b"{}")
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()  # what could not be answered is not taken
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Refusal(texts.BAD_BODY)
    try:
        return call.takes.model_validate(fields)
    except ValidationError as error:
        location = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    if location:
        raise Refusal(texts.BAD_PARAMETER, parameter=location[0])
    if call.takes.exactly_one_of:
        raise Refusal(texts.BAD_CHOICE, parameters=", ".join(call.takes.exactly_one_of))
    raise Refusal(texts.NEEDS_PARAMETER, parameters=", ".join(call.takes.at_least_one_of))


def _answer(result: JsonValue, messages: list[JsonValue] | None = None) -> ServiceResponse:
    # PHP escapes slashes; in JSON they only ever stand inside of strings, so replacing them is safe.
    text = json.dumps({"messages": messages or [], "result": result}).replace("/", "\\/")
    return ServiceResponse(200, text.encode())

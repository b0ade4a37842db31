"""The emulated service: `handle(request) → response`. It knows the API and its own state, and does no I/O."""

import json
import threading
from dataclasses import dataclass
from urllib.parse import unquote

from pydantic import JsonValue, SecretStr, ValidationError

from jiffybox_sdk.arguments import shown
from jiffybox_sdk.calls import CALLS, Call
from jiffybox_sdk.checking import is_map, reader
from jiffybox_sdk.checks import TYPES
from jiffybox_sdk.emulator import dispatch, texts
from jiffybox_sdk.emulator.clock import EmulatorClock
from jiffybox_sdk.emulator.dispatch import EmulatorDefect
from jiffybox_sdk.emulator.state import Account
from jiffybox_sdk.emulator.texts import Refusal, Said
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models.requests.new_check import NewCheck
from jiffybox_sdk.request import Request
from jiffybox_sdk.validation import KINDS

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
            self._finish_due()
            try:
                result = self._dispatch(request)
                if isinstance(result, Said):
                    return _answer(result.result, [{"type": "success", "message": result.success}])
                return _answer(result)
            except Refusal as refusal:
                return _answer(None, [{"type": "error", "message": str(refusal)}])

    def finish_due(self) -> None:
        """Finishes work that is due."""
        with self._lock:
            self._finish_due()

    def idle_at(self) -> float:
        """Returns when all accepted work will be done, in the service's time."""
        with self._lock:
            return self.account.idle_at() or self._clock.now()

    def add_floating_ip(self, box: int) -> str:
        """Gives a box a floating address, and returns that.

        Raises:
            JiffyArgumentException: there is no such box.
        """
        with self._lock:
            if box not in self.account.boxes:
                raise JiffyArgumentException(f"box {shown(box)} is refused: there is no such box")
            return self.account.add_ip(box).ip

    def _finish_due(self) -> None:
        dispatch.finish_due(self.account, self._clock.now())

    def _dispatch(self, request: ServiceRequest) -> JsonValue | Said:
        version, module, *rest = self._let_in(request.path)
        if version != VERSION:
            raise Refusal(texts.NO_SUCH_VERSION, version=version)
        if module not in _MODULES:
            raise Refusal(texts.NO_SUCH_MODULE, module=module)
        segments = [module, *(part for part in rest if part)]
        for call in CALLS:
            arguments = call.match(request.verb, segments)
            if arguments is not None:
                now, due_in = self._clock.now(), self._clock.due_in
                result = dispatch.handle(self.account, call, arguments, _body(call, request.body), now, due_in)
                content = result.result if isinstance(result, Said) else result
                problem = reader(KINDS[call.returns]).check(content)
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


def _body(call: Call, content: bytes) -> Request | None:
    """Returns the checked body of a call; `None` for a call that takes none.

    Raises:
        Refusal: it is no JSON object, or one that the call does not take.
    """
    if call.takes is None:
        return None
    fields: object
    try:
        fields = json.loads(content or b"{}")
        json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()  # what could not be answered is not taken
    except (ValueError, RecursionError):
        fields = None
    if not is_map(fields):
        raise Refusal(texts.BAD_BODY)
    fields = {
        name: value for name, value in fields.items() if value is not None
    }  # null is as good as absent [inferred]
    takes = call.takes
    if takes is NewCheck:
        takes = TYPES.get(str(fields.get("checkType")), takes)
        if takes is NewCheck:
            raise Refusal(texts.BAD_PARAMETER, parameter="checkType")
    try:
        return takes.model_validate(fields)
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

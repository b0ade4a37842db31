"""The emulated service: `handle(request) → response`. It knows the API and its own state, and does no I/O."""

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote

from pydantic import JsonValue, SecretStr

from jiffybox_sdk._client.endpoints import CALLS, Endpoint
from jiffybox_sdk.emulator import _journal, _messages, _router
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._faults import Fault, Faults
from jiffybox_sdk.emulator._journal import Journal, JournalEntry
from jiffybox_sdk.emulator._messages import Refusal, ResultWithMessage
from jiffybox_sdk.emulator._request_body import read_body
from jiffybox_sdk.emulator._router import EmulatorDefect
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.validation import KINDS

VERSION = "v1.0"

Message = tuple[Literal["error", "success"], str]

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
    """What the service answers, and how it arrives.

    Attributes:
        status: The HTTP status.
        body: The body.
        content_type: What the body is.
        retry_after: The header of that name.
        latency: Seconds that the answer comes late.
        ending: `whole`; `cut` when the connection is lost in the midst of the body, `dropped` when it is before.
    """

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    retry_after: str | None = None
    latency: float = 0.0
    ending: Literal["whole", "cut", "dropped"] = "whole"


@dataclass(slots=True)
class _Exchange:
    """A request on its way to its answer, as far as it was understood."""

    path: str = ""
    call: Endpoint | None = None
    body: Request | None = None
    result: JsonValue = None
    messages: list[Message] = field(default_factory=list)

    def response(self) -> ServiceResponse:
        # PHP escapes slashes; in JSON they only ever stand inside of strings, so replacing them is safe.
        told: list[JsonValue] = [{"type": kind, "message": text} for kind, text in self.messages]
        text = json.dumps({"messages": told, "result": self.result}).replace("/", "\\/")
        return ServiceResponse(200, text.encode())


class Service:
    """An account at the emulated service. May be used by many threads: calls are handled one after the other.

    Attributes:
        revision: Grows with each change of the account, so that it can be told whether that is kept.
    """

    def __init__(self, token: SecretStr, clock: EmulatorClock) -> None:
        """Opens an empty account.

        Args:
            token: The token that calls must bring.
            clock: The service's time.
        """
        self._token = token
        self.clock: EmulatorClock = clock
        self.lock: threading.RLock = threading.RLock()
        self.account: Account = Account()
        self.revision: int = 0
        self.faults: Faults = Faults()
        self.journal: Journal = Journal(token)
        self.defects: list[EmulatorDefect] = []

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answers a request. Work that is due is finished before.

        Raises:
            EmulatorDefect: the answer would break the schemas.
        """
        with self.lock:
            self.finish_due()
            exchange = _Exchange()
            fault = None
            try:
                arguments = self._understand(request, exchange)
                fault = self._strike(exchange, request, arguments)
            except Refusal as refusal:
                exchange.messages = [("error", str(refusal))]
            except EmulatorDefect as defect:
                self.defects.append(defect)
                raise
            response = exchange.response() if fault is None else _faulty(fault, exchange.response())
            self._keep(request, exchange, fault, response)
            return response

    def finish_due(self) -> None:
        """Finishes work that is due, unless the clock is the one under which none ever is."""
        with self.lock:
            if self.clock.policy != "never":
                self.revision += _router.finish_due(self.account, self.clock.now())

    def idle_at(self) -> float:
        """Returns when all accepted work will be done, in the service's time."""
        with self.lock:
            return self.account.idle_at() or self.clock.now()

    def _understand(self, request: ServiceRequest, exchange: _Exchange) -> list[str]:
        """Returns what stands in the places of the path, and takes note of which call it is."""
        token, *segments = (unquote(part) for part in f"{request.path.strip('/')}//".split("/"))
        if token != self._token.get_secret_value():
            raise Refusal(_messages.WRONG_TOKEN)
        exchange.path = request.path.strip("/").partition("/")[2]
        version, module, *rest = segments
        if version != VERSION:
            raise Refusal(_messages.NO_SUCH_VERSION, version=version)
        if module not in _MODULES:
            raise Refusal(_messages.NO_SUCH_MODULE, module=module)
        parts = [module, *(part for part in rest if part)]
        for call in CALLS:
            arguments = call.match(request.verb, parts)
            if arguments is not None:
                exchange.call = call
                return arguments
        raise Refusal(_messages.NO_SUCH_CALL, verb=request.verb, path="/".join(parts))

    def _strike(self, exchange: _Exchange, request: ServiceRequest, arguments: list[str]) -> Fault | None:
        """Carries the call out, unless a fault comes before that, and returns the fault that strikes."""
        call = exchange.call
        if call is None:
            return None
        due = list(self.faults.due(call.name))
        before = [fault for fault in due if not fault.carried_out]
        if not before:
            try:
                self._carry_out(exchange, call, request, arguments)
            except Refusal as refusal:
                exchange.messages = [("error", str(refusal))]
        for fault in before or due:
            try:
                exchange.result = fault.edited(exchange.result)
            except LookupError:
                continue  # there is nothing in this answer for it to change
            self.faults.strike(fault)
            return fault
        return None

    def _carry_out(self, exchange: _Exchange, call: Endpoint, request: ServiceRequest, arguments: list[str]) -> None:
        exchange.body = read_body(call, request.body)
        self.revision += call.verb != "GET"
        now, due_in = self.clock.now(), self.clock.due_in
        found = _router.handle(self.account, call, arguments, exchange.body, now, due_in)
        if isinstance(found, ResultWithMessage):
            exchange.messages = [("success", found.success)]
        exchange.result = found.result if isinstance(found, ResultWithMessage) else found
        problem = reader(KINDS[call.returns]).check(exchange.result)
        if isinstance(problem, JiffyAttributeException):
            raise EmulatorDefect(f"{call.name}: {problem}")

    def _keep(
        self, request: ServiceRequest, exchange: _Exchange, fault: Fault | None, response: ServiceResponse
    ) -> None:
        said, result = tuple(text for _, text in exchange.messages), exchange.result
        if fault and fault.replaces:
            said, result = tuple(fault.messages or ()), None
        if len(response.body) > _journal.MOST_BYTES:
            result = None
        body = exchange.body if len(request.body) <= _journal.MOST_BYTES else None
        entry = JournalEntry(
            number=self.journal.count + 1,
            time=self.clock.now(),
            call=exchange.call.name if exchange.call else None,
            verb=request.verb,
            path=exchange.path,
            body=body.model_dump(mode="json", exclude_none=True) if body else None,
            status=response.status,
            messages=said,
            result=result,
            fault=fault,
        )
        self.journal.add(entry, response.body)


def _faulty(fault: Fault, response: ServiceResponse) -> ServiceResponse:
    """Returns what arrives of an answer when a fault strikes."""
    latency = fault.latency or 0.0
    if fault.drop:
        return replace(response, body=b"", latency=latency, ending="dropped")
    if fault.status is not None:
        page = f"<h1>{fault.status}</h1>".encode()
        return ServiceResponse(fault.status, page, "text/html", fault.retry_after, latency)
    if fault.messages:
        refusal = _Exchange(messages=[("error", text) for text in fault.messages])
        return replace(refusal.response(), latency=latency)
    if fault.body is not None:
        # Half a character is a way to break a body, too.
        return replace(response, body=fault.body.encode(errors="surrogatepass"), latency=latency)
    return replace(response, latency=latency, ending="cut" if fault.cut else "whole")

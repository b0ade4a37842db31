"""The emulated service: `handle(request) → response`."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from threading import Lock, RLock
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from pydantic import JsonValue, SecretStr
from pydantic_core import to_json

from jiffybox_sdk._client.endpoints import CALLS, DUPLICATE_CHECK, Endpoint
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.drift import Drift, shown_name
from jiffybox_sdk.emulator import _journal, _messages, _router
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._faults import Fault, Faults
from jiffybox_sdk.emulator._handlers import checks
from jiffybox_sdk.emulator._handlers._call import HandlerCall
from jiffybox_sdk.emulator._journal import Journal, JournalEntry
from jiffybox_sdk.emulator._messages import Message, MessageTemplate, ResultWithMessage, ServiceError
from jiffybox_sdk.emulator._request_body import ReceivedBody, read_body
from jiffybox_sdk.emulator._router import EmulatorDefect
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.exceptions import JiffyAttributeException, JiffyDetachedException
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models._request import Request

if TYPE_CHECKING:
    from jiffybox_sdk.emulator._state.store import Store

VERSION = "v1.0"

_MODULES = {call.path.split("/")[0] for call in CALLS}


def _shape_of(call: Endpoint) -> tuple[str, str, int]:
    parts = call.path.split("/")
    return call.verb, parts[0], len(parts)


_CALLS = {shape: [call for call in CALLS if _shape_of(call) == shape] for shape in map(_shape_of, CALLS)}
"""The calls by verb, module and number of parts of the path."""

_CONTENT_TYPE = "application/json; charset=utf-8"

_MOST_VALID = 10_000
"""The number of results to remember as valid, by their hashes."""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """An HTTP request to the service. Its `repr` omits the path, which contains the token.

    Attributes:
        verb: The HTTP verb.
        path: The percent-encoded path, which starts with the token.
        body: The request body.
    """

    verb: str
    path: str
    body: bytes = b""

    def __repr__(self) -> str:
        return f"<ServiceRequest {self.verb}>"


@dataclass(frozen=True, slots=True)
class ServiceResponse:
    """An HTTP response from the service.

    Attributes:
        status: The HTTP status.
        body: The response body.
        content_type: The Content-Type header.
        retry_after: The Retry-After header, if there is one.
        latency: Seconds by which the response is delayed.
        ending: `whole`, `cut` if the connection is lost in the middle of the body, `dropped` if it is lost earlier, or
            `refused` if there never was one.
    """

    status: int
    body: bytes
    content_type: str = _CONTENT_TYPE
    retry_after: str | None = None
    latency: float = 0.0
    ending: Literal["whole", "cut", "dropped", "refused"] = "whole"


@dataclass(slots=True)
class Exchange:
    """The valid part of a request and the response to it."""

    path: str = ""
    call: Endpoint | None = None
    arguments: list[str] = field(default_factory=list)
    received: ReceivedBody | None = None
    body: Request | None = None
    result: JsonValue = None
    encoded: bytes | None = None  # the result, if it has already been encoded
    messages: list[Message] = field(default_factory=list)
    refusal: MessageTemplate | None = None
    content_type: str = _CONTENT_TYPE

    def response(self) -> ServiceResponse:
        messages: list[JsonValue] = [{"type": kind, "message": text} for kind, text in self.messages]
        encoded = _encode(messages) if messages else b"[]"
        result = _encode(self.result) if self.encoded is None else self.encoded
        return ServiceResponse(200, b'{"messages":%b,"result":%b}' % (encoded, result), self.content_type)

    def refuse(self, error: ServiceError) -> None:
        """Answer with an error."""
        self.messages, self.result, self.refusal = [("error", str(error))], error.template.result, error.template


@dataclass(frozen=True, slots=True)
class _Options:
    self_check: bool
    lenient: bool


class _Guard:
    """A process's locks: one for threads, and one that is held while the account is used."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.busy = Lock()


class Service:
    """The service with a single account. Thread-safe: calls are handled one at a time."""

    def __init__(
        self,
        token: SecretStr,
        clock: EmulatorClock,
        account: Account | None = None,
        vary: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Start a service.

        Args:
            token: The token that requests must contain.
            clock: The clock.
            account: The account, by default an empty one.
            vary: A function that changes answers.
        """
        self.token: SecretStr = token
        self.clock: EmulatorClock = clock
        self._guard = PerProcess(_Guard)
        self.account: Account = account or Account()
        self._vary = vary
        self.store: Store | None = None
        self.faults: Faults = Faults()
        self.journal: Journal = Journal(token)
        self.drift: Drift = Drift()
        self._valid = set[bytes]()  # results that have been validated
        self.defects: list[EmulatorDefect] = []

    @property
    def lock(self) -> RLock:
        """The lock that protects everything here. A forked child has its own, and its own copy of the account."""
        return self._guard.get().lock

    def handle(self, request: ServiceRequest, *, self_check: bool = False, lenient: bool = False) -> ServiceResponse:
        """Answer a request, after completing the work that is due.

        Args:
            request: The request.
            self_check: Whether to validate the result against its schema.
            lenient: Whether to ignore unknown parameters rather than to refuse them.

        Raises:
            StateNotSaved: If the state file can't be written or read.
            JiffyDetachedException: If the state file is closed or belongs to another process, or if a signal handler
                interrupts another call, because the account is in the middle of a change.
        """
        if self.clock.watch:
            self.clock.watch(1)
        exchange = Exchange()
        with self.reading():
            if request.verb == "GET" and not self._is_due():
                fault = self._answer(request, exchange, _Options(self_check, lenient))
            else:
                with self._changing():
                    self.finish_due()
                    fault = self._answer(request, exchange, _Options(self_check, lenient))
            if self._vary:
                self._vary(exchange)
            response = exchange.response() if fault is None else _faulty(fault, exchange.response())
            self._record(request, exchange, fault, response)
            return response

    def _answer(self, request: ServiceRequest, exchange: Exchange, options: _Options) -> Fault | None:
        """Execute a call. Return the triggered fault, if any."""
        try:
            call = self._route(request, exchange)
            return self._execute_with_faults(exchange, call, request, options)
        except ServiceError as error:
            exchange.refuse(error)
        except EmulatorDefect as defect:
            self.defects.append(defect)
            raise
        return None

    @contextmanager
    def reading(self) -> Generator[None]:
        """Let the caller read the account, with what other processes have changed.

        Raises:
            StateNotSaved: If the state file can't be read.
        """
        with self._exclusively():
            if self.store:
                self.store.refresh()
            yield

    @contextmanager
    def watching(self) -> Generator[None]:
        """Let the caller read the account like `reading`, after the work that is due has been completed.

        Raises:
            StateNotSaved: If the state file can't be written or read.
        """
        with self.reading():
            if self._is_due():
                with self._changing():
                    self.finish_due()
            yield

    @contextmanager
    def changing(self, *, save_time: bool = False) -> Generator[None]:
        """Let the caller change the account. If an exception is raised, nothing has changed, except the time.

        Args:
            save_time: Whether to write the time to the state file even if nothing else has changed.

        Raises:
            StateNotSaved: If the state file can't be written.
        """
        with self._exclusively(), self._changing(save_time=save_time):
            yield

    @contextmanager
    def _changing(self, *, save_time: bool = False) -> Generator[None]:
        try:
            with self.store.transaction(save_time=save_time) if self.store else nullcontext():
                yield
            self.account.changes.clear()
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self.store:
            self.store.distrust()
        self.account.undo()

    @contextmanager
    def _exclusively(self) -> Generator[None]:
        guard = self._guard.get()
        with guard.lock:
            if guard.busy.locked():  # by this thread, which has the other lock
                raise JiffyDetachedException("the emulator can't answer a signal handler that interrupts another call")
            with guard.busy:
                if self.account.changes:  # left by a second interrupt
                    self._undo()
                yield

    def forget(self) -> None:
        """Remove the faults, and all memory of earlier requests."""
        with self.lock:
            self.faults.clear()
            self.journal.clear()
            self.drift.clear()
            self.defects.clear()

    def finish_due(self) -> None:
        """Complete the work that is due, except under the clock `never`."""
        if self._is_due():
            _router.finish_due(self.account, self.clock.now())

    def _is_due(self) -> bool:
        return self.clock.policy != "never" and self.account.is_due(self.clock.now())

    def _route(self, request: ServiceRequest, exchange: Exchange) -> Endpoint:
        """Determine the call and its arguments from the path. Return the call."""
        given = f"{request.path.strip('/')}//".split("/")
        token, *segments = map(unquote, given) if "%" in request.path else given
        if token != self.token.get_secret_value():
            raise ServiceError(_messages.WRONG_TOKEN)
        exchange.path = request.path.strip("/").partition("/")[2]
        version, module, *rest = segments
        if version != VERSION:
            raise ServiceError(_messages.NO_SUCH_VERSION, version=version)
        if module not in _MODULES:
            raise ServiceError(_messages.NO_SUCH_MODULE, module=module)
        parts = [module, *(part for part in rest if part)]
        for call in _CALLS.get((request.verb, module, len(parts)), ()):
            arguments = call.match(request.verb, parts)
            if arguments is not None:
                exchange.call, exchange.arguments = call, arguments
                return call
        raise ServiceError(_messages.NO_SUCH_CALL, verb=request.verb, path="/".join(parts))

    def _execute_with_faults(
        self, exchange: Exchange, call: Endpoint, request: ServiceRequest, options: _Options
    ) -> Fault | None:
        """Execute the call unless a fault prevents it. Return the triggered fault, if any."""
        faults = self.faults.count_call(call.name)
        preventing = [fault for fault in faults if not fault.executes_call]
        if not preventing:
            try:
                self._execute(exchange, call, request, options)
            except ServiceError as error:
                exchange.refuse(error)
        for fault in preventing or faults:
            try:
                exchange.result, exchange.encoded = fault.edit(exchange.result), None
            except LookupError:
                continue  # this result does not have the field
            self.faults.count_trigger(fault)
            return fault
        return None

    def _execute(self, exchange: Exchange, call: Endpoint, request: ServiceRequest, options: _Options) -> None:
        known = checks.parameters(self.account, exchange.arguments[0]) if call is DUPLICATE_CHECK else None
        exchange.received = received = read_body(call, request.body, known)
        if received:
            self._report_unknown(received)
            exchange.body = received.validate(lenient=options.lenient)
        result = _router.handle(call, HandlerCall(self.account, exchange.arguments, exchange.body, self.clock))
        if isinstance(result, ResultWithMessage):
            exchange.messages = [("success", result.message)]
            result = result.result
        exchange.result = result
        if options.self_check:
            exchange.encoded = self._checked(call, result)

    def _checked(self, call: Endpoint, result: JsonValue) -> bytes:
        """Return a result as JSON. It is validated, unless the same result is known to be valid.

        Raises:
            EmulatorDefect: If the result violates its schema.
        """
        encoded = _encode(result)
        key = blake2b(encoded, digest_size=16, key=call.returns.encode()).digest()
        if key not in self._valid:
            from jiffybox_sdk.validation import KINDS  # noqa: PLC0415 (it loads all models)

            problem = reader(KINDS[call.returns]).check(result)
            if isinstance(problem, JiffyAttributeException):
                raise EmulatorDefect(f"{call.name}: {problem}")
            if len(self._valid) >= _MOST_VALID:
                self._valid.clear()
            self._valid.add(key)
        return encoded

    def _report_unknown(self, received: ReceivedBody) -> None:
        if not received.unknown:
            return
        from jiffybox_sdk.validation._findings import below, json_type  # noqa: PLC0415 (rarely needed)

        secrets = [self.token.get_secret_value()]
        for name, value in received.unknown.items():
            pointer = below("", shown_name(name, secrets))
            self.drift.add([DriftEntry(received.model.__name__, pointer, "unknown-field", None, json_type(value))])

    def _record(
        self, request: ServiceRequest, exchange: Exchange, fault: Fault | None, response: ServiceResponse
    ) -> None:
        messages, result = tuple(text for _, text in exchange.messages), exchange.result
        if fault and fault.replaces_answer:
            messages, result = tuple(fault.messages or ()), None
        is_short = len(request.body) <= _journal.MOST_BYTES
        body = exchange.body if is_short else None
        received = exchange.received if is_short else None
        entry = JournalEntry(
            number=self.journal.count + 1,
            time=self.clock.now(),
            call=exchange.call.name if exchange.call else None,
            verb=request.verb,
            path=exchange.path,
            body=body.model_dump(mode="json", exclude_none=True) if body else None,
            unknown=tuple(received.unknown) if received else (),
            status=response.status,
            messages=messages,
            result=result if len(response.body) <= _journal.MOST_BYTES else None,
            fault=fault,
        )
        self.journal.add(entry, response.body)


def _encode(value: JsonValue) -> bytes:
    """Return JSON as PHP's `json_encode` writes it: without spaces, in ASCII, and with escaped slashes."""
    try:
        content = to_json(value)
    except ValueError:  # an unpaired surrogate, which a path may contain
        content = b""
    if not content or not content.isascii():
        content = json.dumps(value, separators=(",", ":")).encode()
    return content.replace(b"/", rb"\/")  # in JSON, slashes only occur in strings


def _faulty(fault: Fault, response: ServiceResponse) -> ServiceResponse:
    """Return a response with a fault applied."""
    latency = fault.latency or 0.0
    if fault.drop or fault.refuse:
        return replace(response, body=b"", latency=latency, ending="refused" if fault.refuse else "dropped")
    if fault.status is not None:
        page = f"<h1>{fault.status}</h1>".encode()
        return ServiceResponse(fault.status, page, "text/html", fault.retry_after, latency)
    if fault.messages:
        errors = Exchange(messages=[("error", text) for text in fault.messages], result=False)
        return replace(errors.response(), latency=latency)
    if fault.body is not None:
        # An unpaired surrogate is another way to break a body.
        return replace(response, body=fault.body.encode(errors="surrogatepass"), latency=latency)
    return replace(response, latency=latency, ending="cut" if fault.cut else "whole")

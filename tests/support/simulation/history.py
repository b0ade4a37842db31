"""Play a plan: a client, its tasks, and everything that they saw."""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass, field

import anyio

from jiffybox_sdk import Attempt, RateLimit, Retry
from jiffybox_sdk._client.retry_loop import JITTER
from jiffybox_sdk._client.settings import MAX_CONNECTIONS
from jiffybox_sdk.emulator import JournalEntry
from tests.support.simulation.calls import fill, make_call
from tests.support.simulation.client import make_client
from tests.support.simulation.facts import facts
from tests.support.simulation.network import Network, Route
from tests.support.simulation.plans import RATE_LIMIT, Plan, Step
from tests.support.simulation.server import CURRENT_CALL, PLAIN, Server, Treatment
from tests.support.simulation.virtual_loop import Deadlock, LoopClock, VirtualLoop

LONGEST = 1000.0
"""The seconds of virtual time after which a history that has not ended is stuck."""

_CALM_LATENCY = 0.01
_CALM_WORK = 0.5

_CALM = Treatment(after=_CALM_WORK)
"""How requests are treated after the history, when the client must work again."""


@dataclass(slots=True)
class Outcome:
    """The outcome of a call.

    Attributes:
        step: The call.
        started: When it started, in seconds since the start of the history.
        ended: When it ended, or `None` if it never did.
        cancelled_at: When it was cancelled, if it was.
        cancelled: Whether it ended because of that.
        result: Its result.
        error: The exception that it raised.
    """

    step: Step
    started: float
    ended: float | None = None
    cancelled_at: float | None = None
    cancelled: bool = False
    result: object = None
    error: BaseException | None = None

    def __str__(self) -> str:
        if self.cancelled:
            return "cancelled"
        return f"{type(self.error).__name__}: {self.error}" if self.error else f"returned {facts(self.result)}"


@dataclass(slots=True)
class History:
    """What happened.

    Attributes:
        plan: The plan.
        trace: The events, with their times in seconds since the start.
        outcomes: The calls that were started.
        attempts: The attempts that ended, with the numbers of their calls.
        journal: The requests that reached the emulator, with the numbers of their calls.
        problems: What went wrong that needs no further judgement.
    """

    plan: Plan
    trace: list[tuple[float, object]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    attempts: list[tuple[int, Attempt]] = field(default_factory=list)
    journal: list[tuple[int, JournalEntry]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(f"{moment:10.4f}  {text}" for moment, text in self.trace)


def play(plan: Plan) -> History:
    """Play a plan in virtual time."""
    history = History(plan)
    collecting = gc.isenabled()
    gc.disable()  # what it finalizes, and when, depends on earlier histories
    JITTER.get().seed(plan.seed)  # of the client's back-off
    loop = VirtualLoop()
    loop.set_exception_handler(lambda _, context: history.problems.append(f"the event loop reports: {context}"))
    player = _Player(history, loop)
    try:
        loop.run_until_complete(player.run())
    except Deadlock as error:
        history.problems.append(f"the program is stuck: {error}")
    except Exception as error:  # noqa: BLE001 (such as one that closing the client raises: the seed must be known)
        history.problems.append(f"the program has failed: {type(error).__name__}: {error}")
    finally:
        loop.close()
        vars(player).clear()  # the client's finalizer refers to the network, and so to the client
        if collecting:
            gc.enable()
    return history


class _Player:
    """A history while it is played."""

    def __init__(self, history: History, loop: VirtualLoop) -> None:
        self._history = history
        self._plan = plan = history.plan
        self._loop = loop
        self._calm = False
        self._server = Server(self._treatment, plan.settings.keep_alive, self._log)
        self._network = Network(self._route, self._server.accept, self._log)
        fill(self._server.service.account)
        for fault in plan.faults:
            self._server.service.faults.add(fault)
        options = plan.settings
        self._client = make_client(
            self._network,
            options.scheme,
            max_connections=options.max_connections or MAX_CONNECTIONS,
            timeout=options.timeout,
            total_timeout=options.total_timeout,
            retry=Retry(
                attempts=options.attempts,
                within=options.retry_within,
                longest_retry_after=options.longest_retry_after,
            ),
            rate_limit=RateLimit(*RATE_LIMIT) if options.rate_limited else None,
            on_attempt=self._note_attempt,
            clock=LoopClock(),
            allow_plain_http=True,
            drift="ignore",
        )

    async def run(self) -> None:
        """Play the history, and check whether the client still works."""
        tasks = [self._loop.create_task(self._make_calls(steps)) for steps in self._plan.tasks]
        if self._plan.settings.close_at is not None:
            tasks.append(self._loop.create_task(self._close_early(self._plan.settings.close_at)))
        tasks.append(self._loop.create_task(asyncio.sleep(0)))  # there may be no other
        _, stuck = await asyncio.wait(tasks, timeout=LONGEST)
        for task in tasks:
            if task in stuck:
                self._problem(f"a task has not ended after {LONGEST:g} s")
                task.cancel()
        self._log("the tasks have ended")
        if not stuck:
            await self._calm_down()
            if self._plan.settings.close_at is None:
                await self._check_client()
            await self._client.close()
        await self._drain()
        self._check_rest()

    def _log(self, event: object) -> None:
        self._history.trace.append((self._loop.time(), event))

    def _note_attempt(self, attempt: Attempt) -> None:
        self._history.attempts.append((CURRENT_CALL.get(), attempt))
        self._log(attempt)

    def _problem(self, text: str) -> None:
        self._history.problems.append(text)
        self._log(f"PROBLEM: {text}")

    def _route(self, number: int) -> Route:
        if self._calm:
            return Route(_CALM_LATENCY)
        return self._plan.routes[number] if number < len(self._plan.routes) else Route()

    def _treatment(self, number: int) -> Treatment:
        if self._calm:
            return _CALM
        return self._plan.treatments[number] if number < len(self._plan.treatments) else PLAIN

    async def _close_early(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._log("the client is closed early")
        await self._client.close()

    async def _make_calls(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            await asyncio.sleep(step.pause)
            outcome = Outcome(step, self._loop.time())
            self._history.outcomes.append(outcome)
            self._log(f"call {step.number}: {step.kind} {step.subject}")
            task = self._loop.create_task(self._make_call(outcome))
            if step.cancellation and step.cancellation.how == "task":
                self._cancel_later(outcome, task.cancel)
            try:
                await asyncio.wait([task])
            finally:
                task.cancel()
            outcome.ended = self._loop.time()
            if task.cancelled():
                outcome.cancelled = outcome.cancelled_at is not None
                outcome.error = None if outcome.cancelled else asyncio.CancelledError()
            else:
                outcome.error = task.exception()
                if outcome.error:
                    outcome.error.__traceback__ = None  # a cycle with the frames
            self._log(f"call {step.number}: {outcome}")

    async def _make_call(self, outcome: Outcome) -> None:
        step = outcome.step
        CURRENT_CALL.set(step.number)
        call = make_call(self._client, step)
        if step.cancellation is None or step.cancellation.how == "task":
            outcome.result = await call
        elif step.cancellation.how == "scope":
            with anyio.CancelScope() as scope:
                self._cancel_later(outcome, scope.cancel)
                outcome.result = await call
            outcome.cancelled = scope.cancelled_caught
        else:
            timeout = asyncio.timeout(step.cancellation.seconds)
            try:
                async with timeout:
                    outcome.result = await call
            except TimeoutError:
                if not timeout.expired():
                    raise
                outcome.cancelled = True
                outcome.cancelled_at = outcome.started + step.cancellation.seconds

    def _cancel_later(self, outcome: Outcome, cancel: Callable[[], object]) -> None:
        cancellation = outcome.step.cancellation
        assert cancellation
        if cancellation.turns is None:
            self._loop.call_later(cancellation.seconds, self._cancel, outcome, cancel)
        else:
            self._cancel_after_turns(outcome, cancel, cancellation.turns)

    def _cancel_after_turns(self, outcome: Outcome, cancel: Callable[[], object], turns: int) -> None:
        if turns:
            self._loop.call_soon(self._cancel_after_turns, outcome, cancel, turns - 1)
        else:
            self._cancel(outcome, cancel)

    def _cancel(self, outcome: Outcome, cancel: Callable[[], object]) -> None:
        if outcome.ended is None and cancel() is not False:
            outcome.cancelled_at = self._loop.time()
            self._log(f"call {outcome.step.number}: is being cancelled")

    async def _calm_down(self) -> None:
        """End all trouble. Connections that died silently are reset."""
        self._calm = True
        self._server.keep_alive = None
        self._server.service.faults.clear()
        await self._drain()
        for stream in self._network.open_streams:
            stream.route = Route(_CALM_LATENCY)
            if stream.dead:
                stream.dead = False
                stream.end(reset=True)

    async def _drain(self) -> None:
        """Wait until no work is in progress at the service."""
        await asyncio.sleep(1)
        while self._server.running:
            await asyncio.sleep(1)

    async def _check_client(self) -> None:
        """Use all connections at the same time."""
        count = self._plan.settings.max_connections or 3
        self._log(f"{count} calls without trouble")
        tasks = [self._loop.create_task(self._client.plan(44)) for _ in range(count)]
        started = self._loop.time()
        _, stuck = await asyncio.wait(tasks, timeout=LONGEST)
        took = self._loop.time() - started
        for task in tasks:
            if task in stuck:
                self._problem("the client is stuck afterwards")
                task.cancel()
            elif task.cancelled():
                self._problem("a call that nobody cancelled was cancelled afterwards")
            elif error := task.exception():
                self._problem(f"the client is not usable afterwards: {error}")
                error.__traceback__ = None
        limit = _CALM_WORK + 20 * _CALM_LATENCY
        if took > limit and not self._plan.settings.rate_limited:
            self._problem(f"{count} calls at once took {took:.3f} s, so not all {count} connections can be used")

    def _check_rest(self) -> None:
        """Check for objects that should be gone, or should never have existed."""
        history, limit = self._history, self._plan.settings.max_connections
        history.journal = self._server.journal()
        history.problems += self._network.misuse + self._server.refused
        for stream in self._network.open_streams:
            self._problem(f"connection {stream.number} is still open after close()")
        if limit is not None and self._network.most_open > limit:
            self._problem(f"{self._network.most_open} connections were open at the same time")
        rest = len(asyncio.all_tasks(self._loop)) - 1
        if rest:
            self._problem(f"{rest} tasks are left")

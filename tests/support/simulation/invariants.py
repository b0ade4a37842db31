"""What must be true of each history, whatever happened in it."""

from collections.abc import Iterator, Sequence

from jiffybox_sdk.emulator import JournalEntry
from jiffybox_sdk.exceptions import (
    JiffyAttributeException,
    JiffyDetachedException,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from tests.support.simulation.facts import facts, facts_of_json
from tests.support.simulation.history import History, Outcome
from tests.support.simulation.plans import MAX_WAIT, RATE_LIMIT, Settings

SLACK = 0.02
"""The seconds by which a call may exceed its time limit: a time-out is at least a millisecond."""

_POLLS = 6
"""The number of requests that a wait makes, at most."""

_READS = ("read", "list", "wait")


def broken(history: History) -> list[str]:
    """Return the invariants that a history broke."""
    found = list(history.problems)
    settings = history.plan.settings
    found += [
        f"call {call}: attempt {attempt.number} took {attempt.seconds:.3f} s, more than {settings.total_timeout:g} s"
        for call, attempt in history.attempts
        if attempt.seconds > settings.total_timeout + SLACK
    ]
    requests = sum(settings.attempts * (_POLLS if _waits(outcome) else 1) for outcome in history.outcomes)
    for outcome in history.outcomes:
        number = outcome.step.number
        answered = [entry for call, entry in history.journal if call == number]
        executed = [entry for entry in answered if entry.fault is None or entry.fault.executes_call]
        problems = [
            *_judge_work(outcome, executed),
            *_judge_answer(outcome, answered),
            *_judge_time(outcome, settings, requests),
        ]
        found += [f"call {number} ({outcome.step.kind}): {problem}" for problem in problems]
    return found


def _judge_work(outcome: Outcome, executed: Sequence[JournalEntry]) -> Iterator[str]:
    """Judge what the service did for a call."""
    if outcome.step.kind.startswith(_READS):
        if isinstance(outcome.error, JiffyOutcomeUnknownException):
            yield "a call that only reads has no unknown outcome"
        return
    accepted = [entry for entry in executed if not any(entry.messages) or entry.result]
    if len(executed) > 1:
        yield f"it was carried out {len(executed)} times"
    match outcome.error:
        case None if not outcome.cancelled and len(accepted) != 1:
            yield f"it returned a result, but was carried out {len(accepted)} times"
        case JiffyTransportException() | JiffyDetachedException() if executed:
            yield f"it was carried out, but the client reports that it was not: {outcome.error}"
        case JiffyMessageException() if accepted:
            yield f"it was carried out, but the client reports that the service rejected it: {outcome.error}"
        case JiffyAttributeException() if len(executed) != 1:
            yield f"its result is broken, but it was carried out {len(executed)} times"
        case _:
            pass


def _judge_answer(outcome: Outcome, answered: Sequence[JournalEntry]) -> Iterator[str]:
    """Judge whether a call got the answer to its own request."""
    error = outcome.error
    if error is not None and not isinstance(error, JiffyException):
        yield f"it raised {type(error).__name__}: {error}"
    elif error is None and not outcome.cancelled and outcome.ended is not None:
        got = facts(outcome.result)
        if not any(facts_of_json(entry.result) == got for entry in answered):
            yield f"it returned {got}, which is not an answer to it"
    elif isinstance(error, JiffyAttributeException) and not any(entry.fault for entry in answered):
        yield f"its answer breaks the schema, although the service never sent such an answer: {error}"
    elif isinstance(error, JiffyMessageException) and error.messages:
        texts = tuple(message.message for message in error.messages)
        if not any(entry.messages == texts for entry in answered):
            yield f"it was rejected with {texts}, which is not an answer to it"


def _judge_time(outcome: Outcome, settings: Settings, requests: int) -> Iterator[str]:
    """Judge when a call ended."""
    if outcome.ended is None:
        yield "it never ended"
        return
    took = outcome.ended - outcome.started
    if outcome.cancelled_at is not None and outcome.ended - outcome.cancelled_at > SLACK:
        yield f"it ended {outcome.ended - outcome.cancelled_at:.3f} s after it was cancelled"
    longest = _longest(settings)
    if settings.rate_limited:
        calls, per = RATE_LIMIT
        longest += requests / calls * per
    if _waits(outcome):
        longest += MAX_WAIT + 1
    if outcome.step.within is not None:
        longest = min(longest, outcome.step.within)
    if took > longest + SLACK:
        yield f"it took {took:.3f} s, more than {longest:.3f} s"
    cancellation = outcome.step.cancellation
    if cancellation and cancellation.how == "task" and outcome.cancelled_at is not None and not outcome.cancelled:
        yield f"its cancellation was swallowed: {outcome}"


def _waits(outcome: Outcome) -> bool:
    return outcome.step.kind == "wait for box"


def _longest(settings: Settings) -> float:
    """Return how long a call may take with all its attempts."""
    waits = max(8.0, settings.longest_retry_after)
    by_attempts = settings.attempts * settings.total_timeout + (settings.attempts - 1) * waits
    return min(by_attempts, settings.retry_within + settings.total_timeout)

"""The retry budget: its formula, and that threads, signal handlers and interrupts do no harm to its balance."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given, strategies as st

from jiffybox_sdk import JiffyArgumentException, JiffyBox, JiffyException, JiffyTransportException, Retry, RetryBudget
from jiffybox_sdk._client.retry_budget import Balance
from tests.support.scripted import TOKEN, URL, Script, VirtualClock, envelope, scripted, unchecked

if TYPE_CHECKING:
    from _typeshed import TraceFunction

FAILED = httpx.Response(502)
GOOD = envelope({})

budgets = st.integers(1, 60).flatmap(
    lambda capacity: st.builds(RetryBudget, st.just(capacity), st.integers(1, capacity))
)


@given(budgets, st.lists(st.sampled_from(["charge", "refund", "earn"]), max_size=60))
def test_a_balance_follows_the_formula(budget: RetryBudget, changes: list[str]) -> None:
    balance, expected = Balance(budget), budget.capacity
    for change in changes:
        if change == "charge":
            allowed = expected >= budget.cost
            assert balance.charge() == allowed
            expected -= budget.cost * allowed
        else:
            getattr(balance, change)()
            expected = min(budget.capacity, expected + (1 if change == "earn" else budget.cost))
        assert balance.value == expected


@given(budgets, st.lists(st.lists(st.booleans(), max_size=6), max_size=40), st.integers(1, 4))
def test_retries_follow_the_formula(budget: RetryBudget, outages: list[list[bool]], attempts: int) -> None:
    """Each call has its own list of outcomes of its attempts: failures, and then a success at the latest."""
    client, script, _ = scripted(FAILED, retry=Retry(attempts=attempts, first_wait=0, budget=budget))
    balance = budget.capacity
    for fails in outages:
        expected = 1
        for failed in [*fails, False]:
            if not failed:
                balance = min(budget.capacity, balance + (1 if expected == 1 else budget.cost))
                break
            if expected == attempts or balance < budget.cost:
                break
            balance -= budget.cost
            expected += 1
        script.answers, script.requests = [*(FAILED if failed else GOOD for failed in fails), GOOD], []
        outcome(client)
        assert len(script.requests) == expected


def test_a_full_outage_makes_35_retries_which_come_back_with_successes() -> None:
    client, script, _ = scripted(FAILED, retry=Retry(first_wait=0))
    for _ in range(1000):
        assert isinstance(outcome(client), JiffyTransportException)
    assert len(script.requests) == 1000 + 500 // 14
    last = outcome(client)
    assert str(last).endswith("; not retried, because too many calls failed lately (`Retry.budget`)")
    for successes, retries in [(3, 0), (1, 1), (13, 0), (1, 1), (28, 2), (1000, 3)]:  # 10 of 500 are left at first
        script.answers = [GOOD]
        for _ in range(successes):
            client.boxes()
        script.answers, script.requests = [FAILED], []
        outcome(client)
        assert len(script.requests) == 1 + retries


def test_a_success_after_a_retry_pays_the_retry_back() -> None:
    client, script, _ = scripted(retry=Retry(first_wait=0, budget=RetryBudget(14, 14)))
    for _ in range(100):
        script.answers, script.requests = [FAILED, GOOD], []
        assert client.boxes() == []
        assert len(script.requests) == 2


def test_calls_that_fail_without_a_retry_cost_nothing() -> None:
    client, script, _ = scripted(envelope(None, ("error", "Nein")), retry=Retry(budget=RetryBudget(14, 14)))
    for _ in range(3):
        outcome(client)
    script.answers, script.requests = [FAILED, GOOD], []
    assert client.boxes() == []


def test_without_a_budget_there_is_no_limit() -> None:
    client, script, _ = scripted(FAILED, retry=Retry(first_wait=0, budget=None))
    for _ in range(100):
        assert "not retried" not in str(outcome(client))
    assert len(script.requests) == 400


def test_clients_have_balances_of_their_own() -> None:
    retry = Retry(attempts=2, first_wait=0, budget=RetryBudget(14, 14))
    for _ in range(2):
        client, script, _ = scripted(FAILED, retry=retry)
        outcome(client)
        assert len(script.requests) == 2


def test_threads_share_a_budget() -> None:
    script = Script(FAILED)
    client = JiffyBox(TOKEN, URL, transport=script, clock=VirtualClock(), retry=Retry(first_wait=0))
    with client, ThreadPoolExecutor(8) as pool:
        list(pool.map(outcome, [client] * 400))
    assert len(script.requests) == 400 + 35


def test_no_change_by_a_thread_is_lost() -> None:
    balance = Balance(RetryBudget(100_000, 1))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(repeat, [balance.charge] * 8))
            assert balance.value == 100_000 - 16_000
            list(pool.map(repeat, [balance.earn] * 8))
    finally:
        sys.setswitchinterval(interval)
    assert balance.value == 100_000


def test_a_change_can_be_interrupted_by_another_one_at_each_line() -> None:
    lines = lines_of_a_charge(Balance(RetryBudget(100, 10)))
    assert lines > 10
    for line in range(lines):
        balance = Balance(RetryBudget(100, 10))
        lines_of_a_charge(balance, at=line, run=balance.charge)
        assert balance.value == 80


def test_an_interrupt_at_each_line_leaves_the_balance_usable() -> None:
    for line in range(lines_of_a_charge(Balance(RetryBudget(100, 10)))):
        balance = Balance(RetryBudget(100, 10))
        with pytest.raises(KeyboardInterrupt):
            lines_of_a_charge(balance, at=line)
        before = balance.value
        assert before in (90, 100)
        assert balance.charge()
        assert balance.value == before - 10


def test_a_call_interrupted_during_its_back_off_gets_its_charge_back() -> None:
    clock, script = InterruptingClock(), Script(FAILED)
    client = JiffyBox(TOKEN, URL, transport=script, clock=clock, retry=Retry(attempts=2, budget=RetryBudget(14, 14)))
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            client.boxes()
    assert len(script.requests) == 3
    clock.interrupts = False
    outcome(client)
    assert len(script.requests) == 5


@pytest.mark.parametrize("name", ["capacity", "cost"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "14", None], ids=repr)
def test_an_invalid_budget_is_rejected(name: str, value: object) -> None:
    with pytest.raises(JiffyArgumentException, match=rf"invalid {name} .*: expected a positive integer"):
        unchecked(RetryBudget)(**{name: value})


def test_a_cost_above_the_capacity_is_rejected() -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid cost 14: expected at most the capacity, 10,"):
        RetryBudget(10)


@pytest.mark.parametrize("budget", [5, "500", RetryBudget, (500, 14)], ids=repr)
def test_only_a_retry_budget_is_accepted(budget: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid budget .*: expected a RetryBudget, or None"):
        unchecked(Retry)(budget=budget)


def outcome(client: JiffyBox) -> JiffyException | None:
    try:
        client.boxes()
    except JiffyException as error:
        return error
    return None


class InterruptingClock(VirtualClock):
    """A clock whose sleeps are interrupted by Ctrl-C."""

    interrupts = True

    def sleep(self, seconds: float) -> None:
        if self.interrupts:
            raise KeyboardInterrupt
        super().sleep(seconds)


def repeat(change: Callable[[], object]) -> None:
    for _ in range(2000):
        change()


def interrupt() -> None:
    raise KeyboardInterrupt


def lines_of_a_charge(balance: Balance, at: int = -1, run: Callable[[], object] = interrupt) -> int:
    """Charge a balance, and call a function before one of its lines. Return the number of lines."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> "TraceFunction":
        nonlocal count
        if event == "line" and frame.f_code.co_filename.endswith("retry_budget.py"):
            count += 1
            if count == at + 1:
                sys.settrace(None)
                run()
        return trace

    tracer = sys.gettrace()
    sys.settrace(trace)
    try:
        balance.charge()
    finally:
        sys.settrace(tracer)
    return count

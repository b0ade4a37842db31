"""The retry budget, which stops retries while too many calls fail."""

from dataclasses import dataclass

from jiffybox_sdk._common import arguments
from jiffybox_sdk.exceptions import JiffyArgumentException


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """A limit on the retries of all calls of a client, so that an outage is not made worse by retries.

    The balance starts at `capacity`. A retry costs `cost` and is made only if the balance allows it. A call that
    succeeds after a retry pays `cost` back, any other success pays 1, up to `capacity`. By default, an outage causes at
    most 35 retries, and then one for every 14 successes.

    Each client, and each forked process, has its own balance.

    Attributes:
        capacity: The maximum balance.
        cost: The cost of a retry.

    Raises:
        JiffyArgumentException: If a value is invalid.
    """

    capacity: int = 500
    cost: int = 14

    def __post_init__(self) -> None:
        for name in ("capacity", "cost"):
            arguments.integer(getattr(self, name), name)
        if self.cost > self.capacity:
            raise JiffyArgumentException(
                f"invalid cost {arguments.shown(self.cost)}: expected at most the capacity, {self.capacity}, since no"
                " retry would ever be made; to disable retries, use Retry(attempts=1)"
            )


class Balance:
    """The balance of a client's retry budget.

    Shared by threads and signal handlers without a lock, which an interrupt could leave locked. Each change creates a
    new state and makes it the successor of the one it was computed from, which only the first change can do.
    """

    __slots__ = ("_budget", "_state")

    def __init__(self, budget: RetryBudget) -> None:
        self._budget = budget
        self._state = _State(budget.capacity)

    @property
    def value(self) -> int:
        """The current balance."""
        return self._state.latest().balance

    def charge(self) -> bool:
        """Pay for a retry, if the balance allows it. Return whether it does."""
        return self._change(-self._budget.cost)

    def refund(self) -> None:
        """Pay back the cost of a retry."""
        self._change(self._budget.cost)

    def earn(self) -> None:
        """Record the success of a call that was not retried."""
        self._change(1)

    def _change(self, amount: int) -> bool:
        state = self._state
        while True:
            state = state.latest()
            balance = min(state.balance + amount, self._budget.capacity)
            if balance < 0 or balance == state.balance:
                return balance >= 0
            changed = _State(balance)
            if state.successor.setdefault(0, changed) is changed:
                self._state = changed  # it may be behind another thread's for a moment, but leads to it
                return True


class _State:
    """A balance and, once it has changed, its successor."""

    __slots__ = ("balance", "successor")

    def __init__(self, balance: int) -> None:
        self.balance = balance
        self.successor: dict[int, _State] = {}

    def latest(self) -> "_State":
        """Return the last successor."""
        state = self
        while state.successor:
            state = state.successor[0]
        return state

"""Poll intervals that grow."""

import pickle

import pytest

from jiffybox_sdk import Backoff, JiffyArgumentException
from tests.support.scripted import unchecked


@pytest.mark.parametrize(
    ("backoff", "intervals"),
    [
        (Backoff(), [1, 2, 4, 8, 16, 30, 30]),
        (Backoff(2, 1.5, 7), [2, 3, 4.5, 6.75, 7]),
        (Backoff(5, 1, 5), [5, 5, 5]),
        (Backoff(0.5, factor=10, most=0.5), [0.5, 0.5]),
    ],
)
def test_intervals_grow_by_the_factor_up_to_the_longest(backoff: Backoff, intervals: list[float]) -> None:
    assert [backoff(attempt) for attempt in range(1, len(intervals) + 1)] == intervals


def test_any_number_of_attempts_has_an_interval() -> None:
    assert {Backoff(1, 1e8, 60)(attempt) for attempt in (10, 100, 10**6, 10**400)} == {60}
    assert Backoff(1e-300, 1.0000001, 2)(10**9) < 2


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ((0,), "invalid first 0: expected more than 0 seconds"),
        ((-1,), "invalid first -1: expected more than 0 seconds"),
        (("1",), "invalid first '1': expected seconds as a number"),
        ((True,), "invalid first True: expected seconds as a number"),
        ((1, 0.5), "invalid factor 0.5: expected a number from 1, since intervals don't shrink"),
        ((1, -2), "invalid factor -2: expected a number from 1"),
        ((1, float("nan")), "invalid factor nan: expected a number from 1"),
        ((1, float("inf")), "invalid factor inf: expected a number from 1"),
        ((1, 10**400), "invalid factor 10.*: expected a number from 1"),
        ((1, None), "invalid factor None: expected a number from 1"),
        ((1, 2, float("inf")), "invalid most inf: expected more than 0 seconds"),
        ((10, 2, 5), "invalid most 5: expected the first interval, 10, or more"),
        ((60,), "invalid most 30: expected the first interval, 60, or more"),
    ],
)
def test_a_backoff_that_makes_no_sense_is_an_error_with_the_rule(values: tuple[object, ...], rule: str) -> None:
    with pytest.raises(JiffyArgumentException, match=f"^{rule}"):
        unchecked(Backoff)(*values)


def test_a_backoff_is_a_value() -> None:
    assert Backoff(1, 2, 30) == Backoff()
    assert pickle.loads(pickle.dumps(Backoff(3))) == Backoff(3)  # noqa: S301

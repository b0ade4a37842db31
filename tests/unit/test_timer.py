"""The timer of waits."""

from jiffybox_sdk._client.timer import Timer
from tests.support.scripted import VirtualClock


def test_a_running_clock_alone_determines_the_time() -> None:
    clock = VirtualClock()
    clock.now = 0.7
    timer = Timer(clock.monotonic)
    for _ in range(100):
        clock.sleep(0.1)
        timer.add_sleep(0.1)
        assert timer.now() == clock.now  # although the sum of the sleeps is rounded in another way
    clock.now += 5
    assert timer.now() == clock.now


def test_time_slept_counts_while_the_clock_stands_still() -> None:
    clock = VirtualClock()
    clock.now, clock.stopped = 100.0, True
    timer = Timer(clock.monotonic)
    timer.add_sleep(5)
    assert timer.now() == 105
    timer.add_sleep(2.5)
    assert timer.now() == 107.5
    clock.now += 10
    assert timer.now() == 110

"""Scripted responses for many boxes."""

import time
from collections.abc import Callable

import httpx

from tests.support.scripted import Answer, envelope, example

GONE = envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 2."))
WRONG_TOKEN = envelope(None, ("error", "Der von Ihnen uebergebene API-Token ist ungueltig."))
WITHOUT_FIELDS = envelope({"id": 3})
BROKEN: Answer = httpx.Response(502)


def number_of(request: httpx.Request) -> int:
    """Return the number of the box that a request reads."""
    return int(request.url.path.rpartition("/")[2])


def answering(answers: dict[int, Answer]) -> Answer:
    """Return a handler with the given answers by box number. All other boxes are READY."""

    def answer(request: httpx.Request) -> httpx.Response:
        number = number_of(request)
        scripted = answers.get(number, envelope({**example("box"), "status": "READY", "id": number}))
        if isinstance(scripted, Exception):
            raise scripted
        assert isinstance(scripted, httpx.Response)
        return httpx.Response(scripted.status_code, content=scripted.content)

    return answer


class ServedBoxes:
    """Boxes that become ready one after the other.

    Attributes:
        time: The function that returns the current time.
        polls: The times of the polls of each box, in seconds since the first request.
        never_ready: Whether all boxes stay CREATING.
    """

    def __init__(self, count: int) -> None:
        self.time: Callable[[], float] = time.time
        self.started: float | None = None
        self.polls: dict[int, list[float]] = {number: [] for number in range(1, count + 1)}
        self.never_ready = False

    def ready_after(self, number: int) -> float:
        """Return the seconds after which a box becomes ready. Every tenth box never does."""
        return float("inf") if self.never_ready else number % 10 * 5 or float("inf")

    def ready_within(self, seconds: float) -> set[int]:
        return {number for number in self.polls if self.ready_after(number) <= seconds}

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.started is None:
            self.started = self.time()
        number = number_of(request)
        self.polls[number].append(self.time() - self.started)
        status = "READY" if self.polls[number][-1] >= self.ready_after(number) else "CREATING"
        return envelope({**example("box"), "id": number, "status": status})

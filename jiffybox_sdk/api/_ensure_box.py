# Generated from jiffybox_sdk/aio/_ensure_box.py by `make generate`. Do not edit.

"""The steps of `ensure_box`."""

from typing import TypeVar

from jiffybox_sdk import operations
from jiffybox_sdk._client.polling import LAST_POLL, Condition, Poller, PollOptions
from jiffybox_sdk._client.timer import Timer
from jiffybox_sdk._client.wanted_box import WantedBox
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._records.box import BoxRecord
from jiffybox_sdk.api import _polling
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.exceptions import JiffyMessageException, JiffyMismatchException, JiffyOutcomeUnknownException

B = TypeVar("B", bound=BoxRecord)


def ensure_box(
    client: Connection,
    kind: type[B],
    list_kind: type[dict[str, B]],
    creation: Operation,
    wanted: WantedBox,
    options: PollOptions[B],
    most_creations: int,
) -> B:
    """Return a box that exists, or create it."""
    timer = Timer(client.clock.monotonic)
    started = timer.now()
    deadline = started + options.total

    def within() -> float:
        return max(deadline - timer.now(), LAST_POLL)

    def look() -> B | None:
        boxes = _polling.make_call(client, operations.list_boxes(), list_kind, within())
        return wanted.find(boxes.values())

    creations = 0
    box = look()
    while True:
        while box and (event := wanted.pending(box)):
            waiting_for = box.id
            condition: Condition[B] = Condition(event, wanted.is_settled)
            poller = Poller(box, kind, condition, options, started)
            try:
                box = _polling.poll(client, poller, timer)
            except JiffyMessageException:  # whatever the message, the box is probably gone
                box = look()
                if box and box.id == waiting_for:
                    raise
        if box:
            if differences := wanted.differences(box):
                raise JiffyMismatchException(box, differences)
            return box
        creations += 1
        try:
            return _polling.make_call(client, creation, kind, within())
        except JiffyMessageException as rejection:
            box = look() if rejection.retry_after is None else None
            if box is None:
                raise
        except JiffyOutcomeUnknownException:
            box = look()
            if box is None and (left := deadline - timer.now()) > 0:
                pause = min(options.interval(creations), left)
                client.clock.sleep(pause)
                timer.add_sleep(pause)
                box = look()
            if box is None and (creations == most_creations or timer.now() >= deadline):
                raise

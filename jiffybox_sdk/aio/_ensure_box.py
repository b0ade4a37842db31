"""The steps of `ensure_box`."""

from typing import TypeVar

from jiffybox_sdk import operations
from jiffybox_sdk._client.polling import LAST_POLL, Condition, Poller, PollOptions
from jiffybox_sdk._client.timer import Timer
from jiffybox_sdk._client.wanted_box import WantedBox
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._records.box import BoxRecord
from jiffybox_sdk.aio import _polling
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.exceptions import JiffyMessageException, JiffyMismatchException, JiffyOutcomeUnknownException

B = TypeVar("B", bound=BoxRecord)


async def ensure_box(
    client: AsyncConnection,
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

    async def look() -> B | None:
        boxes = await _polling.make_call(client, operations.list_boxes(), list_kind, within())
        return wanted.find(boxes.values())

    creations = 0
    box = await look()
    while True:
        while box and (event := wanted.pending(box)):
            waiting_for = box.id
            condition: Condition[B] = Condition(event, wanted.is_settled)
            poller = Poller(box, kind, condition, options, started)
            try:
                box = await _polling.poll(client, poller, timer)
            except JiffyMessageException:  # whatever the message, the box is probably gone
                box = await look()
                if box and box.id == waiting_for:
                    raise
        if box:
            if differences := wanted.differences(box):
                raise JiffyMismatchException(box, differences)
            return box
        creations += 1
        try:
            return await _polling.make_call(client, creation, kind, within())
        except JiffyMessageException as rejection:
            box = await look() if rejection.retry_after is None else None
            if box is None:
                raise
        except JiffyOutcomeUnknownException:
            box = await look()
            if box is None and (left := deadline - timer.now()) > 0:
                pause = min(options.interval(creations), left)
                await client.clock.sleep(pause)
                timer.add_sleep(pause)
                box = await look()
            if box is None and (creations == most_creations or timer.now() >= deadline):
                raise

"""Programs to sweep: of each kind of mistake one, and right ones."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from jiffybox_sdk import (
    AsyncJiffyBox,
    Box,
    JiffyBox,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
)

T = TypeVar("T")

DISTRIBUTION = "centos_7_64bit"


def create_or_find(client: JiffyBox, name: str) -> Box:
    """Create a box, and look for it if the outcome is unknown or its name is taken."""
    try:
        return client.create_box(name, 44, distribution=DISTRIBUTION)
    except (JiffyOutcomeUnknownException, JiffyMessageException):
        for box in client.boxes():
            if box.name == name:
                return box
        raise


def retrying(client: JiffyBox, action: Callable[[], T]) -> T:
    """Try up to three times."""
    for _ in range(2):
        try:
            return action()
        except JiffyException:
            client.clock.sleep(5)
    return action()


# Wrong programs.


def retry_of_a_post(client: JiffyBox) -> None:
    """Order a duplicate until a response says that it was accepted, under a new name each time."""
    box = client.box(10_001)
    for number in range(3):
        try:
            box.duplicate(f"copy {number}", 44)
        except JiffyOutcomeUnknownException:
            continue
        return


def ignoring_an_unknown_outcome(client: JiffyBox) -> None:
    """Treat an unknown outcome as a success."""
    try:
        client.create_box("web", 44, distribution=DISTRIBUTION)
    except JiffyOutcomeUnknownException as error:
        logging.getLogger(__name__).info("probably created: %s", error)


def acting_on_a_stale_record(client: JiffyBox) -> None:
    """Give the roles to the boxes that the retried creations have returned, or to the latest box of an old list."""
    boxes = client.boxes()
    try:
        box = client.create_box("web", 44, distribution=DISTRIBUTION)
    except JiffyOutcomeUnknownException:
        box = boxes[-1]
    box.wait_for_status("READY").update_metadata({"role": "web"})


def forgetting_to_wait(client: JiffyBox) -> None:
    """Stop a box, and delete it as soon as it can be seen that it is not running, or else never."""
    box = client.box(10_001)
    try:
        box.stop()
        box = box.wait_for_status("READY")
    except JiffyException:
        box = client.box(10_001)
    if not box.running:
        box.delete()


def a_clean_up_that_does_not_run(client: JiffyBox) -> None:
    """Create a box for a moment, and leave it if its deletion fails."""
    box = create_or_find(client, "temporary").wait_for_status("READY")
    try:
        box.stop()
        box.wait_for_status("READY").delete()
    except JiffyException:
        pass


WRONG = (
    retry_of_a_post,
    ignoring_an_unknown_outcome,
    acting_on_a_stale_record,
    forgetting_to_wait,
    a_clean_up_that_does_not_run,
)


# Right programs.


def only_reading(client: JiffyBox) -> None:
    """Read everything."""
    assert client.boxes()
    assert client.plans()
    assert client.ips()


def failing_at_once(client: JiffyBox) -> None:
    """Let each exception end the program."""
    box = client.create_box("web", 44, distribution=DISTRIBUTION)
    box.wait_for_status("READY").update_metadata({"role": "web"})


def looking_after_an_unknown_outcome(client: JiffyBox) -> None:
    """Create two boxes, whatever happens, and give them roles."""
    for name in ("web", "db"):
        box = retrying(client, partial(create_or_find, client, name))
        retrying(client, box.wait_for_status)
        retrying(client, partial(box.update_metadata, {"role": name}))


def setting_what_can_be_set_twice(client: JiffyBox) -> None:
    """Retry changes that lead to the same state."""
    box = client.box(10_001)
    retrying(client, lambda: box.update_metadata({"a": 1}))
    retrying(client, lambda: box.update_metadata({"b": None}))


async def async_deletion(client: AsyncJiffyBox) -> None:
    """Delete a box, and make sure that it is gone."""
    box = await client.box(10_001)
    await box.stop()
    box = await box.wait_for_status("READY")
    await box.delete()
    await box.wait_until_deleted()


RIGHT = (
    only_reading,
    failing_at_once,
    looking_after_an_unknown_outcome,
    setting_what_can_be_set_twice,
    async_deletion,
)

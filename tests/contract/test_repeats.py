"""What a call that changes something does when it is made again: the table in the docs agrees with the emulator."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from jiffybox_sdk import Box, Emulator, JiffyBox, JiffyMessageException, PingCheck
from jiffybox_sdk._client.endpoints import CALLS
from tests.support.calls import all_backups, floating_ip, ready_check, ready_group
from tests.support.saved import ROOT
from tests.support.states import box_in_state

Call = Callable[[], object]

SECTION = (ROOT / "docs" / "pages" / "errors.md").read_text("utf-8").partition("## After an unknown outcome")[2]
ROWS: list[tuple[str, str]] = re.findall(r"^\| (`[^|]*`) \| ([^|]*) \| [^|]* \|$", SECTION, re.MULTILINE)
TABLE = {method: effect for methods, effect in ROWS for method in re.findall(r"`(.*?)`", methods)}

EFFECTS = {
    "rejected": ("rejected", "rejected"),
    "same result": ("same", "same"),
    "**done twice**": ("twice", "twice"),
    "rejected while the work is in progress, then same result": ("rejected", "same"),
    # Backups have the same contents in the emulator, so that they were made or restored twice does not show.
    "rejected while the work is in progress, then **done twice**": ("rejected", "same"),
    "rejected if it has a new name, otherwise **done twice**": ("twice", "twice"),
}
"""What a second call does, made immediately and after the work of the first."""

CASES: dict[str, tuple[str, Callable[[JiffyBox, Box], Call]]] = {
    "client.create_box": ("running", lambda client, _: partial(client.create_box, "new", 44, None, "centos_7_64bit")),
    "box.delete": ("stopped", lambda _, box: box.delete),
    "box.update_metadata": ("running", lambda _, box: partial(box.update_metadata, {"a": 1})),
    "box.change_plan": ("stopped", lambda _, box: partial(box.change_plan, 45)),
    "box.start": ("stopped", lambda _, box: box.start),
    "box.stop": ("running", lambda _, box: box.stop),
    "box.pull_plug": ("running", lambda _, box: box.pull_plug),
    "box.freeze": ("stopped", lambda _, box: box.freeze),
    "box.thaw": ("frozen", lambda _, box: partial(box.thaw, 44)),
    "box.duplicate": ("running", lambda _, box: partial(box.duplicate, "copy", 44)),
    "backups.switch_on": ("running", lambda _, box: partial(box.backups().switch_on, 0, 1)),
    "backups.change_schedule": ("running", lambda _, box: partial(all_backups(box).change_schedule, 6)),
    "backups.switch_off": ("running", lambda _, box: all_backups(box).switch_off),
    "backups.create_manual": ("running", lambda _, box: box.backups().create_manual),
    "backups.restore": ("running", lambda _, box: partial(all_backups(box).restore, "manual")),
    "backups.delete": ("running", lambda _, box: partial(all_backups(box).delete, "daily")),
    "ip.move": ("being copied", lambda client, box: partial(floating_ip(box).move, client.boxes()[-1])),
    "client.create_contact_group": (
        "running",
        lambda client, _: partial(client.create_contact_group, "new", ["a@example.org"]),
    ),
    "group.duplicate": (
        "running",
        lambda client, _: partial(ready_group(client).duplicate, contacts=["b@example.org"]),
    ),
    "group.change": ("running", lambda client, _: partial(ready_group(client).change, "operators")),
    "group.delete": ("running", lambda client, _: ready_group(client).delete),
    "client.create_check": (
        "running",
        lambda client, box: partial(
            client.create_check,
            PingCheck(name="ping", ip=box.public_ips[0], port=1, contactGroups=[ready_group(client).id]),
        ),
    ),
    "check.duplicate": ("running", lambda client, box: ready_check(client, box).duplicate),
    "check.delete": ("running", lambda client, box: ready_check(client, box).delete),
}


def effect_of(method: str, *, afterwards: bool) -> str:
    """Make a call twice, and return what the second one does."""
    state, prepare = CASES[method]
    emulator = Emulator("manual")
    with emulator.client() as client:
        box = box_in_state(client, emulator, state)
        emulator.add_floating_ip(box)
        call = prepare(client, box)
        call()
        if afterwards:
            emulator.run_until_idle()
        once = emulator.copy("manual")
        try:
            call()
        except JiffyMessageException:
            assert emulator.differences(once) == []
            return "rejected"
        once.run_until_idle()
        emulator.run_until_idle()
        return "twice" if emulator.differences(once) else "same"


@pytest.mark.parametrize("method", CASES)
def test_a_second_call_does_what_the_table_in_the_docs_says(method: str) -> None:
    assert (effect_of(method, afterwards=False), effect_of(method, afterwards=True)) == EFFECTS[TABLE[method]]


def test_a_copy_of_a_group_with_a_new_name_is_not_made_twice() -> None:
    client = Emulator().client()
    group = ready_group(client)
    group.duplicate("copy")
    with pytest.raises(JiffyMessageException):
        group.duplicate("copy")


def test_the_table_has_each_call_that_changes_something() -> None:
    assert TABLE.keys() == CASES.keys()
    assert sum(not call.repeatable for call in CALLS) == len(TABLE) - 6  # seven verbs change a box

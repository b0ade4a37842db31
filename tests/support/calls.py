"""A sample of each call, and variants of some. Add a sample here for a new call."""

from collections.abc import Callable

from pydantic import JsonValue

from jiffybox_sdk import (
    Backups,
    Box,
    Check,
    ContactGroup,
    Emulator,
    FtpCheck,
    Ip,
    JiffyBox,
    operations,
)
from jiffybox_sdk.emulator import EmulatorClock
from tests.support.schema_tools import (
    Answer,
    Tap,
)
from tests.support.states import box_in_state

Sample = Callable[[JiffyBox, Box], object]
Edit = Callable[[JsonValue], JsonValue]

SAMPLES: dict[str, tuple[str, str, Sample]] = {
    "a created box": (
        "create_box",
        "running",
        lambda client, _: client.create_box("new", 44, distribution="centos_7_64bit"),
    ),
    "a duplicate": ("duplicate_box", "running", lambda _, box: box.duplicate("copy", 44)),
    "a changed box": ("change_box", "running", lambda _, box: box.update_metadata({"a": 1})),
    "a box that is started": ("change_box", "stopped", lambda _, box: box.start()),
    "a box that is thawed": ("change_box", "frozen", lambda _, box: box.thaw(44)),
    "a box in creation": ("get_box", "creating", lambda client, box: client.box(box.id)),
    "a box that runs": ("get_box", "running", lambda _, box: box.refresh()),
    "a frozen box": ("get_box", "frozen", lambda _, box: box.refresh()),
    "a list of boxes": ("list_boxes", "being copied", lambda client, _: client.boxes()),
    "a deletion": ("delete_box", "stopped", lambda _, box: box.delete()),
    "a plan": ("get_plan", "creating", lambda client, _: client.plan(44)),
    "a list of plans": ("list_plans", "creating", lambda client, _: client.plans()),
    "a distribution": ("get_distribution", "creating", lambda client, _: client.distribution("centos_7_64bit")),
    "a list of distributions": ("list_distributions", "creating", lambda client, _: client.distributions()),
    "a list of backups": ("list_backups", "running", lambda client, box: (all_backups(box), client.backups())),
    "backups": ("get_backups", "running", lambda _, box: all_backups(box)),
    "a schedule": ("enable_backups", "running", lambda _, box: box.backups().switch_on(0, 1)),
    "a changed schedule": ("change_backups", "running", lambda _, box: all_backups(box).change_schedule(6, 3)),
    "an end of backups": ("disable_backups", "running", lambda _, box: all_backups(box).switch_off()),
    "a manual backup": ("create_backup", "running", lambda _, box: box.backups().create_manual()),
    "a restored backup": ("restore_backup", "running", lambda _, box: all_backups(box).restore("manual")),
    "a deleted backup": ("delete_backup", "running", lambda _, box: all_backups(box).delete("daily")),
    "a list of addresses": ("list_ips", "running", lambda client, _: client.ips()),
    "the addresses of a box": ("get_ips", "running", lambda _, box: box.list_ips()),
    "a moved address": ("move_ip", "running", lambda _, box: floating_ip(box).move(box)),
    "a list of contact groups": ("list_contact_groups", "creating", lambda client, _: client.contact_groups()),
    "a contact group": ("get_contact_group", "creating", lambda client, _: client.contact_group(1)),
    "a created contact group": (
        "create_contact_group",
        "creating",
        lambda client, _: client.create_contact_group("admins", ["a@example.org"]),
    ),
    "a duplicate of a contact group": (
        "duplicate_contact_group",
        "creating",
        lambda client, _: client.contact_group(1).duplicate("copy"),
    ),
    "a changed contact group": (
        "change_contact_group",
        "creating",
        lambda client, _: ready_group(client).change("operators"),
    ),
    "a deleted contact group": ("delete_contact_group", "creating", lambda client, _: ready_group(client).delete()),
    "a list of checks": ("list_checks", "running", lambda client, box: (ready_check(client, box), client.checks())),
    "a check": ("get_check", "running", lambda client, box: client.check(ready_check(client, box).id)),
    "a created check": ("create_check", "running", lambda client, box: new_check(client, box).id),
    "a duplicate of a check": ("duplicate_check", "running", lambda client, box: ready_check(client, box).duplicate()),
    "a deleted check": ("delete_check", "running", lambda client, box: ready_check(client, box).delete()),
    "a result of a check": ("get_check_results", "running", lambda client, box: ready_check(client, box).result()),
    "a list of modules": ("list_modules", "creating", lambda client, _: client.modules()),
    "a module": ("get_module", "creating", lambda client, _: client.module("Monitoring")),
}
"""The name of the call, the state of the box before it (see `box_in_state`), and how a client makes it."""

WITHOUT_COMMAND: frozenset[str] = frozenset()
"""Calls that the `jiffybox` command does not offer yet."""


def pass_time(client: JiffyBox, seconds: float) -> None:
    clock = client.clock
    assert isinstance(clock, EmulatorClock)
    clock.advance(seconds)


def all_backups(box: Box) -> Backups:
    """Return the backups of a box, after enough time for one of each type."""
    box.api.send(operations.enable_backups(box.id, 0, 1))
    box.api.send(operations.create_backup(box.id))
    pass_time(box.api, 30 * 86400)
    return box.backups()


def ready_group(client: JiffyBox) -> ContactGroup:
    """Create a contact group and wait until it is ready."""
    contact_group = client.create_contact_group("admins", ["a@example.org"])
    pass_time(client, 60)
    return contact_group


def new_check(client: JiffyBox, box: Box) -> Check:
    """Create a check with a contact group."""
    check = FtpCheck(
        name="ftp", ip=box.public_ips[0], port=21, contactGroups=[ready_group(client).id], password="secret"
    )
    return client.create_check(check)


def ready_check(client: JiffyBox, box: Box) -> Check:
    """Create a check and wait until it is ready."""
    check = new_check(client, box)
    pass_time(client, 60)
    return check


def floating_ip(box: Box) -> Ip:
    return next(ip for ip in box.list_ips() if ip.floating)


def answer_to(what: str, edit: Edit | None = None, vary: int | None = None) -> Answer:
    """Make a sample call, with the result edited for the client, and return the response of the emulator."""
    call, state, question = SAMPLES[what]
    emulator = Emulator("manual", vary=vary)
    tap = Tap(emulator.transport())
    with emulator.client(transport=tap) as client:
        box = box_in_state(client, emulator, state)
        emulator.add_floating_ip(box)
        if edit:
            tap.edit = lambda result: edit(result) if tap.answers[-1].call.name == call else result
        question(client, box)
    assert tap.answers[-1].call.name == call
    return tap.answers[-1]

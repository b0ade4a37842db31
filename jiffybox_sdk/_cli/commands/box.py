"""`jiffybox box`: boxes."""

from difflib import get_close_matches
from functools import partial
from typing import Unpack

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import inputs, output
from jiffybox_sdk._cli.complete import complete_boxes, complete_distributions, complete_plans
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import WaitLimits, WaitOptions, wait_for, wait_options
from jiffybox_sdk._cli.resolve import box_id
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk.models.requests.command import Command


class CreateOptions(WaitOptions, inputs.Password):
    """Additional options of `box create`."""


_box_argument = click.argument("box", shell_complete=complete_boxes)
_plan_argument = click.argument("plan", shell_complete=complete_plans)


@examples("jiffybox box list", "jiffybox box create web 'CloudLevel 1' debian_stretch_64bit --wait")
@click.group("box", cls=Group)
def box_group() -> None:
    """Manage boxes. BOX is the number or name of a box."""


@examples(
    "jiffybox box list --sort -created",
    "jiffybox box list --columns id,name,plan.ramInMB",
    "jiffybox box list -o ids | xargs -n 1 jiffybox backup create",
)
@box_group.command("list")
@pass_session
def list_boxes(session: Session) -> None:
    """List all boxes. GET jiffyBoxes.

    Expensive for the service. To wait for a box, use jiffybox box wait instead of polling the list.
    """
    session.show(session.tables.boxes, session.client.boxes())


@examples("jiffybox box show web", "jiffybox box show 10001 -o json-pretty")
@box_group.command("show")
@_box_argument
@pass_session
def show_box(session: Session, box: str) -> None:
    """Show all fields of a box. GET jiffyBoxes/<id>."""
    session.show(session.tables.boxes, [session.client.box(box_id(session, box))], all_columns=True)


@examples(
    "jiffybox box create web 'CloudLevel 1' debian_stretch_64bit --wait",
    'jiffybox box create web 44 debian_stretch_64bit --metadata \'{"role": "web"}\' --sshkey',
    "jiffybox box create restored 44 --backup 0123456789abcdef0123456789abcdef",
)
@box_group.command("create")
@click.argument("name")
@_plan_argument
@click.argument("distribution", required=False, shell_complete=complete_distributions)
@click.option("--backup", metavar="ID", help="Backup to create the box from, instead of DISTRIBUTION.")
@click.option("--sshkey/--no-sshkey", default=None, help="Whether to install the SSH key of the control panel.")
@inputs.password_options("Root password")
@inputs.metadata_option
@wait_options()
@pass_session
def create_box(
    session: Session,
    name: str,
    plan: str,
    distribution: str | None,
    backup: str | None,
    sshkey: bool | None,  # noqa: FBT001 (a parameter of the command line)
    metadata: str | None,
    **options: Unpack[CreateOptions],
) -> None:
    """Create a box. POST jiffyBoxes.

    PLAN is the number or name of a plan, DISTRIBUTION the key of a distribution: see jiffybox plans and jiffybox
    distributions. Without a password, the service generates one and sends it by e-mail.
    """
    session.check_output(session.tables.boxes)
    box = session.client.create_box(
        name,
        plan,
        backupid=backup,
        distribution=distribution,
        password=inputs.read_password(session, options),
        use_sshkey=sshkey,
        metadata=inputs.read_metadata(metadata),
    )
    _show_when(session, box, "READY", options)


@examples("jiffybox box duplicate web web2 'CloudLevel 1' --wait")
@box_group.command("duplicate")
@_box_argument
@click.argument("name")
@_plan_argument
@inputs.metadata_option
@wait_options()
@pass_session
def duplicate_box(
    session: Session, box: str, name: str, plan: str, metadata: str | None, **options: Unpack[WaitOptions]
) -> None:
    """Create a copy of a box. POST jiffyBoxes/<id>."""
    session.check_output(session.tables.boxes)
    data = inputs.read_metadata(metadata)
    operation = sdk.operations.duplicate_box(box_id(session, box), name, plan, metadata=data)
    _show_when(session, session.client.send(operation), "READY", options)


def _add_change(name: str, command: str, status: str, summary: str, plan: str | None = None) -> None:
    """Add a command that brings a box to a status. The command takes a plan if an example of one is given."""

    def change(session: Session, box: str, plan: str | None = None, **options: Unpack[WaitOptions]) -> None:
        _change(session, box, command, status, options, plan)

    function = wait_options()(pass_session(change))
    function = _box_argument(_plan_argument(function) if plan else function)
    added = box_group.command(name, help=f"{summary} PUT jiffyBoxes/<id> with {command}.")(function)
    examples(f"jiffybox box {name} web {f'{plan!r} ' if plan else ''}--wait")(added)


_add_change("start", "START", "READY", "Start a box.")
_add_change("stop", "SHUTDOWN", "READY", "Shut a box down.")


@examples("jiffybox box pull-plug web", "jiffybox box pull-plug 10001 --yes --wait")
@box_group.command("pull-plug")
@_box_argument
@wait_options()
@pass_session
def pull_plug(session: Session, box: str, **options: Unpack[WaitOptions]) -> None:
    """Power a box off immediately. PUT jiffyBoxes/<id> with PULLPLUG. Asks for confirmation."""
    session.before_asking("pulling the plug", session.tables.boxes)
    number = _confirm(session, box, "Pull the plug of {}? Unsaved data is lost.")
    _change(session, number, "PULLPLUG", "READY", options)


_add_change("freeze", "FREEZE", "FROZEN", "Freeze a box, which must be stopped, to reduce its costs.")
_add_change("thaw", "THAW", "READY", "Thaw a frozen box.", "CloudLevel 1")
_add_change("change-plan", "PLAN", "READY", "Change the plan of a box, which must be stopped.", "CloudLevel 2")


@examples(
    "jiffybox box metadata web",
    "jiffybox box metadata web --set role=db --unset old",
    'jiffybox box metadata web \'{"role": "db", "ports": [5432]}\'',
    "jiffybox box metadata web @metadata.json",
)
@box_group.command("metadata")
@_box_argument
@click.argument("changes", required=False)
@click.option("--set", "assignments", metavar="NAME=TEXT", multiple=True, help="Set a name to a string. Repeatable.")
@click.option("--unset", "removals", metavar="NAME", multiple=True, help="Delete a name. Repeatable.")
@pass_session
def metadata(
    session: Session, box: str, changes: str | None, assignments: tuple[str, ...], removals: tuple[str, ...]
) -> None:
    """Show or change metadata. GET jiffyBoxes/<id>, or PUT jiffyBoxes/<id> with metadata only.

    CHANGES is a JSON object, @FILE, or - for standard input. A value of null deletes a name; other names stay
    unchanged.
    """
    session.check_output(output.formats.ENTRIES)
    merged = {} if changes is None else inputs.json_object(changes, "CHANGES")
    merged |= inputs.parse_changes(assignments, removals)
    number = box_id(session, box)
    operation = sdk.operations.update_metadata(number, merged) if merged else sdk.operations.get_box(number)
    result = session.client.send(operation)
    output.formats.write_map(session.options, f"{result.name} ({number})", result.metadata or {})


@examples(
    "jiffybox box wait web", "jiffybox box wait web --for FROZEN --timeout 900", "jiffybox box wait web --for gone"
)
@box_group.command("wait")
@_box_argument
@click.option("--for", "status", default="READY", show_default=True, help="Status to wait for; gone for the deletion.")
@wait_options(optional=False)
@pass_session
def wait(session: Session, box: str, status: str, **options: Unpack[WaitLimits]) -> None:
    """Wait for the status of a box. GET jiffyBoxes/<id>, repeatedly."""
    number = box_id(session, box)
    known = [known.value for known in sdk.BoxStatus]
    if status.upper() in known:
        status = status.upper()
    elif status.lower() != "gone":
        [nearest] = get_close_matches(status.upper(), [*known, "GONE"], n=1, cutoff=0)
        session.say(f"Unknown status {status} (did you mean {nearest}?); waiting for it anyway.")
    record = session.client.box(number)
    if status.lower() == "gone":
        _wait_until_gone(session, record, options)
    else:
        _show_when(session, record, status, {**options, "wait": True})


@examples("jiffybox box delete web", "jiffybox box delete 10001 --yes --wait", "jiffybox box delete web --force")
@box_group.command("delete")
@_box_argument
@click.option("--force", is_flag=True, help="Pull the plug first if the box is running.")
@wait_options()
@pass_session
def delete_box(session: Session, box: str, force: bool, **options: Unpack[WaitOptions]) -> None:  # noqa: FBT001 (a parameter of the command line)
    """Delete a box, which must be stopped. DELETE jiffyBoxes/<id>. Asks for confirmation.

    With --force, a box that is running is first powered off, as by pull-plug.
    """
    session.before_asking("deleting a box")
    number = _confirm(session, box, "Delete {} and all its data?")
    if force and session.options.dry_run:
        session.say("The box would be read first, and its plug pulled if it is running.")
    # Read after the question, since the power state may have changed in the meantime.
    record = session.client.box(number) if (force or options["wait"]) and not session.options.dry_run else None
    if force and record and record.running:
        record = _wait_for_status(session, record.pull_plug(), "READY", options)
    title = f"{record.name} ({number})" if record else f"Box {number}"
    session.finish(sdk.operations.delete_box(number), f"{title} is being deleted.")
    if record and options["wait"]:
        _wait_until_gone(session, record, options)


def _confirm(session: Session, box: str, question: str) -> int:
    """Ask for confirmation, showing the name and status of a box. Return the box's number."""
    number = box_id(session, box)
    if session.asks:
        record = session.client.box(number)
        state = f"{record.status}, switched {'on' if record.running else 'off'}"
        session.confirm(question.format(f"the box {record.name} ({number}; {state})"))
    return number


def _change(
    session: Session, box: int | str, command: str, status: str, options: WaitOptions, plan: str | None = None
) -> None:
    """Send a command to a box and show the box, after waiting for a status if requested."""
    session.check_output(session.tables.boxes)
    number = box if isinstance(box, int) else box_id(session, box)
    operation = sdk.operations.set_status(number, Command(command), plan)
    _show_when(session, session.client.send(operation), status, options)


def _show_when(session: Session, box: "sdk.Box", status: str, options: WaitOptions) -> None:
    """Show a box, after waiting for a status if requested."""
    if options["wait"]:
        box = _wait_for_status(session, box, status, options)
    elif box.status != status:
        words = f"box wait {box.id}" if status == "READY" else f"box wait {box.id} --for {status}"
        session.say(f"{box.name} ({box.id}) is {box.status}; to wait for it: {session.options.command_line(words)}")
    session.show(session.tables.boxes, [box])


def _wait_for_status(session: Session, box: "sdk.Box", status: str, options: WaitLimits) -> "sdk.Box":
    try:
        wait = partial(box.wait_for_status, sdk.BoxStatus(status))
    except ValueError:  # unknown, as `box wait` has said
        wait = partial(box.wait_until, lambda polled: polled.status == status)
    return wait_for(session, box, options, wait)


def _wait_until_gone(session: Session, box: "sdk.Box", options: WaitLimits) -> None:
    wait_for(session, box, options, box.wait_until_deleted)
    session.say(f"{box.name} ({box.id}) is gone.")

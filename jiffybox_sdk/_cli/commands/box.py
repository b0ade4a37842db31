"""`jiffybox box`: everything about boxes."""

from functools import partial
from typing import TYPE_CHECKING, Unpack

import click

from jiffybox_sdk._cli import inputs, progress
from jiffybox_sdk._cli.complete import complete_boxes, complete_distributions, complete_plans
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import Durations, Waiting, wait_options
from jiffybox_sdk._cli.resolve import box_id
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from jiffybox_sdk import Box


class Creation(Waiting, inputs.Password):
    """What is said about a new box besides."""


_box_argument = click.argument("box", shell_complete=complete_boxes)
_plan_argument = click.argument("plan", shell_complete=complete_plans)


@examples("jiffybox box list", "jiffybox box create web 'CloudLevel 1' debian_stretch_64bit --wait")
@click.group("box", cls=Group)
def box_group() -> None:
    """Boxes. BOX is the number of one, or its name."""


@examples(
    "jiffybox box list --sort -created",
    "jiffybox box list --columns id,name,plan.ramInMB",
    "jiffybox box list -o ids | xargs -n 1 jiffybox backup create",
)
@box_group.command("list")
@pass_session
def list_boxes(session: Session) -> None:
    """List all boxes. GET jiffyBoxes.

    Expensive for the service, which asks not to poll with it: see jiffybox box wait.
    """
    from jiffybox_sdk._cli.output import tables

    session.show(tables.BOXES, map(tables.of_box, session.client.boxes()))


@examples("jiffybox box show web", "jiffybox box show 10001 -o json-pretty")
@box_group.command("show")
@_box_argument
@pass_session
def show_box(session: Session, box: str) -> None:
    """Show all that is known of a box. GET jiffyBoxes/<id>."""
    from jiffybox_sdk._cli.output import tables

    session.show(tables.BOXES, [tables.of_box(session.client.box(box_id(session, box)))], whole=True)


@examples(
    "jiffybox box create web 'CloudLevel 1' debian_stretch_64bit --wait",
    'jiffybox box create web 44 debian_stretch_64bit --metadata \'{"role": "web"}\' --sshkey',
    "jiffybox box create restored 44 --backup 0123456789abcdef0123456789abcdef",
)
@box_group.command("create")
@click.argument("name")
@_plan_argument
@click.argument("distribution", required=False, shell_complete=complete_distributions)
@click.option("--backup", metavar="ID", help="Create it from this backup, in place of DISTRIBUTION.")
@click.option("--sshkey/--no-sshkey", default=None, help="Whether to install the SSH key kept in the control panel.")
@inputs.password_options("The root password")
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
    **more: Unpack[Creation],
) -> None:
    """Create a box. POST jiffyBoxes.

    PLAN is the number of a plan or its name, DISTRIBUTION the key of one: see jiffybox plans and jiffybox
    distributions. Without a password, the service makes one up and mails it.
    """
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.BOXES)
    created = session.client.create_box(
        name,
        plan,
        backupid=backup,
        distribution=distribution,
        password=inputs.password(session, more),
        use_sshkey=sshkey,
        metadata=None if metadata is None else inputs.json_object(metadata, "--metadata"),
    )
    _follow(session, created, "READY", more)


@examples("jiffybox box duplicate web web2 'CloudLevel 1' --wait")
@box_group.command("duplicate")
@_box_argument
@click.argument("name")
@_plan_argument
@inputs.metadata_option
@wait_options()
@pass_session
def duplicate_box(
    session: Session, box: str, name: str, plan: str, metadata: str | None, **waiting: Unpack[Waiting]
) -> None:
    """Make a copy of a box. POST jiffyBoxes/<id>."""
    from jiffybox_sdk import Box, operations
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.BOXES)
    given = None if metadata is None else inputs.json_object(metadata, "--metadata")
    operation = operations.duplicate_box(box_id(session, box), name, inputs.plan(plan), metadata=given)
    _follow(session, session.send(operation, Box), "READY", waiting)


@examples("jiffybox box start web --wait")
@box_group.command("start")
@_box_argument
@wait_options()
@pass_session
def start_box(session: Session, box: str, **waiting: Unpack[Waiting]) -> None:
    """Switch a box on. PUT jiffyBoxes/<id> with START."""
    _change(session, box, "START", "READY", waiting)


@examples("jiffybox box stop web --wait")
@box_group.command("stop")
@_box_argument
@wait_options()
@pass_session
def stop_box(session: Session, box: str, **waiting: Unpack[Waiting]) -> None:
    """Shut a box down. PUT jiffyBoxes/<id> with SHUTDOWN."""
    _change(session, box, "SHUTDOWN", "READY", waiting)


@examples("jiffybox box pull-plug web", "jiffybox box pull-plug 10001 --yes --wait")
@box_group.command("pull-plug")
@_box_argument
@wait_options()
@pass_session
def pull_plug(session: Session, box: str, **waiting: Unpack[Waiting]) -> None:
    """Switch a box off at once, whatever it is at. PUT jiffyBoxes/<id> with PULLPLUG. Asks first."""
    number = _confirmed(session, box, "Pull the plug of {}? What it has not written is lost.", "pulling the plug")
    _change(session, number, "PULLPLUG", "READY", waiting)


@examples("jiffybox box freeze web --wait")
@box_group.command("freeze")
@_box_argument
@wait_options()
@pass_session
def freeze_box(session: Session, box: str, **waiting: Unpack[Waiting]) -> None:
    """Put a box that is switched off in storage, where it costs less. PUT jiffyBoxes/<id> with FREEZE."""
    _change(session, box, "FREEZE", "FROZEN", waiting)


@examples("jiffybox box thaw web 'CloudLevel 1' --wait")
@box_group.command("thaw")
@_box_argument
@_plan_argument
@wait_options()
@pass_session
def thaw_box(session: Session, box: str, plan: str, **waiting: Unpack[Waiting]) -> None:
    """Take a frozen box out of storage. PUT jiffyBoxes/<id> with THAW."""
    _change(session, box, "THAW", "READY", waiting, plan)


@examples("jiffybox box change-plan web 'CloudLevel 2' --wait")
@box_group.command("change-plan")
@_box_argument
@_plan_argument
@wait_options()
@pass_session
def change_plan(session: Session, box: str, plan: str, **waiting: Unpack[Waiting]) -> None:
    """Move a box that is switched off to another plan. PUT jiffyBoxes/<id> with PLAN."""
    _change(session, box, "PLAN", "READY", waiting, plan)


@examples(
    "jiffybox box metadata web",
    "jiffybox box metadata web --set role=db --unset old",
    'jiffybox box metadata web \'{"role": "db", "ports": [5432]}\'',
    "jiffybox box metadata web @metadata.json",
)
@box_group.command("metadata")
@_box_argument
@click.argument("changes", required=False)
@click.option("--set", "values", metavar="NAME=TEXT", multiple=True, help="Set a name to a text. May be repeated.")
@click.option("--unset", "gone", metavar="NAME", multiple=True, help="Delete a name. May be repeated.")
@pass_session
def metadata(session: Session, box: str, changes: str | None, values: tuple[str, ...], gone: tuple[str, ...]) -> None:
    """Show or change metadata. GET jiffyBoxes/<id>, or PUT jiffyBoxes/<id> with metadata alone.

    CHANGES is a JSON object, @FILE for one in a file, or - for one from standard input: the names to set; null deletes
    a name, and names that are not given stay as they are.
    """
    from jiffybox_sdk import Box, operations
    from jiffybox_sdk._cli.output import formats

    session.expect(formats.NAMES)
    wanted = {} if changes is None else inputs.json_object(changes, "CHANGES")
    wanted |= inputs.pairs(values, gone)
    number = box_id(session, box)
    operation = operations.update_metadata(number, wanted) if wanted else operations.get_box(number)
    found = session.send(operation, Box)
    session.show_map(f"{found.name} ({number})", found.metadata or {})


@examples(
    "jiffybox box wait web", "jiffybox box wait web --for FROZEN --timeout 900", "jiffybox box wait web --for gone"
)
@box_group.command("wait")
@_box_argument
@click.option("--for", "status", default="READY", show_default=True, help="The awaited state; gone for its deletion.")
@progress.durations()
@pass_session
def wait(session: Session, box: str, status: str, **waiting: Unpack[Durations]) -> None:
    """Wait until a box is in a state, looking at it alone. GET jiffyBoxes/<id>."""
    from jiffybox_sdk import BoxStatus

    number = box_id(session, box)
    if status.upper() in {known.value for known in BoxStatus}:
        status = status.upper()
    elif status.lower() != "gone":
        session.say(f"{status} is no known state; it is waited for all the same.")
    found = session.client.box(number)
    if status.lower() == "gone":
        _until_gone(session, found, waiting)
    else:
        _follow(session, found, status, {**waiting, "wait": True})


@examples("jiffybox box delete web", "jiffybox box delete 10001 --yes --wait", "jiffybox box delete web --force")
@box_group.command("delete")
@_box_argument
@click.option("--force", is_flag=True, help="Pull the plug first, if the box is switched on.")
@wait_options()
@pass_session
def delete_box(session: Session, box: str, force: bool, **waiting: Unpack[Waiting]) -> None:  # noqa: FBT001 (a parameter of the command line)
    """Delete a box, which must be switched off. DELETE jiffyBoxes/<id>. Asks first.

    With --force, a box that is switched on is switched off before, as by pull-plug, and waited for.
    """
    session.expect(None)
    number = _confirmed(session, box, "Delete {} and all its data?", "deleting a box")
    if force and session.options.dry_run:
        session.say("Before this, the box would be read, and its plug pulled if it is switched on.")
    # Read after the question, which may have been open for long: what is done depends on its state.
    found = session.client.box(number) if (force or waiting["wait"]) and not session.options.dry_run else None
    if force and found and found.running:
        found = _until(session, found.pull_plug(), "READY", waiting)
    session.done(session.client.delete_box(number), f"{_called(found, number)} is being deleted.")
    if found and waiting["wait"]:
        _until_gone(session, found, waiting)


def _called(box: "Box | None", number: int) -> str:
    return f"{box.name} ({number})" if box else f"Box {number}"


def _confirmed(session: Session, box: str, question: str, doing: str) -> int:
    """Returns the number of a box after asking whether it is the right one, with its name and state."""
    session.can_ask(doing)
    number = box_id(session, box)
    if session.asks:
        found = session.client.box(number)
        state = f"{found.status}, switched {'on' if found.running else 'off'}"
        session.confirm(question.format(f"the box {found.name} ({number}; {state})"))
    return number


def _change(
    session: Session, box: int | str, command: str, status: str, waiting: Waiting, plan: str | None = None
) -> None:
    """Makes a call that changes a box's state, and follows what comes of it."""
    from jiffybox_sdk import Box, operations
    from jiffybox_sdk._cli.output import tables
    from jiffybox_sdk.models.requests.command import Command

    session.expect(tables.BOXES)
    number = box if isinstance(box, int) else box_id(session, box)
    planid = None if plan is None else inputs.plan(plan)
    _follow(session, session.send(operations.set_status(number, Command(command), planid), Box), status, waiting)


def _follow(session: Session, box: "Box", status: str, waiting: Waiting) -> None:
    """Shows a box that something is being done to, after waiting for it if that was asked for."""
    from jiffybox_sdk._cli.output import tables

    if waiting["wait"]:
        box = _until(session, box, status, waiting)
    elif box.status != status:
        words = f"box wait {box.id}" if status == "READY" else f"box wait {box.id} --for {status}"
        session.say(f"{box.name} ({box.id}) is {box.status}; this waits for it: {session.options.command(words)}")
    session.show(tables.BOXES, [tables.of_box(box)])


def _until(session: Session, box: "Box", status: str, waiting: Durations) -> "Box":
    return progress.until(session, box, waiting, partial(box.wait_for_status, status))


def _until_gone(session: Session, box: "Box", waiting: Durations) -> None:
    progress.until(session, box, waiting, box.wait_until_deleted)
    session.say(f"{box.name} ({box.id}) is gone.")

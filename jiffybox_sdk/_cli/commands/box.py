"""`jiffybox box`: boxes."""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import inputs, output
from jiffybox_sdk._cli.boxes import Boxes
from jiffybox_sdk._cli.changes import carry_out, change
from jiffybox_sdk._cli.commands.common import noun_group
from jiffybox_sdk._cli.complete import complete_boxes, complete_distributions, complete_plans, complete_statuses
from jiffybox_sdk._cli.options import examples
from jiffybox_sdk._cli.progress import wait_options
from jiffybox_sdk._cli.resolve import BOX, find, find_distribution, warn_about_number
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk.models.requests.command import Command

Metadata = dict[str, object] | None

_box_argument = click.argument("box", shell_complete=complete_boxes)
_boxes_argument = click.argument("boxes", nargs=-1, required=True, metavar="BOX...", shell_complete=complete_boxes)


def _plan_name(text: str) -> str:
    """Return the name of a plan in the case of the service's names."""
    return re.sub(r"(?i)^cloud ?level ?(\d+)$", r"CloudLevel \1", text)


_plan_argument = click.argument("plan", type=_plan_name, shell_complete=complete_plans)

box_group = noun_group(
    BOX,
    complete_boxes,
    "web",
    "Manage boxes. BOX is the number or name of a box.\n\nSeveral are all looked up before anything is changed.",
    finds=BOX,
    more=" Expensive for the service: to wait for a box, use box wait.",
)
examples("jiffybox box list --filter status=READY --sort -id", "jiffybox box list --columns help", table="boxes")(
    box_group.commands["list"]
)


@examples(
    "jiffybox box create web 'CloudLevel 1' debian_stretch_64bit --wait",
    'jiffybox box create web 44 debian_stretch_64bit --metadata \'{"role": "web"}\' --sshkey',
    "jiffybox box create restored 44 --backup 0123456789abcdef0123456789abcdef",
    table="boxes",
)
@box_group.command("create")
@click.argument("name", required=False, metavar="NAME")
@click.argument("plan", required=False, metavar="PLAN", shell_complete=complete_plans)
@click.argument("distribution", required=False, shell_complete=complete_distributions)
@click.option("--name", "named", hidden=True)
@click.option("--plan", "--type", "--size", "--server-type", "on_plan", hidden=True)
@click.option("--image", "--distribution", "image", hidden=True)
@click.option("--backup", metavar="ID", help="Backup to create the box from, instead of DISTRIBUTION.")
@click.option("--sshkey/--no-sshkey", default=None, help="Whether to install the SSH key of the control panel.")
@inputs.password_options("Root password")
@inputs.metadata_option
@wait_options()
@pass_session
def create_box(
    session: Session, /, *, backup: str | None, sshkey: bool | None, metadata: Metadata, **text: str | None
) -> None:
    """Create a box. POST jiffyBoxes.

    PLAN is the number or name of a plan, DISTRIBUTION the key or name of a distribution: see jiffybox plan list and
    jiffybox distribution list. Without a password, the service generates one and sends it by e-mail.
    """
    words = [text[part] for part in ("name", "plan", "distribution") if text[part] is not None]
    options = [text[option] for option in ("named", "on_plan", "image")]
    name, plan, distribution = (value or (words.pop(0) if words else None) for value in options)
    if not name or not plan:
        raise click.UsageError(f"Missing argument '{'PLAN' if name else 'NAME'}'.", click.get_current_context())
    if words:
        raise click.UsageError(f"Got unexpected extra argument ({words[0]}).", click.get_current_context())
    warn_about_number(session, name)
    box = session.client.create_box(
        name,
        _plan_name(plan),
        backupid=backup,
        distribution=distribution and find_distribution(session, distribution),
        password=inputs.read_password(session),
        use_sshkey=sshkey,
        metadata=metadata,
    )
    _show_new(session, box)


@examples("jiffybox box duplicate web web2 'CloudLevel 1' --wait", table="boxes")
@box_group.command("duplicate")
@_box_argument
@click.argument("name")
@_plan_argument
@inputs.metadata_option
@wait_options()
@pass_session
def duplicate_box(session: Session, box: str, name: str, plan: str, metadata: Metadata) -> None:
    """Create a copy of a box. POST jiffyBoxes/<id>."""
    warn_about_number(session, name)
    operation = sdk.operations.duplicate_box(find(session, BOX, box), name, plan, metadata=metadata)
    _show_new(session, change(session, lambda client: client.send(operation)))


def _show_new(session: Session, box: "sdk.Box") -> None:
    """Show a new box, after waiting for it if requested."""
    Boxes(session, {box.id: box}).show({box.id: box}, "READY")


def _sent(session: Session, command: Command, plan: str | None = None) -> "Callable[[int], sdk.Box]":
    """Return a function that sends a command to a box."""
    return lambda number: change(session, lambda client: client.send(sdk.operations.set_status(number, command, plan)))


def _add_change(name: str, command: Command, status: str, summary: str, question: str = "") -> None:
    """Add a command that brings boxes to a status, which asks first if there is a question."""

    def change(session: Session, boxes: Sequence[str]) -> None:
        if question:
            session.before_asking(name)
        chosen = Boxes.named(session, boxes)
        if question:
            chosen.confirm(question)
        chosen.show(chosen.each(_sent(session, command)), status)

    help_ = f"{summary} PUT jiffyBoxes/<id> with {command}.{' Asks for confirmation.' * bool(question)}"
    added = box_group.command(name, help=help_)(_boxes_argument(wait_options()(pass_session(change))))
    examples(f"jiffybox box {name} web db --wait{' --yes' * bool(question)}", table="boxes")(added)


def _add_plan_change(name: str, command: Command, summary: str, plan: str) -> None:
    """Add a command that gives a box a plan. The example is one."""

    def change(session: Session, box: str, plan: str) -> None:
        chosen = Boxes.named(session, [box])
        chosen.show(chosen.each(_sent(session, command, plan)), "READY")

    function = _box_argument(_plan_argument(wait_options()(pass_session(change))))
    added = box_group.command(name, help=f"{summary} PUT jiffyBoxes/<id> with {command}.")(function)
    examples(f"jiffybox box {name} web {plan!r} --wait", table="boxes")(added)


_add_change("start", Command.START, "READY", "Start boxes.")
_add_change("stop", Command.SHUTDOWN, "READY", "Shut boxes down.")
_add_change(
    "pull-plug", Command.PULLPLUG, "READY", "Power boxes off immediately.", "Pull the plug of {}? Unsaved data is lost."
)
_add_change("freeze", Command.FREEZE, "FROZEN", "Freeze boxes, which must be stopped, to reduce their costs.")
_add_plan_change("thaw", Command.THAW, "Thaw a frozen box.", "CloudLevel 1")
_add_plan_change("change-plan", Command.PLAN, "Change the plan of a box, which must be stopped.", "CloudLevel 2")


@examples(
    "jiffybox box metadata web",
    "jiffybox box metadata web role=db --unset old",
    'jiffybox box metadata web \'{"role": "db", "ports": [5432]}\'',
    "jiffybox box metadata web @metadata.json",
    table="entries",
)
@box_group.command("metadata")
@_box_argument
@click.argument("changes", nargs=-1)
@click.option("--set", "assignments", metavar="NAME=TEXT", multiple=True, help="Set a name to a string. Repeatable.")
@click.option("--unset", "removals", metavar="NAME", multiple=True, help="Delete a name. Repeatable.")
@wait_options()
@pass_session
def metadata(
    session: Session, box: str, changes: tuple[str, ...], assignments: tuple[str, ...], removals: tuple[str, ...]
) -> None:
    """Show or change metadata. GET jiffyBoxes/<id>, or PUT jiffyBoxes/<id> with metadata only.

    CHANGES are pairs, such as role=db, or a JSON object, @FILE, or - for standard input. A value of null deletes a
    name; other names stay unchanged.
    """
    merged = inputs.read_changes(changes, assignments, removals)
    number = find(session, BOX, box)
    operation = sdk.operations.update_metadata(number, merged) if merged else sdk.operations.get_box(number)
    result = change(session, lambda client: client.send(operation))
    data = result.metadata or {}
    rows = [output.rows.Row(name, name, {"name": name, "value": value}) for name, value in data.items()]
    session.show(rows, whole=True, document=output.rows.Row(str(number), result.name, data))


@examples(
    "jiffybox box wait web db",
    "jiffybox box wait web --for FROZEN --timeout 900",
    "jiffybox box wait web --for gone",
    table="boxes",
)
@box_group.command("wait")
@_boxes_argument
@click.option(
    "--for",
    "status",
    shell_complete=complete_statuses,
    help="Status to wait for, or gone for deletion.  [default: READY, without a manual backup in progress]",
)
@wait_options(optional=False)
@pass_session
def wait(session: Session, boxes: Sequence[str], status: str | None) -> None:
    """Wait for the status of boxes. GET jiffyBoxes/<id>, repeatedly."""
    chosen = Boxes.named(session, boxes)
    given = status or "READY"
    known = given.upper() if given.upper() in {*sdk.BoxStatus} else given
    if known not in {*sdk.BoxStatus} and known.lower() != "gone":
        [nearest] = get_close_matches(given.upper(), [*sdk.BoxStatus, "GONE"], n=1, cutoff=0)
        session.say(f"Unknown status {given} (did you mean {nearest}?); waiting for it anyway.")
    records = chosen.each(session.client.box)
    chosen.records.update(records)
    if known.lower() == "gone":
        chosen.wait_until_gone(records)
        chosen.end()
    else:
        chosen.show(records, known, wait=True, backup=status is None)


@examples("jiffybox box delete web", "jiffybox box delete 10001 db --yes --wait", "jiffybox box delete web --force")
@box_group.command("delete")
@_boxes_argument
@click.option("-f", "--force", is_flag=True, help="Pull the plug first if the box is running.")
@wait_options()
@pass_session
def delete_boxes(session: Session, boxes: Sequence[str], force: bool) -> None:  # noqa: FBT001 (a parameter of the command line)
    """Delete boxes, which must be stopped. DELETE jiffyBoxes/<id>. Asks for confirmation.

    With --force, boxes that are running are first powered off, as by pull-plug.
    """
    session.before_asking("deleting a box")
    chosen = Boxes.named(session, boxes)
    chosen.confirm("Delete {} and all {} data?")
    if force:
        chosen.records |= chosen.until_free()  # since the power state may have changed in the meantime
        running = [number for number, box in chosen.records.items() if box and box.running]
        chosen.wait_for(chosen.each(_sent(session, Command.PULLPLUG), running), "READY")
    elif session.waits:
        chosen.read(again=True)
    deleted = chosen.each(lambda number: carry_out(session, sdk.operations.delete_box(number)))
    if deleted:
        session.show_values([*deleted.values()], one=len(chosen.records) == 1)
    for number in deleted:
        session.tell(f"{chosen.title(number)} is being deleted.")
    if session.waits:
        chosen.wait_until_gone(deleted)
    chosen.end()

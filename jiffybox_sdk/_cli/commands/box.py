"""`jiffybox box`: boxes."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import inputs, output
from jiffybox_sdk._cli.boxes import Boxes
from jiffybox_sdk._cli.changes import BeingDeletedError, carry_out, change
from jiffybox_sdk._cli.command import Argument, examples
from jiffybox_sdk._cli.commands.common import noun_group
from jiffybox_sdk._cli.complete import complete_boxes, complete_distributions, complete_plans, complete_statuses
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import add_filters, unsupported
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.progress import wait_options
from jiffybox_sdk._cli.resolve import BOX, find, find_distribution, warn_about_number
from jiffybox_sdk._cli.session import Session, command
from jiffybox_sdk.models.requests.command import Command

Metadata = dict[str, object] | None
Texts = tuple[str, ...]

_VERBS = ("set", "add", "remove", "get", "show")
"""Words that other programs have before the box whose metadata they change."""

_box_argument = click.argument("box", shell_complete=complete_boxes)
_boxes_argument = click.argument("boxes", nargs=-1, required=True, metavar="BOX...", shell_complete=complete_boxes)


def _plan_name(text: str) -> str:
    """Return the name of a plan in the case of the service's names."""
    return re.sub(r"(?i)^cloud ?level ?(\d+)$", r"CloudLevel \1", text)


_plan_argument = click.argument(
    "plan", cls=Argument, options="--plan --type --size --server-type", shell_complete=complete_plans
)

box_group = noun_group(
    BOX,
    complete_boxes,
    "web",
    "Manage boxes. BOX is the number or name of a box.\n\nSeveral are all looked up before anything is changed.",
    finds=BOX,
    more=" Expensive for the service: to wait for a box, use box wait.",
)
_list = box_group.commands["list"]
examples("jiffybox box list --filter status=READY --sort -id", "jiffybox box list --columns help", table="boxes")(_list)
for _flag in ("--status", "-l", "--selector", "--label", "--tag", "--tag-name"):  # of other programs
    _keep = partial(add_filters, prefix="status=" if _flag == "--status" else "metadata.")
    click.option(_flag, multiple=True, hidden=True, expose_value=False, callback=_keep)(_list)


def _labels(_context: click.Context, _parameter: click.Parameter, texts: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise click.BadParameter(f"{wrong[0]!r}: expected NAME=TEXT.")
    return {name: text for name, _, text in pairs}


@command(
    box_group,
    "create",
    "jiffybox box create web 'CloudLevel 1' debian_stretch_64bit --wait",
    'jiffybox box create web 44 debian_stretch_64bit --metadata \'{"role": "web"}\' --sshkey',
    "jiffybox box create restored 44 --backup 0123456789abcdef0123456789abcdef",
    table="boxes",
)
@click.argument("name", cls=Argument, options="--name")
@_plan_argument
@click.argument(
    "distribution",
    cls=Argument,
    options="--image --distribution",
    required=False,
    shell_complete=complete_distributions,
)
@click.option("--backup", metavar="ID", help="Backup to create the box from, instead of DISTRIBUTION.")
@click.option("--sshkey/--no-sshkey", default=None, help="Whether to install the SSH key of the control panel.")
@click.option("--ssh-key", "--ssh-keys", is_flag=False, flag_value="", hidden=True)
@inputs.password_options("Root password")
@inputs.metadata_option
@click.option("--label", "labels", metavar="NAME=TEXT", multiple=True, callback=_labels, help="Metadata. Repeatable.")
@unsupported("the service has one location", "--location", "--datacenter", "--region")
@unsupported("the service has none", "--network", "--volume", "--volumes", "--firewall", "--vpc-uuid", "--user-data")
@unsupported("a box has metadata: --label NAME=TEXT", "--description", "--tag", "--tags", "--tag-name", "--tag-names")
@unsupported("jiffybox backup enable does that for a box", "--enable-backup", "--enable-backups")
@wait_options()
def create_box(
    session: Session,
    name: str,
    plan: str,
    *,
    distribution: str | None,
    backup: str | None,
    sshkey: bool | None,
    ssh_key: str | None,
    metadata: Metadata,
    labels: dict[str, str],
) -> None:
    """Create a box. POST jiffyBoxes.

    PLAN is the number or name of a plan, DISTRIBUTION the key or name of a distribution: see jiffybox plan list and
    jiffybox distribution list. Without a password, the service generates one and sends it by e-mail.
    """
    warn_about_number(session, name)
    if ssh_key:
        session.say(f"jiffybox: the SSH key is that of the control panel, whatever its name; {ssh_key!r} is not used")
    box = session.client.create_box(
        name,
        _plan_name(plan),
        backupid=backup,
        distribution=distribution and find_distribution(session, distribution),
        password=inputs.read_password(session),
        use_sshkey=sshkey if ssh_key is None else True,
        metadata={**(metadata or {}), **labels} if labels else metadata,
    )
    _show_new(session, box)


@command(box_group, "duplicate", "jiffybox box duplicate web web2 'CloudLevel 1' --wait", table="boxes")
@_box_argument
@click.argument("name", cls=Argument, options="--name")
@_plan_argument
@inputs.metadata_option
@wait_options()
def duplicate_box(session: Session, box: str, name: str, plan: str, metadata: Metadata) -> None:
    """Create a copy of a box. POST jiffyBoxes/<id>."""
    warn_about_number(session, name)
    operation = sdk.operations.duplicate_box(find(session, BOX, box), name, _plan_name(plan), metadata=metadata)
    _show_new(session, change(session, lambda client: client.send(operation)))


def _show_new(session: Session, box: "sdk.Box") -> None:
    """Show a new box, after waiting for it if requested."""
    Boxes(session, {box.id: box}).show({box.id: box}, "READY")


def _sent(session: Session, command: Command, plan: str | None = None) -> "Callable[[int], sdk.Box]":
    """Return a function that sends a command to a box."""
    return lambda number: change(session, lambda client: client.send(sdk.operations.set_status(number, command, plan)))


def _add_change(name: str, sent: Command, status: str, summary: str, question: str = "") -> None:
    """Add a command that brings boxes to a status, which asks first if there is a question."""

    def change(session: Session, boxes: Sequence[str]) -> None:
        if question:
            session.before_asking(name)
        chosen = Boxes.named(session, boxes)
        if question:
            chosen.confirm(question)
        chosen.show(chosen.each(_sent(session, sent)), status)

    example = f"jiffybox box {name} web db --wait{' --yes' * bool(question)}"
    help_ = f"{summary} PUT jiffyBoxes/<id> with {sent}.{' Asks for confirmation.' * bool(question)}"
    command(box_group, name, example, table="boxes", help_=help_)(_boxes_argument(wait_options()(change)))


def _add_plan_change(name: str, sent: Command, summary: str, plan: str) -> None:
    """Add a command that gives a box a plan. The example is one."""

    def change(session: Session, box: str, plan: str) -> None:
        chosen = Boxes.named(session, [box])
        chosen.show(chosen.each(_sent(session, sent, _plan_name(plan))), "READY")

    example, help_ = f"jiffybox box {name} web {plan!r} --wait", f"{summary} PUT jiffyBoxes/<id> with {sent}."
    function = _box_argument(_plan_argument(wait_options()(change)))
    command(box_group, name, example, table="boxes", help_=help_)(function)


_add_change("start", Command.START, "READY", "Start boxes.")
_add_change("stop", Command.SHUTDOWN, "READY", "Shut boxes down.")
_add_change(
    "pull-plug", Command.PULLPLUG, "READY", "Power boxes off immediately.", "Pull the plug of {}? Unsaved data is lost."
)
_add_change("freeze", Command.FREEZE, "FROZEN", "Freeze boxes, which must be stopped, to reduce their costs.")
_add_plan_change("thaw", Command.THAW, "Thaw a frozen box.", "CloudLevel 1")
_add_plan_change("change-plan", Command.PLAN, "Change the plan of a box, which must be stopped.", "CloudLevel 2")


@command(
    box_group,
    "metadata",
    "jiffybox box metadata web",
    "jiffybox box metadata web role=db --unset old",
    'jiffybox box metadata web \'{"role": "db", "ports": [5432]}\'',
    "jiffybox box metadata web @metadata.json",
    table="entries",
)
@_box_argument
@click.argument("changes", nargs=-1)
@click.option("--set", "assignments", metavar="NAME=TEXT", multiple=True, help="Set a name to a string. Repeatable.")
@click.option("--unset", "removals", metavar="NAME", multiple=True, help="Delete a name. Repeatable.")
@click.option("--tag-name", "--tag", "--label", "tags", multiple=True, hidden=True)
@click.option("--remove", is_flag=True, hidden=True)
@wait_options()
def metadata(
    session: Session,
    box: str,
    *,
    changes: Sequence[str],
    assignments: Texts,
    tags: Texts,
    removals: Texts,
    remove: bool,
) -> None:
    """Show or change metadata. GET jiffyBoxes/<id>, or PUT jiffyBoxes/<id> with metadata only.

    CHANGES are pairs, such as role=db, or a JSON object, @FILE, or - for standard input. A value of null deletes a
    name, as does role-; other names stay unchanged.
    """
    verb, changes = "remove" if remove else "", (*changes, *tags)
    if changes and box in _VERBS and not re.search("=|^[@{]|-$", changes[0]):  # otherwise, it is the name of a box
        verb, box, *changes = box, *changes
    is_removal = re.compile("([^=@{][^=]*?)-?" if verb == "remove" else "([^=@{][^=]*)-").fullmatch
    removed = [found[1] for found in map(is_removal, changes) if found]
    rest = [change for change in changes if not is_removal(change)]
    if verb == "remove" and rest:
        raise click.UsageError(f"invalid CHANGES {rest[0]!r}: expected the names to remove.")
    if verb not in ("", "get", "show") and not (rest or removed or assignments or removals):
        raise click.UsageError("Missing argument 'CHANGES'.", click.get_current_context())
    merged = inputs.read_changes(rest, assignments, [*removals, *removed])
    number = find(session, BOX, box)
    operation = sdk.operations.update_metadata(number, merged) if merged else sdk.operations.get_box(number)
    result = change(session, lambda client: client.send(operation))
    data = result.metadata or {}
    rows = [output.rows.Row(name, name, {"name": name, "value": value}) for name, value in data.items()]
    session.show(rows, whole=True, document=output.rows.Row(str(number), result.name, data))


@command(
    box_group,
    "wait",
    "jiffybox box wait web db",
    "jiffybox box wait web --for FROZEN --timeout 900",
    "jiffybox box wait web --for gone",
    table="boxes",
)
@_boxes_argument
@click.option(
    "--for",
    "status",
    shell_complete=complete_statuses,
    help="Status to wait for, or gone for deletion.  [default: READY, without a manual backup in progress]",
)
@wait_options(optional=False)
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


@command(box_group, "ip", "ssh root@$(jiffybox box ip web)", "jiffybox box ip web --ipv6", formats=("plain",))
@_box_argument
@click.option("--ipv6", is_flag=True, help="Print the IPv6 address.")
def print_address(session: Session, box: str, *, ipv6: bool) -> None:
    """Print the public IPv4 address of a box. GET jiffyBoxes/<id>."""
    record = session.client.box(find(session, BOX, box))
    address = next((address for address in record.public_ips if (":" in address) == ipv6), None)
    if not address:
        raise RefusedError(f"{record.name} ({record.id}) has no public IPv{6 if ipv6 else 4} address")
    write(f"{address}\n")


@command(
    box_group,
    "delete",
    "jiffybox box delete web",
    "jiffybox box delete 10001 db --yes --wait",
    "jiffybox box delete web --force",
)
@_boxes_argument
@click.option("-f", "--force", is_flag=True, help="Do not ask, and pull the plug first if the box is running.")
@wait_options()
def delete_boxes(session: Session, boxes: Sequence[str], *, force: bool) -> None:
    """Delete boxes, which must be stopped. DELETE jiffyBoxes/<id>. Asks for confirmation.

    With --force, boxes that are running are first powered off, as by pull-plug, and nothing is asked.
    """
    session.options = replace(session.options, yes=force or session.options.yes)
    session.before_asking("deleting a box", "--yes, or --force, which also powers off a running box")
    chosen = Boxes.named(session, boxes)
    chosen.confirm("Delete {} and all {} data?")
    if force or session.waits:
        chosen.read(again=True)  # since the power state may have changed in the meantime
    deleting = {number for number, box in chosen.records.items() if box and box.status == sdk.BoxStatus.DELETING}
    if force:
        chosen.records |= chosen.until_free(chosen.records.keys() - deleting)
        running = [number for number, box in chosen.records.items() if box and box.running and number not in deleting]
        chosen.wait_for(chosen.each(_sent(session, Command.PULLPLUG), running), "READY")

    def delete(number: int) -> bool:
        """Delete a box. One that is being deleted already counts as done."""
        with suppress(BeingDeletedError):
            if number not in deleting:
                return carry_out(session, sdk.operations.delete_box(number))
        deleting.add(number)
        return True

    if deleted := chosen.each(delete):
        session.show_values([*deleted.values()], one=len(chosen.records) == 1)
        states = [f"{chosen.title(number)} is {'already ' * (number in deleting)}being deleted" for number in deleted]
        wait = session.options.command_line(" ".join(["box wait", *map(str, deleted), "--for gone"]))
        hint = "." if session.waits else f"; to wait for {'it' if len(deleted) == 1 else 'them'}: {wait}"
        for state in states[:-1]:
            session.tell(f"{state}.")
        session.tell(states[-1] + hint)
    if session.waits:
        chosen.wait_until_gone(deleted)
    chosen.end()

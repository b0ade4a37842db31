"""`jiffybox plan`, `distribution` and `doc`: what the service offers and its own documentation."""

import click

from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.commands.common import noun_group
from jiffybox_sdk._cli.complete import complete_distributions, complete_plans
from jiffybox_sdk._cli.resolve import DISTRIBUTION, PLAN
from jiffybox_sdk._cli.session import Session, command


class _OldGroup(Group):
    """A group under its name of 2016, which lists without a command, and shows what is not the name of one."""

    def __init__(self, group: click.Group) -> None:
        name, commands = f"{group.name}s", group.commands
        run = {"invoke_without_command": True, "callback": self._list}
        super().__init__(name, f"jiffybox {name}", commands=commands, **run)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command to invoke, the command, and its arguments."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])

    def _list(self) -> None:
        context = click.get_current_context()
        if context.invoked_subcommand is None:
            with self.commands["list"].make_context("list", [], context) as inner:
                self.commands["list"].invoke(inner)


plan_group = noun_group(PLAN, complete_plans, "'CloudLevel 1'", "Show plans. PLAN is the number or name of a plan.")
distribution_group = noun_group(
    DISTRIBUTION, complete_distributions, "debian_stretch_64bit", "Show distributions. DISTRIBUTION is the key of one."
)
_system = click.Choice(["system", "distribution"])
click.option("--type", type=_system, hidden=True, expose_value=False)(distribution_group.commands["list"])


doc_group = Group(
    "doc",
    *("jiffybox doc list", "jiffybox doc show Plans"),
    help="Show the documentation of the service. MODULE is the name of one of its modules.",
)


@command(doc_group, "list", "jiffybox doc list", table="modules")
def list_modules(session: Session) -> None:
    """List the modules. GET doc."""
    modules = session.client.modules()
    rows = [output.rows.Row(name, name, {"id": name, "description": text}) for name, text in modules.items()]
    session.show(rows, document=output.rows.Row("doc", "doc", modules))


@command(doc_group, "show", "jiffybox doc show Plans", "jiffybox doc show JiffyBoxes -o json-pretty", table="calls")
@click.argument("module")
def show_module(session: Session, module: str) -> None:
    """Show the calls of a module. GET doc/<module>."""
    documentation = session.client.module(module)
    rows = [
        {"call": path, "verb": verb, "description": call.description, "must": [*must], "may": [*may]}
        for path, calls in documentation.calls.items()
        for verb, call in calls.items()
        for must, may in [(call.parameters.must, call.parameters.may)]
    ]
    names = [f"{row['verb']} {row['call']}" for row in rows]
    whole = output.rows.Row(module, module, record=documentation)
    session.show(map(output.rows.Row, names, names, rows), document=whole)


plans, distributions, docs = map(_OldGroup, (plan_group, distribution_group, doc_group))

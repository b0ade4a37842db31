"""`jiffybox plan`, `distribution` and `doc`: what the service offers and its own documentation."""

import click

from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.commands.common import noun_group
from jiffybox_sdk._cli.complete import complete_distributions, complete_plans
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.resolve import DISTRIBUTION, PLAN
from jiffybox_sdk._cli.session import Session, pass_session


class _OldGroup(Group):
    """A group under its name of 2016, which lists without a command, and shows what is not the name of one."""

    def __init__(self, group: click.Group) -> None:
        super().__init__(f"{group.name}s", commands=group.commands, invoke_without_command=True, callback=self._list)
        self.examples = (f"jiffybox {self.name}",)

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


@examples("jiffybox doc list", "jiffybox doc show Plans")
@click.group("doc", cls=Group)
def doc_group() -> None:
    """Show the documentation of the service. MODULE is the name of one of its modules."""


@examples("jiffybox doc list", table="modules")
@doc_group.command("list")
@pass_session
def list_modules(session: Session) -> None:
    """List the modules. GET doc."""
    modules = session.client.modules()
    rows = [output.rows.Row(name, name, {"id": name, "description": text}) for name, text in modules.items()]
    session.show(rows, document=output.rows.Row("doc", "doc", modules))


@examples("jiffybox doc show Plans", "jiffybox doc show JiffyBoxes -o json-pretty", table="calls")
@doc_group.command("show")
@click.argument("module")
@pass_session
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

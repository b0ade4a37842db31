"""`jiffybox plans`, `distributions` and `docs`: what the service offers, and what it says of itself."""

import click

from jiffybox_sdk._cli import inputs
from jiffybox_sdk._cli.complete import complete_distributions, complete_plans
from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.session import Session, pass_session


@examples("jiffybox plans", "jiffybox plans 'CloudLevel 1'", "jiffybox plans --sort -pricePerHour --columns id,name")
@click.command("plans", cls=Command)
@click.argument("plan", required=False, shell_complete=complete_plans)
@pass_session
def plans(session: Session, plan: str | None) -> None:
    """List the plans, or show one. GET plans, GET plans/<plan>. PLAN is its number or its name."""
    from jiffybox_sdk._cli.output import tables

    if plan is None:
        session.show(tables.PLANS, map(tables.of_plan, session.client.plans()))
    else:
        session.show(tables.PLANS, [tables.of_plan(session.client.plan(inputs.plan(plan)))], whole=True)


@examples("jiffybox distributions", "jiffybox distributions debian_stretch_64bit")
@click.command("distributions", cls=Command)
@click.argument("distribution", required=False, shell_complete=complete_distributions)
@pass_session
def distributions(session: Session, distribution: str | None) -> None:
    """List the distributions, or show one. GET distributions, GET distributions/<id>."""
    from jiffybox_sdk._cli.output import tables

    client = session.client
    found = client.distributions() if distribution is None else [client.distribution(distribution)]
    session.show(tables.DISTRIBUTIONS, map(tables.of_distribution, found), whole=distribution is not None)


@examples("jiffybox docs", "jiffybox docs Plans", "jiffybox docs JiffyBoxes -o json-pretty")
@click.command("docs", cls=Command)
@click.argument("module", required=False)
@pass_session
def docs(session: Session, module: str | None) -> None:
    """Show what the service says of itself. GET doc, GET doc/<module>.

    Of its modules, or of the calls of one.
    """
    from jiffybox_sdk._cli.output import formats, tables

    as_json = formats.form(session.options) in ("json", "json-pretty")
    if module is None:
        modules = session.client.modules()
        if as_json:
            formats.write_json(session.options, dict(modules))
        else:
            session.show(tables.MODULES, [tables.of_module(*entry) for entry in modules.items()])
        return
    found = session.client.module(module)
    if as_json:
        formats.write_json(session.options, found.model_dump(mode="json", by_alias=True, exclude_unset=True))
    else:
        calls = [(path, verb) for path, by_verb in found.calls.items() for verb in by_verb]
        session.show(tables.MODULE, [tables.of_call(found, path, verb) for path, verb in calls])

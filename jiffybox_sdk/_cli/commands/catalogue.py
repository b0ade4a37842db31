"""`jiffybox plans`, `distributions` and `docs`: what the service offers and its own documentation."""

import click

from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.complete import complete_distributions, complete_plans
from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.session import Session, pass_session


@examples("jiffybox plans", "jiffybox plans 'CloudLevel 1'", "jiffybox plans --sort -pricePerHour --columns id,name")
@click.command("plans", cls=Command)
@click.argument("plan", required=False, shell_complete=complete_plans)
@pass_session
def plans(session: Session, plan: str | None) -> None:
    """List all plans, or show one. GET plans, GET plans/<plan>. PLAN is the number or name of a plan."""
    client = session.client
    records = client.plans() if plan is None else [client.plan(plan)]
    session.show(session.tables.plans, records, all_columns=plan is not None)


@examples("jiffybox distributions", "jiffybox distributions debian_stretch_64bit")
@click.command("distributions", cls=Command)
@click.argument("distribution", required=False, shell_complete=complete_distributions)
@pass_session
def distributions(session: Session, distribution: str | None) -> None:
    """List all distributions, or show one. GET distributions, GET distributions/<id>."""
    client = session.client
    records = client.distributions() if distribution is None else [client.distribution(distribution)]
    session.show(session.tables.distributions, records, all_columns=distribution is not None)


@examples("jiffybox docs", "jiffybox docs Plans", "jiffybox docs JiffyBoxes -o json-pretty")
@click.command("docs", cls=Command)
@click.argument("module", required=False)
@pass_session
def docs(session: Session, module: str | None) -> None:
    """Show the documentation of the service. GET doc, GET doc/<module>.

    Lists its modules, or the calls of one.
    """
    as_json = output.formats.is_json(session.options)
    if module is None:
        modules = session.client.modules()
        if as_json:
            output.formats.write_json(session.options, dict(modules))
        else:
            session.show(session.tables.modules, modules.items())
        return
    documentation = session.client.module(module)
    if as_json:
        output.formats.write_json(
            session.options, documentation.model_dump(mode="json", by_alias=True, exclude_unset=True)
        )
    else:
        calls = [(documentation, path, verb) for path, by_verb in documentation.calls.items() for verb in by_verb]
        session.show(session.tables.calls, calls)

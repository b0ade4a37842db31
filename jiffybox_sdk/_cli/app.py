"""`jiffybox` itself: the outermost group, which all commands belong to."""

import click

from jiffybox_sdk import __version__
from jiffybox_sdk._cli.commands.backup import backup_group
from jiffybox_sdk._cli.commands.box import box_group
from jiffybox_sdk._cli.commands.catalogue import distributions, docs, plans
from jiffybox_sdk._cli.commands.completion import completion
from jiffybox_sdk._cli.commands.contact_group import contact_group_group
from jiffybox_sdk._cli.commands.cost import cost
from jiffybox_sdk._cli.commands.ip import ip_group
from jiffybox_sdk._cli.commands.monitoring import monitoring_group
from jiffybox_sdk._cli.commands.schema import schema_group
from jiffybox_sdk._cli.commands.service import demo, emulator
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.validate.command import validate


@examples(
    "jiffybox demo",
    "jiffybox --local box create web 'CloudLevel 1' debian_stretch_64bit --wait",
    "jiffybox --local box list",
    "jiffybox box list -o json | jq .name",
    "jiffybox validate --as boxes answers.jsonl",
)
@click.group("jiffybox", cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="jiffybox")
def jiffybox() -> None:
    """Boxes, backups, addresses and monitoring of a JiffyBox account.

    Where to: --api-url and --api-key, else $JIFFYBOX_API_URL and $JIFFYBOX_API_KEY, else a profile. --local needs none
    of them: it emulates a service on this machine.

    Exit codes: 0 done, 1 refused, or `validate` found errors, 2 wrong usage, 3 no service reached, 4 timed out waiting,
    5 outcome unknown, 6 an answer that breaks its schema, 70 a mistake in this program, 130 Ctrl-C.
    """


for _command in (
    box_group,
    backup_group,
    ip_group,
    contact_group_group,
    monitoring_group,
    plans,
    distributions,
    docs,
    cost,
    validate,
    schema_group,
    emulator,
    demo,
    completion,
):
    jiffybox.add_command(_command)

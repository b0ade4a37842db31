"""The root group, `jiffybox`."""

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
from jiffybox_sdk._cli.commands.run import run
from jiffybox_sdk._cli.commands.schema import schema_group
from jiffybox_sdk._cli.commands.service import demo, emulator
from jiffybox_sdk._cli.commands.sweep import sweep
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
    """Manage the boxes, backups, IP addresses and monitoring of a JiffyBox account.

    The service and the token come from --api-url and --api-key, from $JIFFYBOX_API_URL and $JIFFYBOX_API_KEY, or from a
    profile. --local needs none of them: it runs an emulated service on this machine.

    Exit codes: 0 success, 1 rejected, or errors found by `validate` or `sweep`, 2 invalid usage, 3 service unreachable,
    4 wait timed out, 5 outcome unknown, 6 response does not match its schema, 70 internal error, 130 Ctrl-C.
    """


_ONLINE = (box_group, backup_group, ip_group, contact_group_group, monitoring_group, plans, distributions, docs, cost)
_OFFLINE = (validate, schema_group, emulator, run, sweep, demo, completion)
for _command in (*_ONLINE, *_OFFLINE):
    jiffybox.add_command(_command)

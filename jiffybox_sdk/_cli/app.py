"""The root group, `jiffybox`."""

import click

from jiffybox_sdk import __version__
from jiffybox_sdk._cli.command import Group, Lazy, examples


@examples(
    "jiffybox demo",
    "jiffybox --local box create web 'CloudLevel 1' debian_stretch_64bit --wait",
    "jiffybox --local box list",
    "jiffybox box list -o json | jq '.[].name'",
    "jiffybox validate --as boxes answers.jsonl",
)
@click.group("jiffybox", cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="jiffybox")
def jiffybox() -> None:
    """Manage the boxes, backups, IP addresses and monitoring of a JiffyBox account.

    The service and the token come from --api-url and --api-key, from $JIFFYBOX_API_URL and $JIFFYBOX_API_KEY, or from a
    profile. --local needs none of them: it runs an emulated service on this machine.

    Exit codes: 0 success, 1 rejected, or errors found by `validate` or `sweep`, 2 invalid usage, 3 service unreachable,
    4 wait timed out, 5 outcome unknown, 6 response does not match its schema, 7 output not written, 8 some of several
    boxes failed, 70 internal error, 130 Ctrl-C.
    """


for _command in (
    Lazy("box", "commands.box:box_group", "Manage boxes."),
    Lazy("backup", "commands.backup:backup_group", "Manage backups."),
    Lazy("ip", "commands.ip:ip_group", "Manage IP addresses."),
    Lazy("contact-group", "commands.contact_group:group", "Manage groups of contacts to notify when a check fails."),
    Lazy("check", "commands.check:check_group", "Manage monitoring checks."),
    Lazy("plan", "commands.catalogue:plan_group", "Show plans."),
    Lazy("distribution", "commands.catalogue:distribution_group", "Show distributions."),
    Lazy("doc", "commands.catalogue:doc_group", "Show the documentation of the service."),
    Lazy("api", "commands.api:api", "Make a call of the HTTP API, and show its result as JSON."),
    Lazy("cost", "commands.cost:cost", "Show the costs of the account."),
    Lazy("profile", "commands.profile:profile_group", "Manage profiles, which hold tokens."),
    Lazy("local", "commands.local:local_group", "Manage the account of --local."),
    Lazy("validate", "validate.command:validate", "Validate saved payloads."),
    Lazy("schema", "commands.schema:schema_group", "Show the JSON Schemas of responses and request bodies."),
    Lazy("emulator", "commands.service:emulator", "Serve the emulated service on a port."),
    Lazy("run", "commands.run:run", "Run a program with the emulated service in place of api.jiffybox.de."),
    Lazy("sweep", "commands.sweep:sweep", "Run a program under each fault at each of its calls."),
    Lazy("demo", "commands.service:demo", "Show the life of a box."),
    Lazy("completion", "complete:completion", "Print the completion script for a shell."),
    # As in 2016, or in earlier versions:
    Lazy("plans", "commands.catalogue:plans"),
    Lazy("distributions", "commands.catalogue:distributions"),
    Lazy("docs", "commands.catalogue:docs"),
    Lazy("monitoring", "commands.check:check_group"),
):
    jiffybox.add_command(_command)

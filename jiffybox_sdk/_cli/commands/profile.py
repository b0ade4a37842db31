"""`jiffybox profile`: services and their tokens by name."""

import os
import re
from dataclasses import replace

import click

from jiffybox_sdk._cli import config, inputs, output
from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.options import complete_profiles
from jiffybox_sdk._cli.profiles import Profiles, Service
from jiffybox_sdk._cli.session import Session, command
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk._common.redaction import MASK

profile_group = Group(
    "profile",
    *("jiffybox profile add work", "jiffybox profile use work"),
    help="Manage profiles, which hold tokens.\n\nA profile is selected by --profile or $JIFFYBOX_PROFILE. "
    "Otherwise, the default one is used.",
)


@command(
    profile_group,
    "add",
    "jiffybox profile add work",
    "jiffybox profile add test --api-url http://127.0.0.1:8080 --key-file token.txt --no-test",
)
@click.argument("name")
@click.option(
    "--key-file", metavar="FILE", shell_complete=complete_files, help="Token, read from a file; - for standard input."
)
@click.option("--test/--no-test", default=True, help="Whether to test the token with a call.  [default: test]")
def add_profile(session: Session, name: str, *, key_file: str | None, test: bool) -> None:
    """Add a profile after testing it. GET plans.

    The token comes from --key-file, --api-key or $JIFFYBOX_API_KEY, or from a prompt. --api-url sets the address of the
    service. The first profile becomes the default one.
    """
    session.reject_dry_run()
    profiles = Profiles()
    if not re.fullmatch("[A-Za-z0-9_-]+", name):
        raise click.UsageError(f"invalid NAME {name!r}: expected letters, digits, - and _.")
    if name in profiles.tables:
        raise click.UsageError(f"invalid NAME {name!r}: the profile exists; jiffybox profile remove {name} removes it.")
    url = session.options.api_url or API_URL
    if key_file:
        service = Service(url, inputs.read(key_file, "--key-file").strip()).checked("--key-file")
    elif session.options.api_key is not None or os.environ.get("JIFFYBOX_API_KEY"):
        service = config.find_service(session.options)
        source = "$JIFFYBOX_API_KEY" if session.options.api_key is None else "--api-key"
        session.say(f"The token is that of {source}, for {service.url}.")
    else:
        service = Service(url, inputs.ask_secret("Token", "profile add", "--key-file")).checked("the prompt")
    options = replace(session.options, api_key=service.key, api_url=service.url, profile=None, chosen_local=False)
    client = session.connect(options)  # checks the address
    if test:
        client.plans()
    profiles.add(name, service)
    session.say(f"The profile {name} is added{', and the default one' if profiles.default == name else ''}.")


@command(profile_group, "list", "jiffybox profile list", "jiffybox profile list -o csv", table="profiles")
def list_profiles(session: Session) -> None:
    """List the profiles, without their tokens."""
    profiles = Profiles()
    session.show(_row(profiles, profiles.service(name)) for name in profiles.tables)


@command(profile_group, "show", "jiffybox profile show", "jiffybox profile show work", table="profiles")
@click.argument("name", required=False, shell_complete=complete_profiles)
def show_profile(session: Session, name: str | None) -> None:
    """Show a profile, or the account that commands use, with its token masked."""
    profiles, options = Profiles(), session.options
    if name:
        row = _row(profiles, profiles.service(name))
    elif options.local:
        row = output.rows.Row("--local", "--local", {"name": "--local", "file": str(config.state_file())})
    elif profiles.tables or options.api_key or options.profile or os.environ.get("JIFFYBOX_API_KEY"):
        row = _row(profiles, config.find_service(options))
    else:
        session.say("There are no profiles yet: jiffybox profile add NAME")
        return
    session.show([row], one=True, whole=True)


@command(profile_group, "use", "jiffybox profile use work")
@click.argument("name", shell_complete=complete_profiles)
def use_profile(session: Session, name: str) -> None:
    """Make a profile the default one."""
    session.reject_dry_run()
    (profiles := Profiles()).service(name)  # which must be valid
    profiles.use(name)
    session.say(f"The default profile is {name}.")


@command(profile_group, "remove", "jiffybox profile remove work", "jiffybox profile remove work --yes")
@click.argument("name", shell_complete=complete_profiles)
def remove_profile(session: Session, name: str) -> None:
    """Remove a profile. Asks for confirmation."""
    session.reject_dry_run()
    session.before_asking("removing a profile")
    (profiles := Profiles()).table(name)  # which must exist
    session.confirm(f"Remove the profile {name} with its token?")
    profiles.remove(name)
    session.say(f"The profile {name} is removed.")


def _row(profiles: Profiles, service: Service) -> output.rows.Row:
    name = service.profile or "$JIFFYBOX_API_KEY"
    fields = {"name": name, "api_url": service.url, "api_key": MASK, "default": name == profiles.default}
    return output.rows.Row(name, name, fields)

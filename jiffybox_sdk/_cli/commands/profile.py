"""`jiffybox profile`: services and their tokens by name."""

import os
import re
from dataclasses import replace

import click

from jiffybox_sdk._cli import config, inputs, output
from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.options import Group, complete_profiles, examples
from jiffybox_sdk._cli.profiles import Profiles, Service
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk._common.redaction import MASK


@examples("jiffybox profile add work", "jiffybox profile use work")
@click.group("profile", cls=Group)
def profile_group() -> None:
    """Manage profiles, which hold tokens.

    A profile is selected by --profile or $JIFFYBOX_PROFILE. Otherwise, the default one is used.
    """


@examples(
    "jiffybox profile add work",
    "jiffybox profile add test --api-url http://127.0.0.1:8080 --key-file token.txt --no-test",
)
@profile_group.command("add")
@click.argument("name")
@click.option(
    "--key-file", metavar="FILE", shell_complete=complete_files, help="Token, read from a file; - for standard input."
)
@click.option("--test/--no-test", default=True, help="Whether to test the token with a call.  [default: test]")
@pass_session
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
    options = replace(session.options, api_key=service.key, api_url=service.url, profile=None, local=False)
    client = session.connect(options)  # checks the address
    if test:
        client.plans()
    profiles.add(name, service)
    session.say(f"The profile {name} is added{', and the default one' if profiles.default == name else ''}.")


@examples("jiffybox profile list", "jiffybox profile list -o csv", table="profiles")
@profile_group.command("list")
@pass_session
def list_profiles(session: Session) -> None:
    """List the profiles, without their tokens."""
    profiles = Profiles()
    session.show(_row(profiles, name) for name in profiles.tables)


@examples("jiffybox profile show", "jiffybox profile show work", table="profiles")
@profile_group.command("show")
@click.argument("name", required=False, shell_complete=complete_profiles)
@pass_session
def show_profile(session: Session, name: str | None) -> None:
    """Show a profile, or the default one, with its token masked."""
    profiles = Profiles()
    session.show([_row(profiles, name or profiles.default)], one=True, whole=True)


@examples("jiffybox profile use work")
@profile_group.command("use")
@click.argument("name", shell_complete=complete_profiles)
@pass_session
def use_profile(session: Session, name: str) -> None:
    """Make a profile the default one."""
    session.reject_dry_run()
    (profiles := Profiles()).service(name)  # which must be valid
    profiles.use(name)
    session.say(f"The default profile is {name}.")


@examples("jiffybox profile remove work", "jiffybox profile remove work --yes")
@profile_group.command("remove")
@click.argument("name", shell_complete=complete_profiles)
@pass_session
def remove_profile(session: Session, name: str) -> None:
    """Remove a profile. Asks for confirmation."""
    session.reject_dry_run()
    session.before_asking("removing a profile")
    (profiles := Profiles()).table(name)  # which must exist
    session.confirm(f"Remove the profile {name} with its token?")
    profiles.remove(name)
    session.say(f"The profile {name} is removed.")


def _row(profiles: Profiles, name: str) -> output.rows.Row:
    fields = {"name": name, "api_url": profiles.service(name).url, "api_key": MASK}
    return output.rows.Row(name, name, {**fields, "default": name == profiles.default})

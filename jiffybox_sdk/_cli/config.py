"""Where calls go, and with which token: what was said, else the environment, else a profile."""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TypeGuard

import click

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.text import printable
from jiffybox_sdk._client.base import API_URL

KEY = "JIFFYBOX_API_KEY"
URL = "JIFFYBOX_API_URL"
_FIELDS = {"api_key", "api_url"}


class Misconfigured(click.ClickException):
    """The profile can't be used, or there is none."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Service:
    """Where calls go.

    Attributes:
        url: Address of the service.
        key: The token.
    """

    url: str
    key: str = field(repr=False)


EMULATED = "https://emulator.invalid"
"""The address that stands for an emulated service; nothing is sent there."""


def emulated() -> Service:
    """Returns where calls of `--local` go, as far as `--dry-run` shows it."""
    from jiffybox_sdk.emulator import TOKEN  # (which takes as long to load as httpx, and is needed for this alone)

    return Service(EMULATED, TOKEN)


def find(options: Options) -> Service:
    """Returns where calls go.

    An address and a token come from one place, so that no token goes to an address that was meant for another one;
    what stands on the command line goes with any.

    Raises:
        click.ClickException: nothing was configured, or what was configured can't be used.
    """
    if options.api_key is not None:
        return Service(options.api_url or os.environ.get(URL) or API_URL, options.api_key)
    if options.profile is None and os.environ.get(KEY):
        return Service(options.api_url or os.environ.get(URL) or API_URL, os.environ[KEY])
    found = profile(options.profile)
    if found is None:
        raise Misconfigured(
            f"no service is configured: set ${KEY} (and ${URL}), or write a profile into {printable(str(path()))}."
            " To try the command without a service, add --local: it emulates one on this machine"
        )
    if options.profile is None and options.api_url is None and os.environ.get(URL):
        raise Misconfigured(
            f"${URL} is set, but the token would be that of a profile: set ${KEY} as well, or name the profile"
        )
    return Service(options.api_url or found.url, found.key)


def path() -> Path:
    """Returns where the profiles are."""
    import platformdirs

    return platformdirs.user_config_path("jiffybox", appauthor=False) / "profiles.toml"


def profile(name: str | None) -> Service | None:
    """Reads a profile.

    Args:
        name: Its name; the default one if not given.

    Returns:
        The profile; `None` where none was asked for and there is no file.

    Raises:
        Misconfigured: the file can't be used, or there is no such profile.
    """
    file = path()
    shown = f"profile file {printable(str(file))}"
    try:
        document = tomllib.loads(_read(file, shown))
    except FileNotFoundError:
        if name is None:
            return None
        raise Misconfigured(f"profile {name!r} is refused: there is no {shown}") from None
    except OSError as error:
        raise Misconfigured(f"{shown} is refused: {error.strerror}") from None
    except RecursionError:
        raise Misconfigured(f"{shown} is refused: it is nested too deeply") from None
    except ValueError as error:  # of what it says only the place is shown: the rest may quote a token
        place = re.search(r" \((at [^()]*)\)$", str(error))
        reason = "no valid TOML" if isinstance(error, tomllib.TOMLDecodeError) else "no UTF-8 text"
        raise Misconfigured(f"{shown} is refused: it is {reason}{f', {place[1]}' if place else ''}") from None
    default = document.get("default", "default")
    profiles = document.get("profiles")
    if not _is_table(profiles) or not isinstance(default, str) or document.keys() - {"default", "profiles"}:
        raise Misconfigured(
            f"{shown} is refused: give a table [profiles.NAME] with api_key (and api_url) for each profile,"
            ' and above them, if you like, default = "NAME"'
        )
    wanted = default if name is None else name
    found = profiles.get(wanted)
    if found is None:
        asked = "the default profile" if name is None else f"profile {name!r}"
        raise Misconfigured(
            f"{asked} is refused: {shown} has {', '.join(map(repr, profiles)) or 'none'}"
            + ("; name one with --profile" if name is None else "")
        )
    return _service(found, f"profile {wanted!r} in {shown}")


def _read(file: Path, shown: str) -> str:
    """Returns what a file holds, if nobody else can have read or written it."""
    if not stat.S_ISREG(file.stat().st_mode):  # a pipe could be waited for in vain
        raise Misconfigured(f"{shown} is refused: it is no file")
    with file.open(encoding="utf-8") as opened:
        status = os.fstat(opened.fileno())
        if hasattr(os, "getuid"):  # Windows keeps the folder of a user from others
            if status.st_uid != os.getuid():
                raise Misconfigured(f"{shown} is refused: it belongs to another user")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise Misconfigured(
                    f"{shown} is refused: others can use it, and it holds a token; let it be yours alone (chmod 600)"
                )
        return opened.read()


def _service(found: object, shown: str) -> Service:
    if not _is_table(found):
        raise Misconfigured(f"{shown} is refused: it is no table with api_key (and api_url)")
    if unknown := found.keys() - _FIELDS:
        # Which ones is not shown: a token may stand where a name belongs.
        raise Misconfigured(f"{shown} is refused: it may have api_key and api_url, and has {len(unknown)} more")
    key, url = found.get("api_key"), found.get("api_url", API_URL)
    if not isinstance(key, str) or not key:
        raise Misconfigured(f"{shown} is refused: its api_key is missing, or no text")
    if not isinstance(url, str):
        raise Misconfigured(f"{shown} is refused: its api_url is no text")
    return Service(url, key)


def _is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)

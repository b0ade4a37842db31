"""The service's address and the token, from the command line, the environment or a profile."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import click

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.text import printable
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk._common.type_guards import is_map

KEY = "JIFFYBOX_API_KEY"
URL = "JIFFYBOX_API_URL"


class ConfigurationError(click.ClickException):
    """A profile is invalid, or no service is configured."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Service:
    """A service and the token for it."""

    url: str
    key: str = field(repr=False)


EMULATED_URL = "https://emulator.invalid"
"""The emulated service's address, which is never resolved."""


def find_service(options: Options) -> Service:
    """Return the configured service.

    An address and a token from the environment or a profile are used together, so that no token is sent to an address
    it was not meant for. The command line overrides either.
    """
    if options.api_key is not None:
        return Service(options.api_url or os.environ.get(URL) or API_URL, options.api_key)
    if options.profile is None and os.environ.get(KEY):
        return Service(options.api_url or os.environ.get(URL) or API_URL, os.environ[KEY])
    profile = read_profile(options.profile)
    if profile is None:
        raise ConfigurationError(
            f"no service is configured: set ${KEY} (and ${URL}), or create a profile in"
            f" {printable(str(profiles_path()))}. To try the command without a service, add --local, which emulates one"
        )
    if options.profile is None and options.api_url is None and os.environ.get(URL):
        raise ConfigurationError(f"${URL} is set but ${KEY} is not: set both, or select a profile with --profile")
    return Service(options.api_url or profile.url, profile.key)


def profiles_path() -> Path:
    """Return the path of the profiles file."""
    import platformdirs

    return platformdirs.user_config_path("jiffybox", appauthor=False) / "profiles.toml"


def read_profile(name: str | None) -> Service | None:
    """Return the named or default profile, or `None` if no name was given and there is no file."""
    import tomllib

    file = profiles_path()
    place = f"profile file {printable(str(file))}"
    try:
        document = tomllib.loads(_read(file, place))
    except FileNotFoundError:
        if name is None:
            return None
        raise ConfigurationError(f"unknown profile {name!r}: {place} does not exist") from None
    except OSError as error:
        raise ConfigurationError(f"cannot read {place}: {error.strerror}") from None
    except RecursionError:
        raise ConfigurationError(f"invalid {place}: it is nested too deeply") from None
    except ValueError as error:  # the rest of its message may quote a token
        position = re.search(r" \((at [^()]*)\)$", str(error))
        problem = "not valid TOML" if isinstance(error, tomllib.TOMLDecodeError) else "not UTF-8 text"
        raise ConfigurationError(f"invalid {place}: {problem}{f', {position[1]}' if position else ''}") from None
    default = document.get("default", "default")
    profiles: object = document.get("profiles")
    if not is_map(profiles) or not isinstance(default, str) or document.keys() - {"default", "profiles"}:
        raise ConfigurationError(
            f"invalid {place}: expected a table [profiles.NAME] with api_key (and api_url) for each profile,"
            ' and optionally default = "NAME" above them'
        )
    selected = default if name is None else name
    if selected not in profiles:
        hint = "; select one with --profile" if name is None else ""
        raise ConfigurationError(
            f"unknown profile {selected!r}: {place} has {', '.join(map(repr, profiles)) or 'none'}{hint}"
        )
    return _service(profiles[selected], f"profile {selected!r} in {place}")


def _read(file: Path, place: str) -> str:
    """Return the content of a file that no other user can access."""
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe could block
        raise ConfigurationError(f"invalid {place}: expected a regular file")
    with file.open(encoding="utf-8") as opened:
        status = os.fstat(opened.fileno())
        if hasattr(os, "getuid"):  # on Windows, the user's folder is private
            if status.st_uid != os.getuid():
                raise ConfigurationError(f"insecure {place}: it belongs to another user")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise ConfigurationError(
                    f"insecure {place}: it has a token but is accessible to other users; run chmod 600"
                )
        return opened.read()


def _service(table: object, place: str) -> Service:
    if not is_map(table):
        raise ConfigurationError(f"invalid {place}: expected a table with api_key (and api_url)")
    if unknown := table.keys() - {"api_key", "api_url"}:
        # Without their names, since a token may have been written as one.
        raise ConfigurationError(f"invalid {place}: expected api_key and api_url only, but it has {len(unknown)} more")
    key, url = table.get("api_key"), table.get("api_url", API_URL)
    if not isinstance(key, str) or not key:
        raise ConfigurationError(f"invalid {place}: expected a string as api_key")
    if not isinstance(url, str):
        raise ConfigurationError(f"invalid {place}: expected a string as api_url")
    return Service(url, key)

"""The service's address and the token, from the command line, the environment or a profile; the state of `--local`."""

import os
from dataclasses import replace
from pathlib import Path

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.profiles import ConfigError, Profiles, Service
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk.exceptions import JiffyArgumentException

EMULATED_URL = "https://emulator.invalid"
"""The emulated service's address, which is never resolved."""


def find_service(options: Options) -> Service:
    """Return the configured service.

    An address and a token from the environment or a profile are used together, so that no token is sent to an address
    it was not meant for. The command line overrides either.
    """
    key, url, name = (os.environ.get(f"JIFFYBOX_{setting}") for setting in ("API_KEY", "API_URL", "PROFILE"))
    if options.api_key is not None:
        return Service(options.api_url or url or API_URL, options.api_key).checked("--api-key")
    if key and options.profile is None:
        if name:
            raise ConfigError(
                "$JIFFYBOX_API_KEY and $JIFFYBOX_PROFILE are both set: unset one of them, or add --profile"
            )
        return Service(options.api_url or url or API_URL, key).checked("$JIFFYBOX_API_KEY")
    profiles, name = Profiles(), options.profile or name or None
    if name is None and url and not options.api_url:
        raise ConfigError(
            "$JIFFYBOX_API_URL is set but $JIFFYBOX_API_KEY is not: set both, or select a profile with --profile"
        )
    if name is None and not profiles.tables:
        raise ConfigError(
            "no service is configured: set $JIFFYBOX_API_KEY (and $JIFFYBOX_API_URL), or add a profile by jiffybox"
            f" profile add NAME, to the {profiles.place}. To try the command without a service, add --local, which"
            " emulates one"
        )
    service = profiles.service(name)
    return replace(service, url=options.api_url or service.url)


def state_file(*, create: bool = False) -> Path:
    """Return the path of the state file, after creating its folder if asked to."""
    import platformdirs

    state = platformdirs.user_state_path("jiffybox", appauthor=False) / "local.db"
    try:
        if create:
            state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        folder = os.fspath(state.parent)
        raise JiffyArgumentException(f"cannot create state folder {folder!r}: {error.strerror}") from None
    return state

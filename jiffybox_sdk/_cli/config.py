"""The service's address and the token, from the command line, the environment or a profile."""

import os

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.profiles import ConfigurationError, Profiles, Service
from jiffybox_sdk._common.operation import API_URL

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
            raise ConfigurationError(
                "$JIFFYBOX_API_KEY and $JIFFYBOX_PROFILE are both set: unset one of them, or add --profile"
            )
        return Service(options.api_url or url or API_URL, key).checked("$JIFFYBOX_API_KEY")
    profiles, name = Profiles(), options.profile or name
    if name is None and not profiles.tables:
        raise ConfigurationError(
            "no service is configured: set $JIFFYBOX_API_KEY (and $JIFFYBOX_API_URL), or add a profile by jiffybox"
            f" profile add NAME, to the {profiles.place}. To try the command without a service, add --local, which"
            " emulates one"
        )
    if name is None and url and not options.api_url:
        raise ConfigurationError(
            "$JIFFYBOX_API_URL is set but $JIFFYBOX_API_KEY is not: set both, or select a profile with --profile"
        )
    service = profiles.service(name)
    return Service(options.api_url or service.url, service.key)

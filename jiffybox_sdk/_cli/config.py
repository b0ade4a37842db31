"""The service's address and the token, from the command line, the environment or a profile."""

import os
from dataclasses import replace

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.profiles import ConfigurationError, Profiles, Service, checked
from jiffybox_sdk._common.operation import API_URL

KEY = "JIFFYBOX_API_KEY"
URL = "JIFFYBOX_API_URL"
PROFILE = "JIFFYBOX_PROFILE"


EMULATED_URL = "https://emulator.invalid"
"""The emulated service's address, which is never resolved."""


def find_service(options: Options) -> Service:
    """Return the configured service.

    An address and a token from the environment or a profile are used together, so that no token is sent to an address
    it was not meant for. The command line overrides either.
    """
    key, name = os.environ.get(KEY), options.profile or os.environ.get(PROFILE)
    url = options.api_url or os.environ.get(URL)
    if options.api_key is not None:
        return checked(Service(url or API_URL, options.api_key), "--api-key")
    if key and options.profile is None:
        if name:
            raise ConfigurationError(f"${KEY} and ${PROFILE} are both set: unset one of them, or add --profile")
        return checked(Service(url or API_URL, key), f"${KEY}")
    profiles = Profiles.read()
    if name is None and not profiles.exists:
        raise ConfigurationError(
            f"no service is configured: set ${KEY} (and ${URL}), or add a profile by jiffybox profile add NAME, to the"
            f" {profiles.place}. To try the command without a service, add --local, which emulates one"
        )
    if name is None and url and not options.api_url:
        raise ConfigurationError(f"${URL} is set but ${KEY} is not: set both, or select a profile with --profile")
    service = profiles.service(name)
    return replace(service, url=options.api_url or service.url)


def find_url(options: Options) -> str:
    """Return the address of the configured service, if there is one, or else the usual one."""
    if options.local:
        raise ConfigurationError("--local has no address: omit it")
    named = options.profile or os.environ.get(KEY) or os.environ.get(PROFILE) or Profiles.read().exists
    return find_service(options).url if named and not options.api_url else options.api_url or API_URL

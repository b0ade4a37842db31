"""The kinds of payloads by name, with their types."""

from collections.abc import Mapping
from typing import get_args

from jiffybox_sdk._common.kind_names import KindName
from jiffybox_sdk.api.backups import Backups
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.api.checks import Check
from jiffybox_sdk.api.contact_groups import ContactGroup
from jiffybox_sdk.api.ips import Ip
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._kinds import MODELS, kinds

KINDS: Mapping[str, type[object]] = kinds((Backups, Box, Check, ContactGroup, Ip))
"""The kinds of payloads by name. A plural is the map from ids to objects that the service sends as a list."""

NAMES: tuple[KindName, ...] = get_args(KindName)
"""The names in `KINDS`."""

KINDS_BY_TYPE: Mapping[type[object], KindName] = {types[name]: name for types in (MODELS, KINDS) for name in NAMES}
"""The names of the kinds by type, of models as well as of records."""


def type_of(kind: str | type[object]) -> type[object]:
    """Return a kind's type, or a given type itself, which must be hashable."""
    if not isinstance(kind, str):
        try:
            hash(kind)
        except TypeError:
            raise JiffyArgumentException(f"invalid type {kind!r}: expected a model, or the name of a kind") from None
        return kind
    if kind not in KINDS:
        raise JiffyArgumentException(f"invalid kind {kind!r}: expected a model, or one of {', '.join(KINDS)}")
    return KINDS[kind]

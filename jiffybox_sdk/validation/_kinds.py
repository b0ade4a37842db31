"""The kinds of payloads by name, with their types."""

from collections.abc import Mapping
from typing import get_args, get_origin

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

_NAMES_BY_TYPE: dict[type[object], KindName] = {
    types[name]: name for types in (MODELS, KINDS) for name in NAMES if name in types
}


def kind_of(as_type: type[object]) -> KindName | None:
    """Return the name of a type's kind, if it has one."""
    return _NAMES_BY_TYPE.get(as_type)


def item_of(as_type: type[object]) -> object:
    """Return the type of a map's values, or `None` for other types."""
    return get_args(as_type)[1] if get_origin(as_type) is dict else None


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

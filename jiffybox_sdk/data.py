"""What records know without a call: the fields of the service, and what follows from them. Both faces use these."""

import ipaddress
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import ClassVar, TypeVar

from pydantic import PrivateAttr

from jiffybox_sdk._common import arguments
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._fields import Model
from jiffybox_sdk.models.requests.change_check import ChangeCheck
from jiffybox_sdk.models.responses import backups, box, check, contact_group, ip, module_doc
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.call_doc import CallDoc
from jiffybox_sdk.models.responses.check_result import CheckResult
from jiffybox_sdk.operations import BackupType

T = TypeVar("T")

OWN_GROUP = "Stammdaten-E-Mail-Adresse"
"""Name of the contact group that each account has, and that can't be changed [documented]."""


class BoxData(box.Box, frozen=True):
    """What is known of a box."""

    noun: ClassVar[str] = "box"

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @property
    def ready(self) -> bool:
        """Whether nothing is going on: the state is `READY`. Whether the box is switched on says `running`."""
        return self.status == "READY"

    @property
    def public_ips(self) -> list[str]:
        """The addresses that the Internet reaches."""
        return list(self.ips.public)

    @property
    def private_ips(self) -> list[str]:
        """The addresses of the provider's inner network."""
        return list(self.ips.private)


class OfBox(Model, frozen=True):
    """What belongs to a box. Which one is not part of the data: a dump leaves it out, a copy and a pickle keep it."""

    _box_id: int | None = PrivateAttr(default=None)

    @property
    def box_id(self) -> int:
        """Number of the box that this belongs to: the key under which the service lists it.

        Raises:
            JiffyAttributeException: it was made without one.
        """
        if self._box_id is None:
            name = type(self).__name__
            raise JiffyAttributeException(
                f"this {name} has no box: the service sends its number as the key of the list; give it when making one",
                model=name,
                missing=["box_id"],
            )
        return self._box_id


Belonging = TypeVar("Belonging", bound=OfBox)


def of_box(record: Belonging, box: int | str | None) -> Belonging:
    """Tells a new record which box it belongs to, and returns it.

    Raises:
        JiffyAttributeException: the service lists it under what is no number of a box.
    """
    number = None if box is None else _number(box, "box", type(record).__name__)
    setattr(record, "_box_id", number)  # noqa: B010 (type checkers hold all attributes of a frozen model to be read-only)
    return record


def by_number(listed: Mapping[str, T], what: str) -> dict[int, T]:
    """Returns a map from numbers, made of one from texts.

    Raises:
        JiffyAttributeException: a key is no number.
    """
    return {_number(key, what, type(value).__name__): value for key, value in listed.items()}


def _number(key: int | str, what: str, model: str) -> int:
    try:
        return arguments.whole_id(key, what)
    except JiffyArgumentException:
        text = f"{arguments.shown(key)} is no number of a {what}, and a {model} is listed under it"
    raise JiffyAttributeException(text, model=model, wrong=[str(key)])


class BackupsData(backups.Backups, OfBox, frozen=True):
    """What is known of the backups of a box."""

    def __hash__(self) -> int:
        return hash((type(self), self._box_id))

    def of_type(self, kind: BackupType) -> Backup:
        """Returns the latest backup of a type.

        Args:
            kind: How it came about: `manual`, `daily`, `weekly` or `biweekly`.

        Raises:
            JiffyArgumentException: there is none in this record, or no such type.
        """
        arguments.choice(kind, BackupType, "type of backup")
        found: Backup | None = getattr(self, kind)
        if found is None:
            raise JiffyArgumentException(
                f"type of backup {kind!r} is refused: the box had none when these were read; refresh() reads again"
            )
        return found


class IpData(ip.Ip, OfBox, frozen=True):
    """What is known of an address."""

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @property
    def address(self) -> IPv4Address | IPv6Address:
        """The address; of a subnet, the one that it is written with. The text that was sent is `ip`.

        Raises:
            JiffyAttributeException: the service sent what is no address.
        """
        return self._interface().ip

    @property
    def network(self) -> IPv4Network | IPv6Network:
        """The subnet; of a single address, the one that has nothing but it.

        Raises:
            JiffyAttributeException: the service sent what is no address.
        """
        return self._interface().network

    def _interface(self) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface:
        try:
            return ipaddress.ip_interface(self.ip)
        except ValueError:
            raise JiffyAttributeException(
                "this is no valid Ip: ip: neither an address nor a subnet", model=type(self).__name__, wrong=["ip"]
            ) from None


class ContactGroupData(contact_group.ContactGroup, frozen=True):
    """What is known of a contact group."""

    noun: ClassVar[str] = "contact group"

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @property
    def ready(self) -> bool:
        """Whether nothing is going on: the state is `STATUS_READY` or `STATUS_UPDATED`."""
        return self.status in ("STATUS_READY", "STATUS_UPDATED")

    @property
    def own(self) -> bool:
        """Whether it is the account's own group, which can't be changed."""
        return self.name == OWN_GROUP


class CheckData(check.Check, frozen=True):
    """What is known of a monitoring check."""

    noun: ClassVar[str] = "check"

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @property
    def ready(self) -> bool:
        """Whether nothing is going on: `STATUS_READY`, `STATUS_UPDATED`, `STATUS_OFFLINE` or `STATUS_DEACTIVATED`."""
        return self.status in ("STATUS_READY", "STATUS_UPDATED", "STATUS_OFFLINE", "STATUS_DEACTIVATED")


class ModuleDoc(module_doc.ModuleDoc, frozen=True):
    """What the service says of one of its modules."""

    @property
    def calls(self) -> dict[str, dict[str, CallDoc]]:
        """The calls: for each part of the module's path, such as `/` and `/<id>`, by HTTP verb."""
        return {part: calls for part, calls in self.__pydantic_extra__.items() if not isinstance(calls, str)}


def movable_id(ip: IpData) -> int:
    """Returns the number of an address, if such a one can be moved.

    Raises:
        JiffyArgumentException: it is no floating IPv4 address.
    """
    if ip.ipVersion != 4 or ip.isSubnet or not ip.floating:
        raise JiffyArgumentException(f"ip {ip.ip!r} is refused: only floating IPv4 addresses can be moved")
    return ip.id


def changeable_id(group: ContactGroupData) -> int:
    """Returns the number of a contact group that can be changed.

    Raises:
        JiffyArgumentException: it is the account's own.
    """
    if group.own:
        raise JiffyArgumentException(f"contact group {group.name!r} is refused: the account's own can't be changed")
    return group.id


def fitting_changes(check: CheckData, changes: ChangeCheck | None) -> ChangeCheck:
    """Returns what is to be different in a copy of a check, if its type takes that.

    Raises:
        JiffyArgumentException: a field is none of its type's.
    """
    if changes is None:
        return ChangeCheck()
    known = TYPES.get(check.checkType)
    # Whether it is one at all is said by what makes the call.
    if known and isinstance(changes, ChangeCheck):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        for name, value in changes:
            if value is not None and name not in known.model_fields:
                raise JiffyArgumentException(f"{name} is refused: a check of the type {check.checkType} has none")
    return changes


def result_of(check: CheckData, results: Mapping[int, CheckResult]) -> CheckResult:
    """Returns a check's result, or the only one that there is: keys and numbers were seen to differ [recorded].

    Raises:
        JiffyAttributeException: there are others alone, or none.
    """
    found = results.get(check.id) or (next(iter(results.values())) if len(results) == 1 else None)
    if found is None:
        model = "map of CheckResult"
        raise JiffyAttributeException(
            f"this is no valid {model}: {check.id} is missing", model=model, missing=[str(check.id)]
        )
    return found

"""One payload as what it should be, or an exception."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal, TypeVar, overload

from pydantic import ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common.type_guards import is_enveloped, is_map
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.module_doc import ModuleDoc
from jiffybox_sdk._records.of_box import OfBox, of_box
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.api.backups import Backups
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.api.checks import Check
from jiffybox_sdk.api.contact_groups import ContactGroup
from jiffybox_sdk.api.ips import Ip
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._reader import attribute_exception, reader, type_name
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.check_result import CheckResult
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message
from jiffybox_sdk.models.responses.profile import Profile
from jiffybox_sdk.models.responses.schedule import Schedule
from jiffybox_sdk.validation._kinds import type_of

T = TypeVar("T")


@overload
def validate(payload: object, as_type: Literal["backup"]) -> Backup: ...
@overload
def validate(payload: object, as_type: Literal["backups"]) -> Backups: ...
@overload
def validate(payload: object, as_type: Literal["backups_by_box"]) -> dict[str, Backups]: ...
@overload
def validate(payload: object, as_type: Literal["box"]) -> Box: ...
@overload
def validate(payload: object, as_type: Literal["boxes"]) -> dict[str, Box]: ...
@overload
def validate(payload: object, as_type: Literal["check"]) -> Check: ...
@overload
def validate(payload: object, as_type: Literal["check_result"]) -> CheckResult: ...
@overload
def validate(payload: object, as_type: Literal["check_results"]) -> dict[str, CheckResult]: ...
@overload
def validate(payload: object, as_type: Literal["checks"]) -> dict[str, Check]: ...
@overload
def validate(payload: object, as_type: Literal["contact_group"]) -> ContactGroup: ...
@overload
def validate(payload: object, as_type: Literal["contact_groups"]) -> dict[str, ContactGroup]: ...
@overload
def validate(payload: object, as_type: Literal["disk"]) -> Disk: ...
@overload
def validate(payload: object, as_type: Literal["distribution"]) -> Distribution: ...
@overload
def validate(payload: object, as_type: Literal["distributions"]) -> dict[str, Distribution]: ...
@overload
def validate(payload: object, as_type: Literal["done"]) -> bool: ...
@overload
def validate(payload: object, as_type: Literal["envelope"]) -> Envelope: ...
@overload
def validate(payload: object, as_type: Literal["ip"]) -> Ip: ...
@overload
def validate(payload: object, as_type: Literal["ips"]) -> dict[str, Ip]: ...
@overload
def validate(payload: object, as_type: Literal["ips_by_box"]) -> dict[str, dict[str, Ip]]: ...
@overload
def validate(payload: object, as_type: Literal["message"]) -> Message: ...
@overload
def validate(payload: object, as_type: Literal["module"]) -> ModuleDoc: ...
@overload
def validate(payload: object, as_type: Literal["modules"]) -> dict[str, str]: ...
@overload
def validate(payload: object, as_type: Literal["plan"]) -> Plan: ...
@overload
def validate(payload: object, as_type: Literal["plans"]) -> dict[str, Plan]: ...
@overload
def validate(payload: object, as_type: Literal["profile"]) -> Profile: ...
@overload
def validate(payload: object, as_type: Literal["schedule"]) -> Schedule: ...
@overload
def validate(payload: object, as_type: type[T]) -> T: ...
def validate(payload: object, as_type: str | type[object]) -> object:
    """Returns a payload as what it should be. No client and no network are needed.

    Args:
        payload: JSON as bytes or text, or the Python objects that it stands for; in the service's envelope or without.
        as_type: A model (`Box`), a map of models (`dict[str, Box]`), or a kind by its name (`"box"`; see `KINDS`).

    Raises:
        JiffyAttributeException: it is not what it should be: no JSON, a field missing, a value of another type. It says
            where, and nothing of what the payload holds.
        JiffyArgumentException: there is no kind of that name, or `as_type` is no type.
    """
    result = judge(payload, type_of(as_type))
    if isinstance(result, JiffyAttributeException):
        del payload  # a traceback that shows variables must not show what may hold passwords
        raise result
    return result


def judge(payload: object, as_type: type[object]) -> object | JiffyAttributeException:
    """Returns a payload as what it should be; or what is wrong with it."""
    result = _judge(payload, as_type)
    return _with_ids(result) if is_map(result) else result


def _judge(payload: object, as_type: type[object]) -> object | JiffyAttributeException:
    expected = reader(as_type)
    if isinstance(payload, str | bytes | bytearray):
        try:
            if as_type is not Envelope and _may_be_envelope(payload):
                return expected.enveloped.validate_json(payload).result
            found = expected.bare.validate_json(payload)
        except ValidationError as error:
            try:
                payload = from_json(payload)
            except (ValueError, TypeError):  # a TypeError for text with half a surrogate pair
                return attribute_exception(error, type_name(as_type), payload)
        else:
            if not _has_letters_escaped(payload):
                return found
            payload = from_json(payload)  # it may be an envelope whose words are escaped
    if as_type is not Envelope and is_enveloped(payload):
        envelope = reader(Envelope).check(payload)
        if isinstance(envelope, JiffyAttributeException):
            return envelope
        payload = envelope.result
    return expected.check(payload)


def _may_be_envelope(payload: str | bytes | bytearray) -> bool:
    """Whether a text has the words of an envelope, which is quick to see."""
    if isinstance(payload, str):
        return '"messages"' in payload and '"result"' in payload
    return b'"messages"' in payload and b'"result"' in payload


def _has_letters_escaped(payload: str | bytes | bytearray) -> bool:
    """Whether a text has ASCII letters written as escapes, as no service writes them."""
    if isinstance(payload, str):
        return "\\u006" in payload or "\\u007" in payload
    return b"\\u006" in payload or b"\\u007" in payload


def _with_ids(found: Mapping[object, object]) -> Mapping[object, object]:
    """Tells the records of a map what they are listed under, where that is part of what they are."""
    return {key: _with_id(value, key) for key, value in found.items()}


def _with_id(value: object, key: object) -> object:
    if isinstance(value, Distribution) and isinstance(key, str):
        return value.with_id(key)
    if is_map(value):
        return {inner: _with_id(found, key) for inner, found in value.items()}
    if isinstance(value, OfBox) and isinstance(key, str):
        with suppress(JiffyAttributeException):  # what is listed under no number has no box
            return of_box(value, key)
    return value

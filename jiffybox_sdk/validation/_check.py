"""One payload, and all that is to be said of it, without an exception."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, overload

from jiffybox_sdk._common.type_guards import is_enveloped
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.module_doc import ModuleDoc
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.api.backups import Backups
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.api.checks import Check
from jiffybox_sdk.api.contact_groups import ContactGroup
from jiffybox_sdk.api.ips import Ip
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models.responses.backup import Backup
from jiffybox_sdk.models.responses.check_result import CheckResult
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message
from jiffybox_sdk.models.responses.profile import Profile
from jiffybox_sdk.models.responses.schedule import Schedule
from jiffybox_sdk.validation._findings import Finding, json_type
from jiffybox_sdk.validation._json_text import Text, not_json, read
from jiffybox_sdk.validation._kinds import type_of
from jiffybox_sdk.validation._shapes import Anything, Shape, in_envelope, shape_of
from jiffybox_sdk.validation._validate import judge
from jiffybox_sdk.validation._walk import Tell, walk

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Checked(Generic[T_co]):
    """A payload that was checked.

    Attributes:
        value: What it is; `None` where `validate` would raise.
        findings: All that is to be said of it, from the outside in; last, why the text as a whole is refused, if none
            of them says it.
    """

    value: T_co | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make `validate` raise."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


@overload
def check(payload: object, as_type: Literal["backup"]) -> Checked[Backup]: ...
@overload
def check(payload: object, as_type: Literal["backups"]) -> Checked[Backups]: ...
@overload
def check(payload: object, as_type: Literal["backups_by_box"]) -> Checked[dict[str, Backups]]: ...
@overload
def check(payload: object, as_type: Literal["box"]) -> Checked[Box]: ...
@overload
def check(payload: object, as_type: Literal["boxes"]) -> Checked[dict[str, Box]]: ...
@overload
def check(payload: object, as_type: Literal["check"]) -> Checked[Check]: ...
@overload
def check(payload: object, as_type: Literal["check_result"]) -> Checked[CheckResult]: ...
@overload
def check(payload: object, as_type: Literal["check_results"]) -> Checked[dict[str, CheckResult]]: ...
@overload
def check(payload: object, as_type: Literal["checks"]) -> Checked[dict[str, Check]]: ...
@overload
def check(payload: object, as_type: Literal["contact_group"]) -> Checked[ContactGroup]: ...
@overload
def check(payload: object, as_type: Literal["contact_groups"]) -> Checked[dict[str, ContactGroup]]: ...
@overload
def check(payload: object, as_type: Literal["disk"]) -> Checked[Disk]: ...
@overload
def check(payload: object, as_type: Literal["distribution"]) -> Checked[Distribution]: ...
@overload
def check(payload: object, as_type: Literal["distributions"]) -> Checked[dict[str, Distribution]]: ...
@overload
def check(payload: object, as_type: Literal["done"]) -> Checked[bool]: ...
@overload
def check(payload: object, as_type: Literal["envelope"]) -> Checked[Envelope]: ...
@overload
def check(payload: object, as_type: Literal["ip"]) -> Checked[Ip]: ...
@overload
def check(payload: object, as_type: Literal["ips"]) -> Checked[dict[str, Ip]]: ...
@overload
def check(payload: object, as_type: Literal["ips_by_box"]) -> Checked[dict[str, dict[str, Ip]]]: ...
@overload
def check(payload: object, as_type: Literal["message"]) -> Checked[Message]: ...
@overload
def check(payload: object, as_type: Literal["module"]) -> Checked[ModuleDoc]: ...
@overload
def check(payload: object, as_type: Literal["modules"]) -> Checked[dict[str, str]]: ...
@overload
def check(payload: object, as_type: Literal["plan"]) -> Checked[Plan]: ...
@overload
def check(payload: object, as_type: Literal["plans"]) -> Checked[dict[str, Plan]]: ...
@overload
def check(payload: object, as_type: Literal["profile"]) -> Checked[Profile]: ...
@overload
def check(payload: object, as_type: Literal["schedule"]) -> Checked[Schedule]: ...
@overload
def check(payload: object, as_type: type[T]) -> Checked[T]: ...
def check(payload: object, as_type: str | type[object]) -> Checked[object]:
    """Returns a payload as what it should be, with all that is to be said of it. No client and no network are needed.

    What makes `validate` raise is an error here; what it keeps quiet about is a warning or a note.

    Args:
        payload: JSON as bytes or text, or the Python objects that it stands for; in the service's envelope or without.
        as_type: A model of the SDK (`Box`), a map of models (`dict[str, Box]`), or a kind by its name (`"box"`; see
            `KINDS`).

    Raises:
        JiffyArgumentException: there is no kind of that name, or `as_type` is none that the service sends.
    """
    as_type = type_of(as_type)
    findings: list[Finding] = []
    if isinstance(payload, str):
        examiner(as_type).read(payload.encode("utf-8", "surrogatepass"), findings.append)
    elif isinstance(payload, bytes | bytearray):
        examiner(as_type).read(bytes(payload), findings.append)
    else:
        examiner(as_type).look(payload, findings.append)
    broken = any(finding.severity == "error" for finding in findings)
    if broken and isinstance(payload, str | bytes | bytearray):
        return Checked(None, tuple(findings))
    value = judge(payload, as_type)
    if not isinstance(value, JiffyAttributeException):
        # The models take more of Python than of JSON, such as a datetime for a moment.
        return Checked(value, tuple(_no_error(finding) for finding in findings))
    if not broken:
        findings.append(Finding("", "refused", "error", value.model, json_type(payload)))
    return Checked(None, tuple(findings))


def _no_error(finding: Finding) -> Finding:
    return finding._replace(severity="warning") if finding.severity == "error" else finding


class Examiner:
    """Finds what is to be said of payloads: get the one for payloads of a type from `examiner`."""

    def __init__(self, bare: Shape, enveloped: Shape | None) -> None:
        """Takes a moment to prepare.

        Args:
            bare: What a payload looks like.
            enveloped: What it looks like in the service's envelope; `None` where it does not come in one.
        """
        self._bare = bare
        self._enveloped = enveloped

    def read(self, data: bytes, tell: Tell) -> None:
        """Tells what is to be said of JSON."""
        self.read_text(read(data), tell)

    def read_text(self, text: Text, tell: Tell) -> None:
        """Tells what is to be said of a text, and of what was read from it."""
        for finding in text.findings:
            tell(finding)
        if not text.readable:
            return
        if text.refused is None:
            self.look(text.payload, tell)
            return
        explained = False

        def pass_on(finding: Finding) -> None:
            nonlocal explained
            explained |= finding.severity == "error" and finding.rule in ("lone-surrogate", "big-integer")
            tell(finding)

        self.look(text.payload, pass_on)
        if not explained:  # what is wrong is in a field that is there twice, for example
            tell(not_json(text.refused))

    def look(self, payload: object, tell: Tell) -> None:
        """Tells what is to be said of Python objects."""
        walk(self._enveloped if self._enveloped and is_enveloped(payload) else self._bare, payload, tell)


ANYTHING = Examiner(Anything(), None)
"""Finds what is wrong with payloads whatever they are."""


def examiner(as_type: type[object]) -> Examiner:
    """Returns what finds what is to be said of payloads of a type.

    Raises:
        JiffyArgumentException: no schema says what such a payload looks like.
    """
    found = _examiners.get(as_type)
    if found is None:
        shape = shape_of(as_type)
        found = _examiners[as_type] = Examiner(shape, None if as_type is Envelope else in_envelope(shape))
    return found


_examiners: dict[object, Examiner] = {}

"""Every call of the HTTP API as a value: the service on one page. No I/O.

`Call` describes a verb and a path once, for the client and for the emulator; the functions below make an `Operation`, a
call with its arguments filled in and checked. The letter after a path says how sure we are of it: [D] documented by the
provider, [R] recorded in a client's tests, [I] inferred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import JsonValue, SecretStr, ValidationError

from jiffybox_sdk import arguments
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models.requests.change_box import ChangeBox
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.duplicate_box import DuplicateBox
from jiffybox_sdk.wire import Request

Verb = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """A verb and a path of the service.

    Attributes:
        name: What the call is known by: to faults, journals and handlers.
        verb: The HTTP verb.
        path: The path below the version, with `{…}` where an argument goes.
        returns: Name of the kind of payload that the answer carries, as `jiffybox_sdk.validation` knows it.
        takes: The body, for calls that have one.
    """

    name: str
    verb: Verb
    path: str
    returns: str
    takes: type[Request] | None = None

    def on(self, *segments: int | str, body: Request | None = None) -> "Operation":
        """Returns this call with its arguments, which fill the places in the path in their order.

        Raises:
            JiffyArgumentException: a segment would reach another path.
        """
        filled = iter(segments)
        path = [arguments.path_segment(next(filled)) if part.startswith("{") else part for part in self.path.split("/")]
        return Operation(self, "/".join(path), body)

    def match(self, verb: str, segments: Sequence[str]) -> list[str] | None:
        """Returns what stands in the places of the path, if this is the call that a verb and a path make."""
        pattern = self.path.split("/")
        if verb != self.verb or len(segments) != len(pattern):
            return None
        pairs = list(zip(pattern, segments, strict=True))
        if any(part != segment for part, segment in pairs if not part.startswith("{")):
            return None
        return [segment for part, segment in pairs if part.startswith("{")]


@dataclass(frozen=True, slots=True)
class Operation:
    """A call with its arguments.

    Attributes:
        call: Which call it is.
        path: The path below the version, percent-encoded.
        body: What is sent along. It may hold a password, so it is not shown.
    """

    call: Call
    path: str
    body: Request | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice does the same as doing it once: true of calls that only read."""
        return self.call.verb == "GET"

    def secrets(self) -> list[str]:
        """Returns the secrets of the body in the open, to look for them in what the service says."""
        values = self.body.model_dump().values() if self.body else ()
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]

    def without_secrets(self) -> "Operation":
        """Returns the operation without its body, to be kept in exceptions and logs."""
        return replace(self, body=None)

    def __str__(self) -> str:
        return f"{self.call.verb} {self.path}"


LIST_BOXES = Call("list_boxes", "GET", "jiffyBoxes", "boxes")  # [D]
GET_BOX = Call("get_box", "GET", "jiffyBoxes/{box}", "box")  # [D]
CREATE_BOX = Call("create_box", "POST", "jiffyBoxes", "box", CreateBox)  # [D]
DUPLICATE_BOX = Call("duplicate_box", "POST", "jiffyBoxes/{box}", "box", DuplicateBox)  # [D]
CHANGE_BOX = Call("change_box", "PUT", "jiffyBoxes/{box}", "box", ChangeBox)  # [D]
DELETE_BOX = Call("delete_box", "DELETE", "jiffyBoxes/{box}", "done")  # [D]
LIST_PLANS = Call("list_plans", "GET", "plans", "plans")  # [R]
GET_PLAN = Call("get_plan", "GET", "plans/{plan}", "plan")  # [R]
LIST_DISTRIBUTIONS = Call("list_distributions", "GET", "distributions", "distributions")  # [R]
GET_DISTRIBUTION = Call("get_distribution", "GET", "distributions/{distribution}", "distribution")  # [R]

CALLS = (
    LIST_BOXES,
    GET_BOX,
    CREATE_BOX,
    DUPLICATE_BOX,
    CHANGE_BOX,
    DELETE_BOX,
    LIST_PLANS,
    GET_PLAN,
    LIST_DISTRIBUTIONS,
    GET_DISTRIBUTION,
)
"""All of them."""


def list_boxes() -> Operation:
    """`GET jiffyBoxes` [D]. Expensive for the service."""
    return LIST_BOXES.on()


def get_box(box: int | str) -> Operation:
    """`GET jiffyBoxes/<box>` [D]."""
    return GET_BOX.on(arguments.whole_id(box, "box"))


def create_box(
    name: str,
    plan: int | str,
    *,
    distribution: str | None,
    backupid: str | None,
    password: SecretStr | None,
    use_sshkey: bool | None,
    metadata: Mapping[str, object] | None,
) -> Operation:
    """`POST jiffyBoxes` [D]."""
    body = _checked(
        CreateBox,
        name=name,
        planid=arguments.plan_reference(plan),
        distribution=None if distribution is None else arguments.text_id(distribution, "distribution"),
        backupid=None if backupid is None else arguments.text_id(backupid, "backupid"),
        password=password,
        use_sshkey=use_sshkey,
        metadata=None if metadata is None else arguments.json_object(metadata),
    )
    return CREATE_BOX.on(body=body)


def duplicate_box(
    box: int | str, name: str, plan: int | str, *, metadata: Mapping[str, object] | None = None
) -> Operation:
    """`POST jiffyBoxes/<box>` [D]."""
    body = _checked(
        DuplicateBox,
        name=name,
        planid=arguments.plan_reference(plan),
        metadata=None if metadata is None else arguments.json_object(metadata),
    )
    return DUPLICATE_BOX.on(arguments.whole_id(box, "box"), body=body)


def set_status(box: int | str, command: Command, plan: int | str | None = None) -> Operation:
    """`PUT jiffyBoxes/<box>` with a `status` [D], and a plan where the command takes one."""
    planid = None if plan is None else arguments.plan_reference(plan)
    return CHANGE_BOX.on(arguments.whole_id(box, "box"), body=_checked(ChangeBox, status=command, planid=planid))


def update_metadata(box: int | str, changes: Mapping[str, object]) -> Operation:
    """`PUT jiffyBoxes/<box>` with `metadata` alone [I]."""
    body = _checked(ChangeBox, metadata=arguments.json_object(changes))
    return CHANGE_BOX.on(arguments.whole_id(box, "box"), body=body)


def delete_box(box: int | str) -> Operation:
    """`DELETE jiffyBoxes/<box>` [D]."""
    return DELETE_BOX.on(arguments.whole_id(box, "box"))


def list_plans() -> Operation:
    """`GET plans` [R]."""
    return LIST_PLANS.on()


def get_plan(plan: int | str) -> Operation:
    """`GET plans/<plan>` [R], by number or name."""
    return GET_PLAN.on(arguments.plan_reference(plan))


def list_distributions() -> Operation:
    """`GET distributions` [R]."""
    return LIST_DISTRIBUTIONS.on()


def get_distribution(distribution: str) -> Operation:
    """`GET distributions/<distribution>` [R]."""
    return GET_DISTRIBUTION.on(arguments.text_id(distribution, "distribution"))


def _checked(model: type[Request], **fields: str | int | bool | SecretStr | dict[str, JsonValue] | None) -> Request:
    """Returns the body of a call; arguments that are `None` are left out.

    Raises:
        JiffyArgumentException: a rule of the body's schema is broken.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    for field_name, content in given.items():
        if isinstance(content, bytes | bytearray):  # which pydantic would take for text
            raise JiffyArgumentException(f"{field_name} {arguments.shown(content)} is refused: give text, not bytes")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        finding = error.errors(include_url=False, include_context=False)[0]
    name = str(finding["loc"][0]) if finding["loc"] else ""
    if not name:
        raise JiffyArgumentException(f"{model.__name__}: {finding['msg'].removeprefix('Value error, ')}")
    rule = model.model_fields[name].description or finding["msg"]
    value = given.get(name)
    named = name if isinstance(value, SecretStr) else f"{name} {arguments.shown(value)}"
    raise JiffyArgumentException(f"{named} is refused: {rule}")

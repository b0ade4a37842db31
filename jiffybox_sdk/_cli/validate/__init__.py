"""`jiffybox validate`."""

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from jiffybox_sdk.validation import Form


class ValidateOptions(TypedDict):
    """The options of `validate`. A kind or form that is not given is guessed."""

    kind: str | None
    form: "Form | None"
    jobs: int | None
    strict: bool
    severity: str
    stats: bool
    show_values: bool

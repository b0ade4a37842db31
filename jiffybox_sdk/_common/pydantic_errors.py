"""Pydantic's errors without the values that caused them, which may be secret."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jiffybox_sdk._common.json_path import follow, join


def details(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors, each with its type, location and message."""
    return error.errors(include_url=False, include_context=False, include_input=False)


def first_detail(error: ValidationError) -> ErrorDetails:
    """Return the first error."""
    return details(error)[0]


def message(detail: ErrorDetails) -> str:
    """Return the message of an error, without the prefix that pydantic adds for our own validators."""
    return detail["msg"].removeprefix("Value error, ")


def path(detail: ErrorDetails, value: object) -> str:
    """Return the JSON path of an error in a value, or of what is missing in it."""
    location = detail["loc"]
    if detail["type"] == "missing":
        return join([*follow(location[:-1], value), location[-1]])
    return join(follow(location, value))


def describe(error: ValidationError, value: object) -> str:
    """Return the first error in a value with its JSON path, such as `plan.ramInMB is missing`."""
    detail = first_detail(error)
    if detail["type"] == "missing":
        return f"{path(detail, value)} is missing"
    return f"{path(detail, value)}: {message(detail)}" if detail["loc"] else message(detail)

"""Pydantic's errors without the values that caused them, which may be secret."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def details(error: ValidationError) -> list[ErrorDetails]:
    """Return the errors, each with its type, location and message."""
    return error.errors(include_url=False, include_context=False, include_input=False)


def first_detail(error: ValidationError) -> ErrorDetails:
    """Return the first error."""
    return details(error)[0]


def message(detail: ErrorDetails) -> str:
    """Return the message of an error, without the prefix that pydantic gives to those of our own validators."""
    return detail["msg"].removeprefix("Value error, ")

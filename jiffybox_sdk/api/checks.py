# Generated from jiffybox_sdk/aio/checks.py by `make generate`. Do not edit.

"""Monitoring checks and their results."""

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, final

from jiffybox_sdk import operations
from jiffybox_sdk._records.base import Attached, attach, fill
from jiffybox_sdk._records.of_box import by_number
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.api._waits import Waits
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models import requests
from jiffybox_sdk.models._base import plain_constructor
from jiffybox_sdk.models.responses import check as fields
from jiffybox_sdk.models.responses.check_result import CheckResult

if TYPE_CHECKING:
    from jiffybox_sdk.api.client import JiffyBox


@final
class Check(fields.Check, Waits, Attached["JiffyBox"], frozen=True):
    """A monitoring check, as the service last described it.

    Records are immutable, and reading an attribute never makes a request. Each verb makes one call and returns once the
    work is accepted. `wait_until_ready()` waits until the work is done. Passwords are always masked, even in JSON.
    `JiffyBox` lists the exceptions that every verb may raise.
    """

    __slots__ = ("_client",)

    @plain_constructor
    def __init__(self, json: Mapping[str, object], api: "JiffyBox | None" = None, id_: int | str | None = None) -> None:
        """Create a check from one of the service's payloads.

        Args:
            json: The JSON object as the service sent it.
            api: The client for the verbs. Without one, the record is read-only.
            id_: The id, if the object does not contain one.

        Raises:
            JiffyAttributeException: If `json` does not match the schema.
        """
        problem = fill(self, json, id_)
        if problem:
            del json
            raise problem
        attach(self, api)

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    @property
    def ready(self) -> bool:
        """Whether no work is in progress (status `STATUS_READY`, `_UPDATED`, `_OFFLINE` or `_DEACTIVATED`)."""
        return self.status in ("STATUS_READY", "STATUS_UPDATED", "STATUS_OFFLINE", "STATUS_DEACTIVATED")

    def refresh(self) -> "Check":
        """Return the check with its current state: `GET monitoring/<id>` [documented].

        Raises:
            JiffyNotFoundException: If the check no longer exists.
        """
        return self.api.check(self.id)

    def result(self) -> CheckResult:
        """Return the latest result of the check: `GET monitoring/<id or IPv4 address>/status` [documented].

        Raises:
            JiffyNotFoundException: If the check no longer exists.
            JiffyAttributeException: If the response contains only results of other checks.
        """
        results = self.api.check_results(self.id)
        # A single result belongs to this check even under another key, as keys have differed from ids [recorded].
        result = results.get(self.id) or (next(iter(results.values())) if len(results) == 1 else None)
        if result is None:
            raise JiffyAttributeException(
                f"invalid map of CheckResult: {self.id} is missing", model="map of CheckResult", missing=[str(self.id)]
            )
        return result

    def duplicate(self, changes: "requests.ChangeCheck | None" = None) -> "Check":
        """Copy the check: `POST monitoring/<id>` [documented].

        Args:
            changes: The fields that differ in the copy.

        Returns:
            The copy, with the status `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: If `changes` has a field that checks of this type don't have. Nothing is sent.
        """
        changes = requests.ChangeCheck() if changes is None else changes
        return self.api.send(operations.duplicate_check(self.id, changes, self.checkType))

    def delete(self) -> bool:
        """Delete the check: `DELETE monitoring/<id>` [recorded].

        Returns:
            Whether the deletion was accepted. Use `wait_until_deleted()` to wait until the check is gone.
        """
        return self.api.send(operations.delete_check(self.id))


class CheckCalls(Connection):
    """The client's methods for monitoring."""

    def checks(self) -> list[Check]:
        """Return all monitoring checks: `GET monitoring` [documented]."""
        by_id = self._send(operations.list_checks(), dict[str, Check])
        return list(by_id.values())

    def check(self, id: int | str) -> Check:  # noqa: A002 (as in the documented methods)
        """Return a monitoring check: `GET monitoring/<id>` [documented].

        Args:
            id: The id, as an integer or a string of digits.

        Raises:
            JiffyNotFoundException: If the check does not exist.
            JiffyArgumentException: If `id` is invalid. Nothing is sent.
        """
        return self._send(operations.get_check(id), Check)

    def create_check(self, check: "requests.NewCheck") -> Check:
        """Create a monitoring check: `POST monitoring` [documented].

        Args:
            check: The settings of the check, such as a `PingCheck` or an `HttpCheck`.

        Returns:
            The new check, with the status `STATUS_CREATING`.

        Raises:
            JiffyArgumentException: If `check` has no type. Nothing is sent.
        """
        return self._send(operations.create_check(check), Check)

    def check_results(self, check: Check | int | str | IPv4Address) -> dict[int, CheckResult]:
        """Return the latest results of checks: `GET monitoring/<id or IPv4 address>/status` [documented].

        Args:
            check: A check, its id, or the IPv4 address that is checked.

        Returns:
            The results by check id.

        Raises:
            JiffyNotFoundException: If the check does not exist.
            JiffyArgumentException: If `check` is none of these, such as an IPv6 address. Nothing is sent.
        """
        id_or_address = check.id if isinstance(check, Check) else check
        return by_number(self._send(operations.get_check_results(id_or_address), dict[str, CheckResult]), "check")

"""The boxes that a command acts on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.changes import reject_deleted, until_free
from jiffybox_sdk._cli.errors import SomeFailedError
from jiffybox_sdk._cli.progress import poll_interval, statuses_shown
from jiffybox_sdk._cli.resolve import BOX, find_all
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk.exceptions import JiffyException, JiffyLimitException, JiffyTokenException, JiffyTransportException

if TYPE_CHECKING:
    from jiffybox_sdk._client.polling import WaitResult

T = TypeVar("T")

_CONCERNS_ALL = (JiffyLimitException, JiffyTokenException, JiffyTransportException)
"""Failures after which nothing is sent for the boxes that follow."""


class Boxes:
    """Boxes that a command acts on one after another. The failure of one does not stop the others."""

    def __init__(self, session: Session, records: "Mapping[int, sdk.Box | None]") -> None:
        self.records = dict(records)
        self._session = session
        self._failures: dict[int, JiffyException] = {}

    @classmethod
    def named(cls, session: Session, texts: Sequence[str]) -> "Boxes":
        """Find boxes by number or name, all before anything is sent."""
        return cls(session, find_all(session, BOX, texts))

    def title(self, number: int) -> str:
        """Return how messages name a box."""
        record = self.records[number]
        return f"{record.name} ({number})" if record else f"Box {number}"

    def read(self, *, again: bool = False) -> None:
        """Read the boxes of which only the number is known, or all."""
        self.records |= self.each(self._read, [number for number, box in self.records.items() if again or not box])

    def _read(self, number: int) -> "sdk.Box":
        return self._session.look_up(lambda client: client.box(number))

    def until_free(self, among: Iterable[int] | None = None, *, backup: bool = False) -> "dict[int, sdk.Box]":
        """Return boxes once no work on them is in progress."""
        return self.each(lambda number: until_free(self._session, partial(self._read, number), backup=backup), among)

    def confirm(self, question: str) -> None:
        """Ask for confirmation, with the name and state of each box."""
        if not self._session.asks:
            return
        self.read()
        self.end()
        boxes = [
            f"{box.name} ({box.id}; {box.status}, switched {'on' if box.running else 'off'})"
            for box in self.records.values()
            if box
        ]
        noun, theirs = ("box", "its") if len(boxes) == 1 else ("boxes", "their")
        self._session.confirm(question.format(f"the {noun} {', '.join(boxes)}", theirs))

    def each(self, action: Callable[[int], T], among: Iterable[int] | None = None) -> dict[int, T]:
        """Return the results of an action for each box, or each among some, that has not failed yet."""
        results: dict[int, T] = {}
        for number in [*(self.records if among is None else among)]:
            if number in self._failures:
                continue
            try:
                results[number] = action(number)
            except click.exceptions.Exit:  # the preview of a dry run
                continue
            except JiffyException as error:
                self._failures[number] = error
                if isinstance(error, _CONCERNS_ALL):
                    rest = [other for other in self.records if other not in {*results, *self._failures}]
                    self._failures |= dict.fromkeys(
                        rest, JiffyException("nothing was sent, as the others would fail, too")
                    )
                    break
        return results

    def wait_for(self, records: "Mapping[int, sdk.Box]", status: str) -> "dict[int, sdk.Box]":
        """Wait until boxes have a status. Return those that have."""
        client = self._session.client
        if status in {*sdk.BoxStatus}:
            return self._wait(records, partial(client.wait_for_all, status=sdk.BoxStatus(status)))
        return self._wait(records, partial(client.wait_until_all, predicate=lambda box: box.status == status))

    def wait_until_gone(self, numbers: Iterable[int]) -> None:
        """Wait until boxes are gone, and say so."""
        records = {number: box for number in numbers if (box := self.records[number])}
        for number in self._wait(records, self._session.client.wait_until_all_deleted):
            self._session.tell(f"{self.title(number)} is gone.")

    def _wait(
        self, records: "Mapping[int, sdk.Box]", wait: "Callable[..., WaitResult[sdk.Box]]"
    ) -> "dict[int, sdk.Box]":
        if not records:
            return {}
        left, interval = self._session.time_left(), poll_interval(self._session)
        with statuses_shown(self._session, records.values()) as update:
            result = wait(records.values(), max_wait=left, poll_interval=interval, concurrency=1, progress=update)
        self._failures |= result.missing
        return {box.id: box for box in result.boxes}

    def show(self, records: "Mapping[int, sdk.Box]", status: str, *, wait: bool = False, backup: bool = False) -> None:
        """Show boxes, after waiting for a status and the end of a backup if requested, and report failures."""
        if wait and status != sdk.BoxStatus.DELETING:
            records = self.each(lambda number: reject_deleted(self._session, records[number]), [*records])
        if wait or self._session.waits:
            records = self.wait_for(records, status)
            records = self.until_free(records, backup=True) if backup else records
        elif pending := {number: box for number, box in records.items() if box.status != status}:
            states = ", ".join(f"{box.name} ({number}) is {box.status}" for number, box in pending.items())
            words = " ".join(["box wait", *map(str, pending), *([] if status == "READY" else ["--for", status])])
            them = "it" if len(pending) == 1 else "them"
            self._session.tell(f"{states}; to wait for {them}: {self._session.options.command_line(words)}")
        if records:
            self._session.show(records.values(), one=len(self.records) == 1)
        self.end()

    def end(self) -> None:
        """Report which boxes have failed, if any has."""
        if len(self.records) == 1:
            for failure in self._failures.values():
                raise failure
        if self._failures:
            failures = {self.title(number): failure for number, failure in self._failures.items()}
            raise SomeFailedError(failures, all_failed=len(failures) == len(self.records))

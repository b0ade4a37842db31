"""The state of an emulator as the control panel shows it, and its changes. Only reads."""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from pydantic import JsonValue

from jiffybox_sdk._records.cost import Cost, cost_of
from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.emulator._faults import Fault
from jiffybox_sdk.emulator._handlers import backups, boxes, checks
from jiffybox_sdk.emulator._journal import JournalEntry
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._service import Service
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.lookup import check_idle
from jiffybox_sdk.emulator._state.objects import BoxState, CheckState, GroupState, IpState
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.responses.box_status import BoxStatus

T = TypeVar("T")
Section = dict[str, dict[str, JsonValue]]

_MOST_REQUESTS = 100
_LONGEST_TEXT = 2000  # characters of a request body or a result

_COMMANDS: Mapping[str, Callable[[BoxState], None]] = {
    **{str(kind): partial(boxes.check_accepts, kind=kind) for kind in (*Command, "duplicate", "delete")},
    "backup": backups.check_accepts,
    "metadata": check_idle,
}


class View:
    """An account as a page has last received it."""

    def __init__(self, service: Service, *, control: bool) -> None:
        """Start with nothing. With `control`, show what belongs to the control interface: faults and requests."""
        self._service = service
        self._control = control
        self._sent: dict[str, Mapping[str, object]] = {}
        self._objects: list[object] = []

    def changes(self) -> dict[str, JsonValue]:
        """Return the changes since the last call, by section and key: everything at first, `None` for what is gone."""
        result: dict[str, JsonValue] = {} if self._sent else {"fresh": True, "control": self._control}
        with self._service.watching():
            result |= {**self._account(self._service.account), **self._clock()}
            if self._control:
                faults = {str(key): fault for key, fault in enumerate(self._service.faults.pending())}
                requests = {str(entry.number): entry for entry in [*self._service.journal][-_MOST_REQUESTS:]}
                result |= {**self._section("faults", faults, _fault), **self._section("requests", requests, _request)}
        return result

    def _section(self, name: str, sources: Mapping[str, T], build: Callable[[T], JsonValue]) -> Section:
        """Return the part of a section whose sources have changed, and remember them."""
        sent = self._sent.get(name, {})
        self._sent[name] = sources
        changed = {key: build(source) for key, source in sources.items() if [sent.get(key)] != [source]}
        changed |= dict.fromkeys(sent.keys() - sources.keys())
        return {name: changed} if changed else {}

    def _account(self, account: Account) -> Section:
        now = self._service.clock.now()
        tables = account.boxes, account.ips, account.groups, account.checks
        # The objects are immutable: unless some were replaced, this compares hardly more than their addresses. Periodic
        # backups are an exception, since they appear at full hours.
        objects: list[object] = [now // 3600, account.catalogue, *(list(table.values()) for table in tables)]
        if objects == self._objects:
            return {}
        self._objects = objects
        hours = {box.id: None if box.backups.day is None else now // 3600 for box in account.boxes.values()}
        with_ips = {str(box.id): (box, account.ips_of(box.id), hours[box.id]) for box in account.boxes.values()}
        plans = {str(number): Plan(dict(plan)) for number, plan in account.plans.items()}
        counts = Counter((str(box.plan), box.status == BoxStatus.FROZEN) for box in account.boxes.values())
        return {
            **self._section("plans", plans, _plan),
            **self._section("distributions", account.distributions, lambda distribution: distribution["name"]),
            **self._section("boxes", with_ips, lambda item: _box(account, item[0], item[1], now)),
            **self._section("groups", {str(group.id): group for group in account.groups.values()}, GroupState.payload),
            **self._section(
                "checks", {str(key): _check(account, check) for key, check in account.checks.items()}, dict
            ),
            **self._section("cost", {"total": counts}, partial(_cost, plans)),
        }

    def _clock(self) -> Section:
        clock = self._service.clock
        now = clock.now()
        start = round(now - time.monotonic() * clock.speed) if clock.policy == "real" else now  # stays while it runs
        shown: JsonValue = {"policy": clock.policy, "speed": clock.speed, "now": now}
        return self._section("clock", {"clock": (clock.policy, clock.speed, start)}, lambda _: shown)


def _box(account: Account, box: BoxState, ips: list[IpState], now: float) -> JsonValue:
    return {
        "name": box.name,
        "status": box.status,
        "plan": box.plan,
        "distribution": box.distribution,
        "created": box.created,
        "since": box.running_since,
        "due": box.work.due if box.work else None,
        "ips": {str(ip.id): ip.ip for ip in ips},
        "floating": [ip.id for ip in ips if ip.floating],
        "metadata": box.metadata,
        "backups": backups.payload(account, box, now),
        "note": "copying" if box.being_copied else "backing up" if box.backup_running else "",
        "commands": [name for name, check in _COMMANDS.items() if _passes(partial(check, box))],
    }


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except ServiceError:
        return False
    return True


def _check(account: Account, check: CheckState) -> dict[str, JsonValue]:
    return {"name": check.settings["name"], "status": check.status, "result": checks.result(account, check)}


def _fault(fault: Fault) -> JsonValue:
    return {"text": str(fault), "fault": fault.model_dump(exclude_unset=True)}


def _plan(plan: Plan) -> JsonValue:
    return {"name": plan.name, "month": str(cost_of(plan, frozen=False).per_month)}


def _cost(plans: Mapping[str, Plan], counts: Counter[tuple[str, bool]]) -> JsonValue:
    total = sum((cost_of(plans[plan], frozen=frozen) for plan, frozen in counts.elements()), Cost())
    return {"hour": str(total.per_hour), "month": str(total.per_month)}


def _request(entry: JournalEntry) -> JsonValue:
    shown = {name: getattr(entry, name) for name in ("time", "verb", "path", "status", "messages")}
    texts = {"body": _text(entry.body), "result": _text(entry.result), "fault": entry.fault and str(entry.fault)}
    return {**shown, **texts}


def _text(value: JsonValue) -> str:
    text = "" if value is None else json.dumps(value, indent=1)
    return f"{text[:_LONGEST_TEXT]}…" if len(text) > _LONGEST_TEXT else text

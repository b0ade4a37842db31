"""Variations of the emulator: what is inferred or invented differs, within what clients must accept.

All choices are drawn from the number of the variation and from what they are about, without memory. So the same calls
get the same answers, also after a fork or a restart. The table in `docs/pages/evidence.md` describes what varies.
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, replace
from typing import TypeVar

from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import CREATE_BOX
from jiffybox_sdk._common.arguments import integer
from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._messages import MessageTemplate
from jiffybox_sdk.emulator._service import Exchange
from jiffybox_sdk.emulator._state.account import USED_NETWORKS, VARIED_NETWORKS, Account
from jiffybox_sdk.emulator._state.objects import BoxState, Counters, GroupState, IpState, Work, WorkKind
from jiffybox_sdk.models._fields import Shape
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.models.responses.check_status import CheckStatus
from jiffybox_sdk.models.responses.result_code import ResultCode
from jiffybox_sdk.validation._kinds import KINDS
from jiffybox_sdk.validation._shapes import Array, Map, Object, TextOr, shape_of

T = TypeVar("T")

_FACTORS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_MOST_SECONDS = 55.0  # for a box: clients on record waited for 60 seconds
_CONTENT_TYPES = ("application/json", "application/json; charset=utf-8", "text/html; charset=UTF-8", "text/plain")
_BLOCK = 2**18  # addresses; half of them are for second ones
_UNKNOWN: tuple[JsonValue, ...] = (7, "7", None, {"id": 7})
_INACTIVE = CheckStatus.STATUS_DEACTIVATED, CheckStatus.STATUS_OFFLINE
_FAILED = ResultCode.WARNING, ResultCode.CRITICAL, ResultCode.UNKNOWN
_RESTORING = BoxStatus.UPDATING, BoxStatus.CREATING, BoxStatus.CHANGING_PLAN
_NAME_SERVERS = ((), ("ns.example.net",), ("ns1.example.net", "ns2.example.net", "ns3.example.net"))


class Variation:
    """The choices of one variation."""

    def __init__(self, number: int) -> None:
        """Start a variation. Raises `JiffyArgumentException` if the number is invalid."""
        self.number: int = integer(number, "vary", 0, 999_999_999)

    def draw(self, below: int, *subject: object) -> int:
        """Return a number from 0, always the same for the same subject."""
        key = f"{self.number:x} {subject}".encode(errors="surrogatepass")
        return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest()) % below

    def choose(self, choices: tuple[T, ...], *subject: object) -> T:
        """Return one of some choices, always the same for the same subject."""
        return choices[self.draw(len(choices), *subject)]

    def account(self, clock: EmulatorClock) -> "VariedAccount":
        """Return an empty account."""
        return VariedAccount(self, clock)

    def skip_ids(self, account: Account) -> None:
        """Let an account continue with higher ids. Called after a seed, which may contain ids."""
        account.counters = Counters(*(number + self.draw(1000, "id", number) for number in astuple(account.counters)))

    def vary(self, answer: Exchange) -> None:
        """Change an answer."""
        answer.content_type = self.choose(_CONTENT_TYPES, "content type")
        answer.encoded = None
        if answer.refusal:
            self._vary_refusal(answer, answer.refusal)
        elif answer.call:
            answer.result = self._value(shape_of(KINDS[answer.call.returns]), answer.result)

    def _vary_refusal(self, answer: Exchange, refusal: MessageTemplate) -> None:
        is_recorded = refusal.standing == Standing.RECORDED
        if not is_recorded:
            number, loud = 1000 + self.draw(9000, refusal.text), answer.messages[0][1].upper()
            texts = (f"Fehler {number}.", loud, f"[{number}] {loud}", f"{loud} (Fehler {number})")
            answer.messages = [("error", self.choose(texts, "wording", refusal.text))]
        if not is_recorded or (refusal.result is None and answer.call is not CREATE_BOX):
            answer.result = self.choose((False, None), "result", refusal.text)

    def _value(self, shape: Shape, value: JsonValue) -> JsonValue:
        match shape, value:
            case Map(), dict():
                items = {key: self._value(shape.item, value[key]) for key in self._shuffled(value, shape.name)}
                return items if items or self.draw(2, "empty map", shape.name) else []
            case Object(), dict():
                return self._object(shape, value)
            case Array(), list():
                return [self._value(shape.item, item) for item in value]
            case TextOr(), dict():
                return self._value(shape.item, value)
            case _:
                return value

    def _object(self, shape: Object, given: Mapping[str, JsonValue]) -> JsonValue:
        fields = dict(given)
        for name, field in shape.fields.items():
            if name in fields and field.standing == Standing.INFERRED and not field.required:
                fields |= self.choose(({}, {name: None}), shape.name, name, "null")
                if self.draw(3, shape.name, name) == 0:
                    del fields[name]
        if shape.others is None and self.draw(2, "unknown field", shape.name):
            fields[f"vary{self.draw(2**16, shape.name):04x}"] = self.choose(_UNKNOWN, "value", shape.name)
        return {name: self._field(shape, name, fields[name]) for name in self._shuffled(fields, shape.name)}

    def _field(self, shape: Object, name: str, value: JsonValue) -> JsonValue:
        if edit := _EDITS.get((shape.name, name)):
            value = edit(self, value)
        field = shape.fields.get(name)
        inner = field.shape if field else shape.others
        is_recorded = value == {} and shape.name == "CallParameters object"  # an empty map, which is not sent as a list
        return value if inner is None or is_recorded else self._value(inner, value)

    def _shuffled(self, names: Iterable[str], about: str) -> list[str]:
        return sorted(names, key=lambda name: self.draw(2**32, "order", about, name))


def _name(vary: Variation, name: JsonValue) -> JsonValue:
    usual = re.fullmatch(r"box(\d+)\.example\.org", name) if isinstance(name, str) else None
    return f"{vary.choose(('host', 'ip', 'server'), 'name')}{usual[1]}.example.net" if usual else name


def _text(vary: Variation, text: JsonValue) -> JsonValue:
    return f"{vary.choose(('Text', 'Angabe', 'system'), 'word', text)} {vary.draw(1000, text)}"


_EDITS: Mapping[tuple[str, str], Callable[[Variation, JsonValue], JsonValue]] = {
    ("Box object", "host"): lambda vary, host: f"{vary.choose(('node', 'xen', 'host'), host)}-{vary.draw(1000, host)}",
    ("Ip object", "reverseLookup"): _name,
    ("Profile object", "name"): _text,
    ("Disk object", "name"): _text,
    ("Disk object", "sizeInMB"): lambda vary, size: size - 64 * vary.draw(5) if isinstance(size, int) else size,
    ("Check object", "status"): lambda vary, status: vary.choose(_INACTIVE, status) if status in _INACTIVE else status,
    ("CheckResult object", "code"): lambda vary, code: vary.choose(_FAILED, code) if code in _FAILED else code,
    ("CheckResult object", "response"): _text,
    ("CallDoc object", "description"): _text,
    ("ParameterDoc object", "description"): _text,
}
"""How the values of fields change."""


class VariedAccount(Account):
    """An account whose ids, addresses and durations vary.

    Addresses that a variation assigns keep the distances of the usual ones, and no other emulator assigns them.
    """

    def __init__(self, vary: Variation, clock: EmulatorClock) -> None:
        """Create an empty account. The clock is that of the service."""
        self._vary = vary
        self._clock = clock
        self._block = vary.draw(16, "block of addresses")
        super().__init__()
        changed = {slot: self.slot_hours[slot] - vary.draw(3, "slot", slot) for slot in (3, 4, 5)}
        self.slot_hours: Mapping[int, int] = {**self.slot_hours, **changed}

    def add_box(
        self, name: str, plan: int, distribution: str, metadata: dict[str, JsonValue] | None, now: float
    ) -> BoxState:
        """Add a box, possibly with a second public address, or without a subnet."""
        box = super().add_box(name, plan, distribution, metadata, now)
        number = self._vary.draw(4, "addresses")
        if number == 0:
            self.add_ip(box.id, str(VARIED_NETWORKS[0][self._block * _BLOCK + _BLOCK // 2 + box.id]))
        elif number == 1:
            self.ips.remove(next(ip.id for ip in self.ips_of(box.id) if ip.subnet))
        return box

    def assigned(self, ip: IpState) -> IpState:
        """Return the address to add in place of a usual one. Those of seeds remain."""
        if ip.subnet:
            subnet = ipaddress.IPv6Network(ip.ip)
            text = f"{subnet.network_address + (self._block + 1 << 81)}/{subnet.prefixlen}"
            return replace(ip, ip=text, delegated_to=self._vary.choose(_NAME_SERVERS, "name servers"))
        address = ipaddress.ip_address(ip.ip)
        for usual, varied in zip(USED_NETWORKS, VARIED_NETWORKS, strict=True):
            if address in usual:
                return replace(ip, ip=str(varied[self._block * _BLOCK + int(address) - int(usual[0])]))
        return ip

    def move_ip(self, ip: IpState, box: int) -> None:
        """Move an address to a box, which takes a while."""
        self.schedule(self._clock.due_in(5), "ip", ip.id, str(box))

    def add_group(self, name: str, contacts: Iterable[str]) -> GroupState:
        """Add a contact group. A copy without a name of its own may get another name."""
        if (others := self.group_names.ids(name)) and self._vary.draw(2, "copy"):
            name = f"{name} ({len(others) + 1})"
        return super().add_group(name, contacts)

    def start_work(self, box: BoxState, status: BoxStatus, work: Work) -> BoxState:
        """Start work on a box. While it is restored, it may be in another status, and stop."""
        if status == BoxStatus.UPDATING and work.running is None:
            status = self._vary.choose(_RESTORING, "restore")
            work = replace(work, running=self._vary.choose((None, False), "restored"))
        return super().start_work(box, status, work)

    def schedule(self, when: float, kind: WorkKind, number: int, detail: str = "") -> float:
        """Schedule the completion of work, which takes more or less time."""
        now = self._clock.now()
        seconds = (when - now) * self._vary.choose(_FACTORS, "duration", kind, self.counters.next_due)
        if kind == "box":
            seconds = min(seconds, _MOST_SECONDS)
        return super().schedule(now + seconds, kind, number, detail)

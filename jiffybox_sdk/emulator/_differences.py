"""The comparison of accounts by sweeps: of all but ids, times, and the addresses that the emulator assigns."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from jiffybox_sdk.emulator._handlers.backups import available
from jiffybox_sdk.emulator._state.account import Account, is_assigned
from jiffybox_sdk.emulator._state.objects import IpState

Properties = Mapping[str, str]  # as JSON text: `true` and 1 differ, but they are equal in Python


def differences(there: Mapping[str, Properties], wanted: Mapping[str, Properties]) -> Iterator[str]:
    """Yield how the objects of an account differ from the expected ones, in words."""
    for label in {**wanted, **there}:
        if label not in there:
            yield f"{label} does not exist"
        elif label not in wanted:
            yield f"{label} exists, although no {label.split()[0]} of that name should"
        else:
            for name in {**wanted[label], **there[label]}:
                value, other = there[label].get(name, "not set"), wanted[label].get(name, "not set")
                if value != other:
                    yield f"{label}: {name} is {'different' if name == 'password' else f'{value}, not {other}'}"


def objects(account: Account, now: float) -> Mapping[str, Properties]:
    """Return the objects of an account by kind and name, numbered if several have the same name."""
    found: defaultdict[str, list[Properties]] = defaultdict(list)

    def add(kind: str, name: JsonValue, /, **properties: JsonValue) -> None:
        texts = {name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in properties.items()}
        found[f"{kind} {name!r}"].append(texts)

    floating = sorted(ip.id for ip in account.ips.values() if ip.floating)
    addresses = {ip.id: _address(ip, floating) for ip in account.ips.values()}
    for box in account.boxes.values():
        add(
            "box",
            box.name,
            status=box.status,
            running=box.running,
            plan=account.plans[box.plan]["name"],
            distribution=box.distribution,
            metadata=box.metadata,
            backups=[kind for kind, _ in available(account, box, now)],
            schedule=None if box.backups.day is None else [box.backups.day, box.backups.slot],
            addresses=list[JsonValue](sorted(addresses[ip.id] for ip in account.ips_of(box.id))),
        )
    for group in account.groups.values():
        add("group", group.name, contacts=list(group.contacts), status=group.status)
    for check in account.checks.values():
        ip = f"{addresses[check.ip]} of box {account.boxes[account.ips[check.ip].box].name!r}"
        groups = list[JsonValue](sorted(account.groups[number].name for number in check.groups))
        settings = {**check.settings, "ip": ip, "contact groups": groups, "status": check.status}
        add("check", check.settings["name"], **settings)
    return {
        label if number == 1 else f"{label} (number {number})": properties
        for label, same in found.items()
        for number, properties in enumerate(sorted(same, key=str), 1)
    }


def _address(ip: IpState, floating: list[int]) -> str:
    """Return an address in words: its kind, unless a seed has chosen it. Floating ones are numbered."""
    kind = f"floating ({floating.index(ip.id) + 1})" if ip.floating else "public" if ip.public else "private"
    return " ".join(filter(None, [f"{kind} IPv{ip.version}" if is_assigned(ip.ip) else ip.ip, ip.reverse]))

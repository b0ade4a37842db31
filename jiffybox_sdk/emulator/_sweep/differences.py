"""What sweeps compare of two accounts: all but ids, times, and the addresses that the emulator assigns."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from jiffybox_sdk.emulator._state.account import Account, is_assigned
from jiffybox_sdk.emulator._state.objects import BoxState, CheckState, IpState

Properties = Mapping[str, JsonValue]


def differences(there: Mapping[str, Properties], wanted: Mapping[str, Properties]) -> Iterator[str]:
    """Yield how the objects of an account differ from the expected ones, in words."""
    for label, properties in wanted.items():
        if label not in there:
            yield f"{label} does not exist"
            continue
        for name, value in properties.items():
            if there[label].get(name) != value:
                shown = "different" if name == "password" else f"{_text(there[label].get(name))}, not {_text(value)}"
                yield f"{label}: {name} is {shown}"
        for name in there[label].keys() - properties.keys():
            yield f"{label}: {name} is set"
    for label in there.keys() - wanted.keys():
        yield f"{label} exists, although no {label.split()[0]} of that name should"


def objects(account: Account) -> dict[str, Properties]:
    """Return the objects of an account by kind and name, numbered if several have the same name."""
    result: dict[str, Properties] = {}
    seen: dict[str, int] = {}
    for label, properties in _all(account):
        seen[label] = seen.get(label, 0) + 1
        result[label if seen[label] == 1 else f"{label} (number {seen[label]})"] = properties
    return result


def _all(account: Account) -> Iterator[tuple[str, Properties]]:
    for box in account.boxes.values():
        yield f"box {box.name!r}", _box(account, box)
    for group in account.groups.values():
        yield f"group {group.name!r}", {"contacts": list(group.contacts), "status": group.status}
    for check in account.checks.values():
        yield f"check {check.settings['name']!r}", _check(account, check)


def _box(account: Account, box: BoxState) -> Properties:
    backups = box.backups
    made = sorted(kind for kind, backup in backups.made.items() if backup.id not in backups.forgotten)
    return {
        "status": box.status,
        "running": box.running,
        "plan": account.plans[box.plan]["name"],
        "distribution": box.distribution,
        "metadata": box.metadata,
        "backups": list[JsonValue](made),
        "schedule": None if backups.day is None else [backups.day, backups.slot],
        "addresses": list[JsonValue](sorted(_address(ip) for ip in account.ips_of(box.id))),
    }


def _check(account: Account, check: CheckState) -> Properties:
    ip = account.ips[check.ip]
    return {
        **check.settings,
        "ip": f"{_address(ip)} of box {account.boxes[ip.box].name!r}",
        "contact groups": list[JsonValue](sorted(account.groups[number].name for number in check.groups)),
        "status": check.status,
    }


def _address(ip: IpState) -> str:
    kind = "floating" if ip.floating else "public" if ip.public else "private"
    name = f" {ip.reverse}" if ip.reverse else ""
    return f"{kind} IPv{ip.version}{name}" if is_assigned(ip.ip) else f"{ip.ip}{name}"


def _text(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)

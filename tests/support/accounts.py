"""An account with objects of each kind, most of them with work in progress."""

import json
from pathlib import Path

from jiffybox_sdk import ChangeCheck, Emulator
from jiffybox_sdk.emulator import ServiceRequest
from tests.support.scripted import PASSWORD, TOKEN

GROUP, CHECK = 2, 1001
RUNNING, STOPPED, COPIED, FROZEN = 10001, 10002, 10003, 10004

VERSION_1 = Path(__file__).with_name("data") / "state-1.json"
"""A state file of the first version of the format."""

SEED: dict[str, object] = {
    "boxes": [
        {
            "name": "running",
            "planid": 44,
            "distribution": "debian_stretch_64bit",
            "metadata": {"text": "ä/\u0000€😀", "big": 10**30, "small": -1.5e-9, "list": [None, True, {}]},
            "floatingIps": 1,
            "backups": {"manual": 1_690_000_000, "daily": 1_690_000_001},
            "schedule": {"dayid": 1, "timeid": 3},
        },
        {"name": "stopped", "planid": 45, "distribution": "centos_7_64bit", "running": False},
        {"name": "copied", "planid": 46, "distribution": "centos_7_64bit", "backups": {"manual": 1_690_000_002}},
        *(
            {"name": status.lower(), "planid": 44, "distribution": "centos_7_64bit", "status": status}
            for status in ("FROZEN", "CREATING", "UPDATING", "FREEZING", "THAWING", "CHANGING PLAN", "DELETING")
        ),
    ],
    "contactGroups": [{"name": "admins", "contacts": ["a@example.org"]}, {"name": "b", "contacts": ["b@example.org"]}],
    "checks": [
        {
            "name": "page",
            "box": "running",
            "checkType": "http",
            "port": 80,
            "domainname": "example.org",
            "path": "/",
            "username": "me",
            "password": PASSWORD,
            "contactGroups": [1, GROUP],
        },
        {"name": "off", "box": "stopped", "checkType": "ping", "port": 1, "active": False},
    ],
}


def fill(emulator: Emulator) -> None:
    """Start work of each kind."""
    client = emulator.client()
    emulator.advance(2.25)
    client.box(RUNNING).backups().create_manual()
    client.box(RUNNING).backups().delete("daily")
    client.box(COPIED).backups().delete("manual")
    client.box(STOPPED).start(47)
    client.box(COPIED).duplicate("copy", 44)
    client.contact_group(GROUP + 1).delete()
    client.contact_group(GROUP).duplicate("copy")
    client.check(CHECK).duplicate(ChangeCheck(name="copy"))
    client.check(CHECK + 1).delete()


def view(emulator: Emulator) -> dict[str, object]:
    """Return everything that is visible of an account."""
    seen: dict[str, object] = {"now": emulator.clock.now()}
    for path in ("jiffyBoxes", "backups", "ips", "contactGroups", "monitoring", f"monitoring/{CHECK}/status"):
        seen[path] = json.loads(emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/{path}")).body)
    return seen

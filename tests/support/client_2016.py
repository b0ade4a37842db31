"""A program for the `jiffybox` 0.11 client that prints its results as JSON. Run by `test_client_2016.py`."""

import json
import sys

from jiffybox.api import Box, JiffyBox
from jiffybox.exceptions import JiffyMessageException

FAST = {"max_wait": 20, "poll_interval": 0.02}

token = "EmulatedTokenEmulatedTokenEmulat"
client = JiffyBox(token, api_url=sys.argv[1]) if sys.argv[1:] else JiffyBox(token)
seen = {
    "plans": [plan.name for plan in client.plans()],
    "plan": client.plan(44).ramInMB,
    "named plan": client.plan("CloudLevel 2").id,
    "distributions": len(client.distributions()),
    "distribution": client.distribution("centos_7_64bit").name,
    "boxes before": client.boxes(),
}
box = client.create_box("web", 44, distribution="centos_7_64bit", use_sshkey=True, password="swordfish")
other = Box.create(client, "db", client.plan("CloudLevel 2"), distribution="debian_stretch_64bit")
seen["created"] = [box.status, other.status, box.id < other.id]
seen["waited"] = bool(box.wait_for_status("READY", **FAST))
other.wait_for_status("READY", **FAST)
shown = client.box(box.id)
seen["shown"] = [shown.name, shown.running, shown.public_ips, shown.activeProfile.disks["xvda"].filesystem, shown.ready]
seen["listed"] = sorted(each.name for each in client.boxes())
box.stop()
box.wait_for_status("READY", **FAST)
seen["stopped"] = client.box(box.id).running
box.start()
box.wait_for_status("READY", **FAST)
seen["started"] = client.box(box.id).running
try:
    client.delete_box(box.id)
except JiffyMessageException as refused:
    seen["refused"] = str(refused)
box.stop()
box.wait_for_status("READY", **FAST)
seen["deleted"] = client.delete_box(box.id)
while box.id in [each.id for each in client.boxes()]:
    pass
seen["left"] = [each.name for each in client.boxes()]
json.dump(seen, sys.stdout)

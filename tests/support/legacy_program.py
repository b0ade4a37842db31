"""A program in the style of 2016, written for `jiffybox` 0.11, with only its imports changed."""

from datetime import datetime

from jiffybox_sdk.api import Box, Distribution, JiffyBox, Plan
from jiffybox_sdk.exceptions import JiffyAttributeException, JiffyException, JiffyMessageException


def main(api_key: str, api_url: str) -> list[str]:
    """Use everything in the documentation of 0.11, and return what to print."""
    output: list[str] = []
    jiffybox = JiffyBox(api_key, api_url=api_url, api_version="v1.0")

    plans = jiffybox.plans()
    plan = [plan for plan in plans if plan.name == "CloudLevel 1"][0]
    assert plan.id == jiffybox.plan(str(plan.id)).id == jiffybox.plan("CloudLevel 1").id
    output.append(
        "%s: %s cpus, %s MB, %s MB disk, %s / %s / %s EUR"
        % (
            plan.name,
            plan.cpus,
            plan.ramInMB,
            plan.diskSizeInMB,
            plan.pricePerHour,
            plan.pricePerHourFrozen,
            plan.priceCap,
        )
    )
    distributions = jiffybox.distributions()
    distribution = jiffybox.distribution(distributions[0].id)
    output.append(
        "%s %s %s %s %s"
        % (
            distribution.id,
            distribution.name,
            distribution.minDiskSizeMB,
            distribution.rootdiskMode,
            distribution.defaultKernel,
        )
    )

    first = jiffybox.create_box(
        "first", plan, distribution=distribution, password="swordfish", use_sshkey=True, metadata={"a": {"b": [1]}}
    )
    second = Box.create(jiffybox, "second", "CloudLevel 2", None, "debian_stretch_64bit", metadata={})
    for box in (first, second):
        box.wait_for_status("READY", max_wait=60, poll_interval=7)
    first.wait_for_status()
    for box in sorted(jiffybox.boxes(), key=lambda box: box.id):
        output.append("%s %s running=%s ready=%s" % (box.name, box.status, box.running, box.ready))

    box = jiffybox.box(str(first.id))
    assert isinstance(box.runningSince, datetime)
    output.append(box.created.strftime("created in %Y"))
    assert box.activeProfile is not None and box.host
    output.append("%s on %s, %s" % (box.metadata, box.plan.name, sorted(box.activeProfile.disks)))
    output.append("%s %s %s" % (box.ips.public, box.public_ips, box.private_ips))
    assert not (box.isBeingCopied or box.manualBackupRunning or box.recoverymodeActive)

    try:
        box.start()
    except JiffyMessageException as error:
        output.append("refused: %s" % error)
    for box in jiffybox.boxes():
        box.stop()
    first.wait_for_status("READY")
    first.start()
    first.wait_for_status("READY")
    first.stop()
    first.wait_for_status("READY")
    output.append("deleted: %s %s" % (first.delete(), jiffybox.delete_box(second.id)))

    try:
        Plan({"id": 1, "name": "half a plan"})
    except JiffyAttributeException:
        output.append("an attribute is missing")
    by_hand = Distribution(
        {"minDiskSizeMB": 1, "name": "by hand", "rootdiskMode": "ro", "defaultKernel": "xen"}, jiffybox, "by_hand"
    )
    output.append("%s %s" % (by_hand.id, by_hand.name))
    try:
        jiffybox.box(first.id)
    except JiffyException as error:
        output.append("%s" % error)
    return output

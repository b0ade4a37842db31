"""Typical mistakes that type checkers must find, one on each marked line. It is never run."""

from datetime import timedelta

from jiffybox_sdk import (
    AsyncBox,
    AsyncJiffyBox,
    Backoff,
    Backups,
    Box,
    ContactGroup,
    DnsCheck,
    Emulator,
    HttpCheck,
    Ip,
    JiffyBox,
    Operation,
    PingCheck,
    Plan,
    operations,
    validate,
)
from jiffybox_sdk.exceptions import JiffyException, JiffyMessageException
from jiffybox_sdk.validation import check, check_path


def mistakes(client: JiffyBox, box: Box, plan: Plan, payload: bytes) -> None:
    client.cost([1])  # error: boxes are records
    repr(box.cost() + 1)  # error: a cost is added to a cost
    price: float = box.cost().per_month  # error: it is a Decimal
    client.ips_of(box)  # error: a box lists its own
    client.create_box("web")  # error: a plan is missing
    client.create_box("web", 44.0, distribution="centos_7_64bit")  # error: a plan is not a float
    client.create_box("web", plan, distribution=7)  # error: the id of a distribution is text
    box.update_metadata(["role", "web"])  # error: metadata is a mapping
    box.name = "db"  # error: a record does not change
    repr(box.active_profile)  # error: a field misspelt
    box.restart()  # error: a verb that does not exist
    repr(box.activeProfile.kernel)  # error: the profile may be absent
    repr(box.created + 60)  # error: a datetime is not a number
    box.wait_for_status("READY", poll_interval=lambda: 7)  # error: it is given the number of polls
    box.wait_for_status("READY", poll_interval=str)  # error: a duration is not text
    Backoff(first="1")  # error: a duration is not text
    Backoff(1, 2, None)  # error: there is a longest interval
    box.wait_for_status("READY", 60, 7, 10)  # error: the grace is a keyword
    client.wait_for_status(1, grace="10")  # error: a duration is not text
    client.wait_for_status(box, "READY")  # error: an id is wanted, a box has a method
    client.wait_for_status(1, "REDY")  # error: a status misspelt
    box.wait_for_status("REDY")  # error: a status misspelt
    box.wait_for_status(box.status)  # error: it may be one that is not known
    client.wait_for_all([box], "FREEZED")  # error: a status misspelt
    repr(client.wait_for_all([box]).arrived)  # error: there are boxes, in the order given
    repr(client.wait_for_all([box]).raise_for_missing()[0])  # error: it returns the result
    box.wait_for_status("READY", max_wait="60")  # error: a duration is not text
    box.wait_for_status("READY", progress=lambda: None)  # error: progress is given the box
    box.wait_until(max_wait=timedelta(seconds=5))  # error: what to wait for is missing
    validate(payload, 7)  # error: a kind is text, or a type
    repr(check(payload, "box").value.plan)  # error: where there are errors, there is no value
    check_path("boxes.txt", "box", "yaml")  # error: there is no such form
    JiffyBox(12345)  # error: a token is text
    JiffyBox("token", timeouts=5)  # error: a keyword misspelt
    JiffyBox.from_env(retry=3)  # error: a number is not a Retry
    JiffyBox("token", on_attempt=len)  # error: an attempt has no length
    JiffyBox.from_env(drift="warn")  # error: no such mode
    Emulator("fast")  # error: there is no clock of that name
    Box(name="web", plan=plan)  # error: a box is made from what the service sent
    repr(JiffyMessageException("no").messages)  # error: messages are not text
    repr(JiffyException().hint)  # error: only a rejection has one
    repr(box.noun)  # error: it is private
    wrong: str = client.plan(44)  # error: a plan is not text
    repr((wrong, price))


def more_mistakes(client: JiffyBox, backups: Backups, ip: Ip, group: ContactGroup) -> None:
    HttpCheck("web", "198.51.100.7", 80, "example.org", "/")  # error: its fields are keywords
    HttpCheck(name="web", ip="198.51.100.7", port=80, path="/")  # error: the domain is missing
    DnsCheck(name="dns", ip="198.51.100.7", port=53, zone="example.org", dnsType="A")  # error: the response is missing
    PingCheck(name="ping", ip="198.51.100.7", port=1, domainname="x")  # error: a ping has no domain
    client.create_check({"name": "web"})  # error: a check is a value of its type
    repr(client.check("1").result().kode)  # error: a field misspelt
    backups.restore("yearly")  # error: there is no such type
    backups.switch_on("Sunday", 1)  # error: a day is not text
    repr(backups.daily.id)  # error: there may be no daily backup
    ip.move(None)  # error: where to is missing
    ip.reverseLookup.upper()  # error: it may be delegated
    group.change(contacts=[1])  # error: an address is text
    client.wait_for_all([1, 2])  # error: boxes are records


def operations_mistaken(client: JiffyBox, operation: Operation[bool]) -> None:
    plan: Plan = client.send(operations.get_box(1))  # error: the operation returns a box
    client.send(operations.get_box(1), Box)  # error: the type follows from the operation
    client.send("jiffyBoxes/1")  # error: a path is not an operation
    client.send(operations.get_box)  # error: the function is not called
    client.send(operations.get_box(1), within="5")  # error: a duration is not text
    operation.as_curl(1)  # error: it takes no arguments
    repr(client.send(operation).name)  # error: whether it was accepted has no name
    operations.delete_box()  # error: the id is missing
    repr(plan)


async def forgotten(client: AsyncJiffyBox, box: AsyncBox) -> None:
    repr(client.box(1).name)  # error: nothing was awaited
    repr((await box.stop()).wait_for_status().name)  # error: nothing was awaited
    also_wrong: Box = await client.send(operations.get_box(1))  # error: an async client returns an AsyncBox
    wrong: Box = await box.refresh()  # error: an async box is not a Box
    repr((wrong, also_wrong))
    Box({}, client)  # error: a Box has a JiffyBox

"""A correct program with the async client. It is never run: type checkers must accept it and infer every type."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Address
from typing import assert_type

import httpx

from jiffybox_sdk import (
    AsyncBackups,
    AsyncBox,
    AsyncCheck,
    AsyncClock,
    AsyncContactGroup,
    AsyncIp,
    AsyncJiffyBox,
    Backoff,
    BoxStatus,
    ChangeCheck,
    CheckResult,
    Cost,
    Distribution,
    Emulator,
    HttpCheck,
    ModuleDoc,
    Plan,
    RateLimit,
    Retry,
    Schedule,
    TimeSlot,
    WaitResult,
    Weekday,
    operations,
)
from jiffybox_sdk.aio import AsyncBox as AioBox
from jiffybox_sdk.clock import AsyncSystemClock
from jiffybox_sdk.models.requests import Command


class MyTransport(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, request=request)


class MyClock:
    def monotonic(self) -> float:
        return 0

    def time(self) -> float:
        return 0

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError(seconds)


async def clients() -> None:
    async with AsyncJiffyBox("token", timeout=2, total_timeout=timedelta(minutes=1), retry=Retry(attempts=2)) as client:
        assert_type(client, AsyncJiffyBox)
        assert_type(client.clock, AsyncClock)
    assert_type(await client.close(), None)
    AsyncJiffyBox("token", transport=MyTransport(), clock=MyClock(), rate_limit=RateLimit(1, 2.5))
    AsyncJiffyBox("token", transport=Emulator().transport(), clock=AsyncSystemClock(), allow_plain_http=True)
    assert_type(AsyncJiffyBox.from_env(timeout=5), AsyncJiffyBox)
    assert_type(Emulator().async_client(timeout=5), AsyncJiffyBox)
    assert_type(await client.send(operations.get_box(1), within=5), AsyncBox)
    assert_type(await client.send(operations.list_boxes()), dict[str, AsyncBox])


async def boxes(client: AsyncJiffyBox, distribution: Distribution) -> None:
    assert_type(await client.boxes(), list[AsyncBox])
    assert_type((await client.cost(), (await client.box(1)).cost()), tuple[Cost, Cost])
    box = await client.create_box("web", 44, distribution=distribution)
    assert_type(box, AsyncBox)
    assert_type(await AsyncBox.create(client, "web", await client.plan(44), distribution="centos_7_64bit"), AsyncBox)
    assert_type(await client.ensure_box("web", 44, distribution=distribution, max_wait=120), AsyncBox)
    assert_type(await client.delete_box(1), bool)
    assert_type(await box.delete(missing_ok=True), bool)
    assert_type(await client.plans(), list[Plan])
    assert_type(await client.distributions(), list[Distribution])
    assert_type(box.plan, Plan)
    assert_type(box.status, BoxStatus | str)
    assert_type(box.public_ips, list[str])
    assert_type(box.ready, bool)
    verbs: list[Callable[[], object]] = [box.start, box.stop, box.pull_plug, box.freeze, box.refresh]
    assert_type(await box.refresh(), AsyncBox)
    assert_type(await box.start("CloudLevel 1"), AsyncBox)
    assert_type(await box.thaw(44), AsyncBox)
    assert_type(await box.change_plan(box.plan), AsyncBox)
    assert_type(await box.duplicate("copy", 44), AsyncBox)
    assert_type(await box.update_metadata({"a": 1}), AsyncBox)
    assert_type(await box.delete(), bool)
    assert_type(await box.wait_for_status("READY", 60, progress=lambda box: box.status), AsyncBox)
    assert_type(await box.wait_until(lambda box: box.running), AsyncBox)
    assert_type(await box.wait_until_deleted(), None)
    assert_type(await client.wait_for_status(1, poll_interval=lambda attempt: 2.0 * attempt), AsyncBox)
    assert_type(await client.wait_for_status(1, "READY", 60, Backoff(first=2), grace=5), AsyncBox)
    result = await client.wait_for_all([box], grace=timedelta(seconds=2))
    assert_type(result.raise_for_missing(), WaitResult[AsyncBox])
    assert_type((await client.wait_until_all([box], lambda box: box.ready)).boxes, list[AsyncBox])
    assert_type(await client.wait_until_all_deleted([box]), WaitResult[AsyncBox])
    assert_type(box.api, AsyncJiffyBox)
    same: type[AsyncBox] = AioBox
    repr((same, verbs))


async def modules(client: AsyncJiffyBox, box: AsyncBox) -> None:
    assert_type(await client.backups(), list[AsyncBackups])
    backups = await box.backups()
    assert_type(backups, AsyncBackups)
    assert_type(await backups.switch_on(Weekday.SUNDAY, TimeSlot.FROM_0_TO_4), Schedule)
    assert_type(await backups.change_schedule(time=2), Schedule)
    assert_type(await backups.create_manual(), bool)
    assert_type(await backups.wait_for_manual(), AsyncBackups)
    assert_type(await backups.restore("daily"), bool)
    assert_type(await client.ips(), list[AsyncIp])
    assert_type(await box.list_ips(), list[AsyncIp])
    assert_type(await (await box.list_ips())[0].move(box), bool)
    assert_type(await client.contact_groups(), list[AsyncContactGroup])
    group = await client.create_contact_group("admins", ["a@example.org"])
    assert_type(group, AsyncContactGroup)
    assert_type(await group.change(name="operators"), AsyncContactGroup)
    assert_type(await group.wait_until_ready(), AsyncContactGroup)
    new = HttpCheck(name="http", ip=IPv4Address("198.51.100.7"), port=80, domainname="example.org", path="/")
    assert_type(await client.create_check(new), AsyncCheck)
    assert_type(await client.checks(), list[AsyncCheck])
    check = await client.check(1)
    assert_type(await check.duplicate(ChangeCheck(port=81)), AsyncCheck)
    assert_type(await check.result(), CheckResult)
    assert_type(await client.check_results("198.51.100.7"), dict[int, CheckResult])
    assert_type(await client.modules(), dict[str, str])
    assert_type(await client.module("Plans"), ModuleDoc)


async def by_id(client: AsyncJiffyBox, check: HttpCheck, changes: ChangeCheck) -> None:
    assert_type(operations.list_boxes().as_curl(), str)
    assert_type(await client.send(operations.list_boxes()), dict[str, AsyncBox])
    assert_type(await client.send(operations.get_box(1)), AsyncBox)
    assert_type(await client.send(operations.set_status(1, Command.START)), AsyncBox)
    assert_type(await client.send(operations.update_metadata("1", {})), AsyncBox)
    assert_type(await client.send(operations.duplicate_box(1, "web", 44)), AsyncBox)
    assert_type(await client.send(operations.delete_box(1)), bool)
    assert_type(await client.send(operations.list_plans()), dict[str, Plan])
    assert_type(await client.send(operations.get_plan(44)), Plan)
    assert_type(await client.send(operations.list_distributions()), dict[str, Distribution])
    assert_type(await client.send(operations.get_distribution("a")), Distribution)
    assert_type(await client.send(operations.list_backups()), dict[str, AsyncBackups])
    assert_type(await client.send(operations.get_backups(1)), AsyncBackups)
    assert_type(await client.send(operations.enable_backups(1, 0, 1)), Schedule)
    assert_type(await client.send(operations.change_backups(1, 0, None)), Schedule)
    assert_type(await client.send(operations.disable_backups(1)), bool)
    assert_type(await client.send(operations.create_backup(1)), bool)
    assert_type(await client.send(operations.restore_backup(1, "daily", "a")), bool)
    assert_type(await client.send(operations.delete_backup(1, "daily", "a")), bool)
    assert_type(await client.send(operations.list_ips()), dict[str, dict[str, AsyncIp]])
    assert_type(await client.send(operations.get_ips(1)), dict[str, AsyncIp])
    assert_type(await client.send(operations.move_ip(1, 2, 3)), bool)
    assert_type(await client.send(operations.list_contact_groups()), dict[str, AsyncContactGroup])
    assert_type(await client.send(operations.get_contact_group(1)), AsyncContactGroup)
    assert_type(await client.send(operations.create_contact_group("a", ["a@example.org"])), AsyncContactGroup)
    assert_type(await client.send(operations.duplicate_contact_group(1, "a", None)), AsyncContactGroup)
    assert_type(await client.send(operations.change_contact_group(1, "a", None)), AsyncContactGroup)
    assert_type(await client.send(operations.delete_contact_group(1)), bool)
    assert_type(await client.send(operations.list_checks()), dict[str, AsyncCheck])
    assert_type(await client.send(operations.get_check(1)), AsyncCheck)
    assert_type(await client.send(operations.create_check(check)), AsyncCheck)
    assert_type(await client.send(operations.duplicate_check(1, changes)), AsyncCheck)
    assert_type(await client.send(operations.delete_check(1)), bool)
    assert_type(await client.send(operations.get_check_results(1)), dict[str, CheckResult])
    assert_type(await client.send(operations.list_modules()), dict[str, str])
    assert_type(await client.send(operations.get_module("Plans")), ModuleDoc)

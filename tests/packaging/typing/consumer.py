"""A correct program with every public name. It is never run: type checkers must accept it and infer every type."""

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal, assert_type

import httpx
from pydantic import BaseModel, JsonValue, SecretStr

import jiffybox_sdk
from jiffybox_sdk import (
    Attempt,
    Box,
    BoxStatus,
    Cost,
    Distribution,
    Drift,
    DriftEntry,
    Emulator,
    Headers,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyDetachedException,
    JiffyDriftException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyMismatchException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
    Message,
    Plan,
    Retry,
    RetryBudget,
    operations,
    response_headers,
    schemas,
    validate,
)
from jiffybox_sdk._common.operation import CallName, Operation
from jiffybox_sdk.api import Box as ApiBox, JiffyBox as ApiJiffyBox
from jiffybox_sdk.clock import Clock, SystemClock
from jiffybox_sdk.emulator import ClockPolicy, EmulatorClock, EmulatorDefect, ServiceRequest, ServiceResponse
from jiffybox_sdk.exceptions import Waited, WaitedBox
from jiffybox_sdk.models.responses.addresses import Addresses
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message_type import MessageType
from jiffybox_sdk.models.responses.profile import Profile


def use(*_: object) -> None:
    """Stands for what a program does with its values."""


class MyTransport(httpx.BaseTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, request=request)


class MyClock:
    def monotonic(self) -> float:
        return 0

    def time(self) -> float:
        return 0

    def sleep(self, seconds: float) -> None:
        use(seconds)


class MyBox(JiffyBox):
    pass


def clients(token: SecretStr) -> None:
    assert_type(JiffyBox("token"), JiffyBox)
    JiffyBox("token", "https://api.jiffybox.de", "v1.0")
    JiffyBox(api_key=token, api_url="https://api.jiffybox.de", api_version="v1.0")
    JiffyBox(token, timeout=None, total_timeout=None, retry=None, transport=None, on_message=None, clock=None)

    def told(message: Message, operation: Operation) -> None:
        assert_type(message.type, MessageType | str)
        assert_type(message.message, str)
        assert_type(str(operation), str)

    def attempted(attempt: Attempt) -> None:
        assert_type((attempt.number, attempt.wait, attempt.seconds), tuple[int, float, float])
        assert_type((attempt.http_status, attempt.retry_in, attempt.error), tuple[int | None, float | None, str | None])
        assert_type((attempt.operation, attempt.headers), tuple[Operation, Headers])
        assert_type((attempt.connection, attempt.request_id), tuple[Literal["new", "reused"] | None, str | None])
        if attempt.outcome == "interrupted":
            assert_type(attempt.outcome, Literal["interrupted"])

    retry = Retry(attempts=2, within=10, first_wait=0.1, longest_wait=2.5, longest_retry_after=0, budget=None)
    assert_type((retry.attempts, retry.within), tuple[int, float])
    assert_type(retry.budget, RetryBudget | None)
    JiffyBox(token, retry=Retry(budget=RetryBudget(100, cost=5)), on_attempt=attempted)
    JiffyBox(
        token,
        timeout=2.5,
        total_timeout=timedelta(minutes=1),
        retry=retry,
        transport=MyTransport(),
        allow_plain_http=True,
        on_message=told,
        clock=MyClock(),
    )
    JiffyBox(
        token, transport=httpx.MockTransport(MyTransport().handle_request), on_message=lambda message, _: message.type
    )
    assert_type(JiffyBox.from_env(), JiffyBox)
    assert_type(MyBox.from_env(timeout=3, allow_plain_http=False, clock=SystemClock()), MyBox)
    with MyBox("token") as client:
        assert_type(client, MyBox)
        assert_type(client.clock, Clock)
    assert_type(response_headers(client.box(1)), Headers)
    assert_type(response_headers(client.boxes()[0]).get("X-Request-Id"), str | None)
    assert_type(client.close(), None)
    assert_type(client.send(operations.get_box("1"), within=None), Box)
    assert_type(client.send(operations.list_plans()), dict[str, Plan])
    same: type[JiffyBox] = ApiJiffyBox
    use(same)


def calls(client: JiffyBox, plan: Plan, distribution: Distribution, metadata: Mapping[str, int]) -> None:
    assert_type(client.boxes(), list[Box])
    assert_type(client.cost() + client.cost([client.box(1)]), Cost)
    assert_type((client.box(1).cost().per_hour, client.cost().per_month), tuple[Decimal, Decimal])
    assert_type(Cost().capped, bool)
    assert_type(client.box(1), Box)
    assert_type(client.box(id="1"), Box)
    assert_type(client.delete_box("1"), bool)
    client.delete_box(id=1)
    assert_type(client.delete_box("1", missing_ok=True), bool)
    assert_type(client.ensure_box("web", 44, backupid="0123"), Box)
    client.ensure_box("web", plan, distribution=distribution, password="secret", use_sshkey=True, metadata=metadata)
    client.ensure_box(name="web", plan="44", distribution="x", max_wait=timedelta(minutes=2), poll_interval=0.5)
    assert_type(client.plans(), list[Plan])
    assert_type(client.plan("CloudLevel 1"), Plan)
    client.plan(id=44)
    assert_type(client.distributions(), list[Distribution])
    assert_type(client.distribution(id="centos_7_64bit"), Distribution)
    assert_type(client.create_box("web", 44, "0123"), Box)
    with_key = True
    client.create_box("web", plan, None, distribution, "secret", with_key, {"any": [1, None, {"x": True}]})
    client.create_box(
        name="web",
        plan="CloudLevel 1",
        backupid=None,
        distribution="centos_7_64bit",
        password=SecretStr("secret"),
        use_sshkey=False,
        metadata=metadata,
    )
    assert_type(Box.create(client, "web", 44, None, "centos_7_64bit", "secret", None, {}), Box)
    Box.create(api=client, name="web", plan=plan, backupid="0123", use_sshkey=True)


def fields(box: Box, plan: Plan, distribution: Distribution) -> None:
    assert_type(box.id, int)
    assert_type(box.name, str)
    assert_type(box.ips, Addresses)
    assert_type(box.ips.public + box.ips.private, list[str])
    assert_type(box.status, BoxStatus | str)
    assert_type(box.created, datetime)
    assert_type(box.runningSince, datetime | None)
    for flag in (box.recoverymodeActive, box.manualBackupRunning, box.isBeingCopied, box.running, box.ready):
        assert_type(flag, bool)
    assert_type(box.host, str | None)
    assert_type(box.plan, Plan)
    assert_type(box.metadata, dict[str, JsonValue] | None)
    assert_type(box.public_ips, list[str])
    assert_type(box.private_ips, list[str])
    assert_type(box.api, JiffyBox)
    assert_type(box.activeProfile, Profile | None)
    if box.activeProfile:
        assert_type(box.activeProfile.created, datetime)
        assert_type(box.activeProfile.rootdiskMode, str)
        disk = box.activeProfile.disks["xvda"]
        assert_type(disk, Disk)
        assert_type((disk.name, disk.filesystem, disk.sizeInMB), tuple[str, str, int])
        assert_type(disk.status, BoxStatus | str)
        assert_type(disk.distribution, str | None)
    assert_type((plan.id, plan.name, plan.diskSizeInMB, plan.ramInMB), tuple[int, str, int, int])
    assert_type((plan.pricePerHour, plan.pricePerHourFrozen), tuple[float, float])
    assert_type((plan.priceCap, plan.cpus), tuple[float | None, int | None])
    assert_type((distribution.id, distribution.name), tuple[str, str])
    assert_type((distribution.minDiskSizeMB, distribution.rootdiskMode), tuple[int, str])
    assert_type(distribution.defaultKernel, str)
    assert_type({box: 1, plan: 2, distribution: 3}[box], int)
    assert_type(copy.deepcopy(box), Box)
    base: BaseModel = box
    old: ApiBox = box
    use(base, old == box, box.model_dump(mode="json"), box.model_copy(update={"name": "x"}).name)


def verbs(box: Box, plan: Plan, metadata: Mapping[str, str | None]) -> None:
    assert_type(box.start(), Box)
    box.start(plan).start(44).start(plan="CloudLevel 1")
    assert_type(box.stop().pull_plug().freeze().refresh(), Box)
    assert_type(box.thaw(plan).change_plan("44"), Box)
    assert_type(box.duplicate("copy", plan, metadata=metadata), Box)
    assert_type(box.update_metadata({"gone": None, "kept": [1.5]}), Box)
    assert_type(box.delete(), bool)
    assert_type(box.delete(missing_ok=True), bool)
    assert_type(box.wait_for_status(), Box)
    box.wait_for_status("CHANGING PLAN").wait_until(lambda box: box.status == "MIGRATING")
    box.wait_for_status("READY", 60, 7).wait_for_status(BoxStatus.FROZEN, max_wait=timedelta(hours=1))
    box.wait_for_status(status="READY", max_wait=0.5, poll_interval=timedelta(seconds=1), progress=print)
    assert_type(box.wait_until(lambda found: found.running, 10, 1, progress=lambda found: found.status), Box)
    assert_type(box.wait_until_deleted(10, poll_interval=1, progress=print), None)


def records(json: dict[str, object], client: JiffyBox) -> None:
    assert_type(Box(json), Box)
    assert_type(Box(json, client, 7), Box)
    Box(json=json, api=client, id_="7")
    assert_type(Plan(json, api=client, id_=44), Plan)
    assert_type(Distribution(json, client, "centos_7_64bit"), Distribution)
    Distribution(json=json, id_=None)


def checks(payload: bytes | str | dict[str, JsonValue]) -> None:
    assert_type(validate(payload, Box), Box)
    assert_type(validate(payload, dict[str, Box]), dict[str, Box])
    assert_type(validate(payload, bool), bool)
    assert_type(validate(payload, Disk), Disk)
    assert_type(validate(payload, "box"), Box)
    assert_type(validate(payload, "boxes"), dict[str, Box])
    assert_type(validate(payload, "disk"), Disk)
    assert_type(validate(payload, "distribution"), Distribution)
    assert_type(validate(payload, "distributions"), dict[str, Distribution])
    assert_type(validate(payload, "done"), bool)
    assert_type(validate(payload, "envelope"), Envelope)
    assert_type(validate(payload, "message"), Message)
    assert_type(validate(payload, "plan"), Plan)
    assert_type(validate(payload, "plans"), dict[str, Plan])
    assert_type(validate(payload=payload, as_type="profile"), Profile)
    assert_type(validate(payload, Envelope).result, JsonValue)
    assert_type(schemas.load("box"), dict[str, JsonValue])
    assert_type(schemas.names(), list[str])
    assert_type(schemas.path("box"), Path)
    assert_type(schemas.bundle(), dict[str, JsonValue])
    assert_type(schemas.bundle("box"), dict[str, JsonValue])
    assert_type(schemas.bundle(plain=True), dict[str, JsonValue])
    assert_type(schemas.openapi(plain=True), dict[str, JsonValue])
    assert_type(schemas.openapi(), dict[str, JsonValue])
    assert_type(schemas.VERSION, str)
    assert_type(jiffybox_sdk.__version__, str)


def drift(client: JiffyBox, payload: bytes) -> None:
    assert_type(client.drift, Drift)
    own = Drift(max_entries=10)
    assert_type(own.check(payload, "box"), tuple[DriftEntry, ...])
    assert_type(own.add(client.drift.entries), tuple[DriftEntry, ...])
    own.check(payload, dict[str, Box])
    for entry in own.entries:
        assert_type((entry.model, entry.pointer, entry.rule, entry.count), tuple[str, str, str, int])
        assert_type((entry.expected, entry.found), tuple[str | None, str | None])
    assert_type(own.counts, dict[str, int])
    own.clear()
    assert_type((len(own), own.left_out), tuple[int, int])
    JiffyBox("token", drift="raise")


def emulators() -> None:
    policy: ClockPolicy = "manual"
    emulator = Emulator(policy, token="token")
    assert_type(emulator.client(timeout=None, retry=Retry()), JiffyBox)
    assert_type(emulator.clock, EmulatorClock)
    assert_type(emulator.advance(10), None)
    assert_type(emulator.run_until_idle(), None)
    assert_type(emulator.handle(ServiceRequest("GET", "/token/v1.0/plans")), ServiceResponse)
    JiffyBox("token", transport=Emulator("real", speed=12).transport(), clock=emulator.clock)


def failures(box: Box) -> None:
    try:
        box.start()
    except (JiffyTokenException, JiffyNotFoundException, JiffyLimitException) as refused:
        message: JiffyMessageException = refused
        assert_type(message.messages, tuple[Message, ...])
        assert_type((message.http_status, message.retry_after), tuple[int | None, float | None])
        assert_type((message.headers, message.hint), tuple[Headers, str | None])
        assert_type(message.operation, Operation | None)
    except JiffyAttributeException as broken:
        assert_type(broken.model, str)
        assert_type(broken.missing + broken.wrong, tuple[str, ...])
        assert_type(broken.payload, object)
        assert_type(broken.partial, Mapping[str, object])
        assert_type(broken.operation, Operation | None)
    except JiffyDriftException as new:
        assert_type((new.entries, new.operation), tuple[tuple[DriftEntry, ...], Operation])
        assert_type(new.result, object)
    except JiffyTransportException as lost:
        assert_type((lost.operation, lost.http_status, lost.transient), tuple[Operation, int | None, bool])
        assert_type((lost.operation.path, lost.operation.repeatable), tuple[str, bool])
        assert_type(lost.operation.call.name, CallName)
        assert_type((lost.retry_after, lost.headers), tuple[float | None, Headers])
    except JiffyOutcomeUnknownException as unknown:
        assert_type((unknown.operation, unknown.http_status), tuple[Operation, int | None])
    except JiffyTimeoutException as late:
        assert_type((late.box, late.record, late.retry_after), tuple[WaitedBox, Waited, float | None])
        timeout: TimeoutError = late
        waited: JiffyWaitException = late
        use(timeout, waited)
    except JiffyMismatchException as other_box:
        assert_type((other_box.box, other_box.box.name), tuple[WaitedBox, str])
        assert_type(other_box.differences, dict[str, tuple[object, object]])
    except JiffyArgumentException as wrong:
        value_error: ValueError = wrong
        use(value_error)
    except (JiffyDetachedException, EmulatorDefect) as other:
        root: JiffyException = other
        use(root)
    assert_type(box.status == "CHANGING PLAN", bool)
    assert_type(BoxStatus("READY") is box.status, bool)

"""Variations of the emulator: what stays the same, and that the SDK does not depend on what differs."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyArgumentException, JiffyBox, JiffyMessageException, PingCheck
from jiffybox_sdk.emulator import ServiceRequest, SweepResult, _demo as demo
from jiffybox_sdk.validation import Severity, check
from tests.support.accounts import SEED
from tests.support.asynchronous import run
from tests.support.calls import SAMPLES, answer_to
from tests.support.scripted import TOKEN, ask, unchecked
from tests.support.swept import RIGHT, WRONG

NUMBERS = range(20)

LISTS = ("jiffyBoxes", "backups", "ips", "contactGroups", "monitoring", "plans", "distributions", "doc")

Program = Callable[[JiffyBox], object] | Callable[[AsyncJiffyBox], Awaitable[object]]

each_number = pytest.mark.parametrize("number", NUMBERS)


def life(client: JiffyBox) -> None:
    """A program that depends only on what is documented or recorded."""
    web = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": "web"})
    db = client.create_box("db", 45, distribution="centos_7_64bit")
    with pytest.raises(JiffyMessageException, match="Der Name existiert bereits"):
        client.create_box("web", 44, distribution="centos_7_64bit")
    web, db = client.wait_for_all([web, db]).raise_for_missing().boxes
    assert (web.name, db.name) == ("web", "db")
    assert web.metadata == {"role": "web"}
    assert web.running
    group = client.create_contact_group("admins", ["admin@example.org"]).wait_until_ready()
    ping = PingCheck(name="ping", ip=web.public_ips[0], port=1, contactGroups=[group.id])
    monitored = client.create_check(ping).wait_until_ready()
    assert [told.id for told in monitored.contactGroups] == [group.id]
    assert monitored.id in client.check_results(web.public_ips[0])
    backups = web.backups()
    backups.switch_on(0, 1)
    backups.create_manual()
    assert backups.wait_for_manual().restore("manual")
    web = web.wait_for_status()
    if web.running:
        web = web.stop().wait_for_status()
    with pytest.raises(JiffyMessageException):
        web.pull_plug()
    web = web.freeze().wait_for_status("FROZEN").thaw("CloudLevel 2").wait_for_status()
    assert web.plan.name == "CloudLevel 2"
    assert {ip.box_id for ip in client.ips()} == {web.id, db.id}
    assert monitored.delete()
    monitored.wait_until_deleted()
    assert group.delete()
    group.wait_until_deleted()
    assert web.delete()
    web.wait_until_deleted()
    assert [box.name for box in client.boxes()] == ["db"]


async def life_async(client: AsyncJiffyBox) -> None:
    box = await client.create_box("web", 44, distribution="centos_7_64bit")
    box = await (await box.wait_for_status()).stop()
    box = await box.wait_for_status()
    group = await (await client.create_contact_group("admins", ["admin@example.org"])).wait_until_ready()
    assert await group.delete()
    await group.wait_until_deleted()
    assert await box.delete()
    await client.wait_until_all_deleted([box])
    assert await client.boxes() == []


@each_number
def test_a_program_that_depends_on_documented_and_recorded_facts_passes(number: int) -> None:
    emulator = Emulator(vary=number)
    with emulator.client() as client:
        life(client)
        assert set(client.drift.counts) <= {"unknown-field"}
    assert emulator.defects == []


@each_number
def test_an_async_program_passes(number: int) -> None:
    async def main() -> None:
        async with Emulator(vary=number).async_client() as client:
            await life_async(client)

    run(main, "trio")


@each_number
def test_the_demo_passes(number: int) -> None:
    out = io.StringIO()
    demo.run(out, Emulator(vary=number))
    assert "  gone\n" in out.getvalue()


@pytest.mark.parametrize("what", SAMPLES)
def test_each_call_is_answered_as_the_schemas_require(what: str) -> None:
    for number in NUMBERS:
        answer = answer_to(what, vary=number)
        checked = check(answer.result, answer.call.returns)
        assert {found.rule for found in checked.findings if found.severity != Severity.NOTE} <= {"unknown-field"}


def transcript(number: int | None) -> bytes:
    """Return all answers in an account with objects of every kind, after some calls and some time."""
    emulator = Emulator("manual", token=TOKEN, seed=SEED, vary=number)
    emulator.add_floating_ip(10001)
    requests = [
        ("POST", "jiffyBoxes", b'{"name":"new","planid":44,"distribution":"centos_7_64bit"}'),
        ("POST", "jiffyBoxes", b'{"name":"new"}'),
        ("POST", "contactGroups/2", b'{"contacts":["a@example.org"]}'),
        *(("GET", path, b"") for path in LISTS),
    ]
    answers: list[str] = []
    for seconds in (0, 10, 100):
        emulator.advance(seconds)
        answers += [
            repr(emulator.handle(ServiceRequest(verb, f"/{TOKEN}/v1.0/{path}", body))) for verb, path, body in requests
        ]
    return "\n".join(answers).encode()


def test_a_number_gives_the_same_answers_in_each_process_and_others_with_another_number() -> None:
    program = "from tests.unit.test_vary import digest; print(digest(7))"
    printed = {
        subprocess.run(  # noqa: S603 (our own command line)
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            cwd=Path(__file__).parents[2],
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {digest(7)}
    assert len({digest(number) for number in (None, *NUMBERS)}) == 21


def digest(number: int | None) -> str:
    return hashlib.sha256(transcript(number)).hexdigest()


def test_an_emulator_without_variation_loads_nothing_for_it() -> None:
    program = (
        "import sys; from jiffybox_sdk import Emulator\n"
        "with Emulator().client() as client: client.boxes()\n"
        "assert 'jiffybox_sdk.emulator._vary' not in sys.modules\n"
        "Emulator(vary=1)\n"
        "assert 'jiffybox_sdk.emulator._vary' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])  # noqa: S603


@pytest.mark.parametrize("number", [-1, 10**9, True, 1.0, "7", [1]])
def test_another_number_is_rejected(number: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^invalid vary .+: expected an integer from 0 to 999999999"):
        unchecked(Emulator)(vary=number)


def test_an_emulator_shows_its_number() -> None:
    assert repr(Emulator(vary=7)) == "<Emulator vary=7>"
    assert (Emulator(vary=7).vary, Emulator(vary=0).vary, Emulator().vary) == (7, 0, None)
    assert "vary" not in repr(Emulator())


def answers(emulator: Emulator) -> list[object]:
    return [ask(emulator, "GET", path) for path in LISTS]


def test_a_reset_starts_the_same_variation_again() -> None:
    emulator = Emulator("manual", token=TOKEN, seed=SEED, vary=7)
    before = answers(emulator)
    ask(emulator, "POST", "contactGroups", {"name": "new", "contacts": ["a@example.org"]})
    emulator.advance(100)
    assert answers(emulator) != before
    emulator.reset(SEED)
    assert (answers(emulator), emulator.vary) == (before, 7)


@pytest.mark.parametrize("other", [None, 7, 8])
def test_a_snapshot_fits_every_emulator(other: int | None) -> None:
    emulator = Emulator("manual", token=TOKEN, seed=SEED, vary=7)
    ask(emulator, "PUT", "jiffyBoxes/10001", {"status": "SHUTDOWN"})
    emulator.advance(10)
    snapshot, before = emulator.snapshot(), answers(emulator)
    emulator.run_until_idle()
    emulator.restore(snapshot)
    assert answers(emulator) == before
    copy = Emulator("manual", token=TOKEN, vary=other)
    copy.restore(snapshot)
    assert (answers(copy) == before) == (other == 7)
    copy.run_until_idle()
    assert copy.snapshot().state != snapshot.state
    Emulator("manual").restore(copy.snapshot())


@pytest.mark.parametrize("other", [None, 7, 8])
def test_a_state_file_fits_every_emulator(tmp_path: Path, other: int | None) -> None:
    state = tmp_path / "account.db"
    with Emulator("manual", token=TOKEN, state=state, seed=SEED, vary=7) as emulator:
        ask(emulator, "POST", "jiffyBoxes/10001", {"name": "copy", "planid": 44})
        emulator.advance(10)
        before = answers(emulator)
    with Emulator("manual", token=TOKEN, state=state, vary=other) as reopened:
        assert (answers(reopened) == before) == (other == 7)
        reopened.run_until_idle()
        with reopened.client() as client:
            assert client.create_box("another", 44, distribution="centos_7_64bit").id > 10001


def test_emulators_that_vary_and_others_never_assign_the_same_address(tmp_path: Path) -> None:
    state = tmp_path / "account.db"
    for number in (None, 1, 2, None, 1):
        with Emulator("manual", token=TOKEN, state=state, vary=number) as emulator, emulator.client() as client:
            for _ in range(5):
                box = client.create_box(f"box {len(client.boxes())}", 44, distribution="centos_7_64bit")
                emulator.add_floating_ip(box)
    with Emulator("manual", state=state) as emulator, emulator.client() as client:
        addresses = [ip.ip for ip in client.ips()]
    assert len(addresses) == len(set(addresses)) > 80


@each_number
def test_faults_change_answers_that_vary(number: int) -> None:
    emulator = Emulator("manual", token=TOKEN, seed=SEED, vary=number)
    emulator.add_fault("get_box", leave_out="plan.ramInMB")
    emulator.add_fault("list_plans", messages=["Wartung"])
    _, box = ask(emulator, "GET", "jiffyBoxes/10001")
    assert "ramInMB" not in str(box)
    assert ask(emulator, "GET", "plans") == (["Wartung"], False)
    assert emulator.never_triggered() == []
    assert emulator.journal()[0].result == box


def sweep_result(program: Program, number: int | None, jobs: int = 1) -> SweepResult:
    return Emulator(
        seed={"boxes": [{"name": "old", "planid": 44, "distribution": "centos_7_64bit"}]}, vary=number
    ).sweep(program, jobs=jobs)


@pytest.mark.parametrize("program", RIGHT, ids=lambda program: program.__name__)
def test_a_right_program_passes_a_sweep_in_some_variations(program: Program) -> None:
    for number in NUMBERS[:2]:
        result = sweep_result(program, number)
        assert result.failures == (), f"{number}: {result}"


@pytest.mark.parametrize("program", WRONG, ids=lambda program: program.__name__)
def test_a_wrong_program_fails_a_sweep_in_some_variations(program: Program) -> None:
    for number in NUMBERS[:2]:
        assert sweep_result(program, number).failures


def test_a_sweep_in_several_processes_has_the_same_variation() -> None:
    one, two = (sweep_result(WRONG[0], 7, jobs) for jobs in (1, 2))
    assert one == two


def test_a_copy_has_the_same_variation() -> None:
    emulator = Emulator("manual", token=TOKEN, seed=SEED, vary=7)
    copy = emulator.copy("manual")
    assert (copy.vary, answers(copy)) == (7, answers(emulator))
    assert list(copy.differences(emulator)) == []

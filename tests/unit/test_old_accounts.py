"""Seeds of old accounts: plans and distributions of their own, single IPv6 addresses, private reverse names."""

import json

import pytest

from jiffybox_sdk import Emulator, JiffyArgumentException, JiffyNotFoundException, Plan
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator import Snapshot
from tests.support.scripted import TOKEN, ask

PLAN: dict[str, object] = {
    "id": 20,
    "name": "CloudLevel 1 (Generation 3)",
    "diskSizeInMB": 51200,
    "ramInMB": 2048,
    "pricePerHour": 0.02,
    "pricePerHourFrozen": 0.005,
    "priceCap": 0,
}
WHEEZY = "Debian Wheezy (7) 64-Bit"
OLD: dict[str, object] = {
    "name": "old",
    "planid": "CloudLevel 1 (Generation 3)",
    "distribution": "debian_wheezy_64bit",
    "ips": [
        {"ip": "2001:0db8:1::7"},
        {"ip": "10.93.14.175", "type": "private", "reverseLookup": "old.example.net"},
    ],
}
SEED: dict[str, object] = {
    "plans": [PLAN],
    "distributions": {"debian_wheezy_64bit": {"name": WHEEZY}},
    "boxes": [OLD],
}


def test_plans_of_a_seed_are_listed_before_the_usual_ones() -> None:
    client = Emulator(seed=SEED).client()
    plans = client.plans()
    assert [plan.id for plan in plans] == [20, *range(44, 56)]
    assert (plans[0].priceCap, plans[0].cpus) == (0, None)
    assert client.plan("CloudLevel 1 (Generation 3)") == plans[0]
    assert client.plan(20) == plans[0]


def test_distributions_of_a_seed_have_the_usual_properties() -> None:
    client = Emulator(seed=SEED).client()
    distributions = {distribution.id: distribution for distribution in client.distributions()}
    wheezy = distributions["debian_wheezy_64bit"]
    assert (wheezy.name, wheezy.minDiskSizeMB, wheezy.rootdiskMode) == (WHEEZY, 2048, "ro")
    assert len(distributions) == 9
    assert client.distribution("debian_wheezy_64bit") == wheezy


def test_boxes_are_created_thawed_and_shown_with_them() -> None:
    emulator = Emulator(seed=SEED)
    client = emulator.client()
    [old] = client.boxes()
    assert old.plan.id == 20
    assert old.activeProfile is not None
    assert (old.activeProfile.disks["xvda"].name, old.activeProfile.disks["xvda"].sizeInMB) == (WHEEZY, 50688)
    new = client.create_box("new", 20, distribution="debian_wheezy_64bit").wait_for_status().stop().wait_for_status()
    assert new.freeze().wait_for_status("FROZEN").thaw(20).wait_for_status().plan == old.plan
    emulator.reset()
    with pytest.raises(JiffyNotFoundException):
        client.plan(20)


def test_a_box_has_single_ipv6_addresses_and_private_names() -> None:
    client = Emulator(seed=SEED).client()
    [old] = client.boxes()
    assert old.ips.public == ["198.18.39.17", "2001:db8:1::7"]
    assert old.ips.private == ["10.0.39.17", "10.93.14.175"]
    by_address = {ip.ip: ip for ip in old.list_ips()}
    single, private = by_address["2001:db8:1::7"], by_address["10.93.14.175"]
    assert (single.ipVersion, single.isSubnet, single.type, single.floating) == (6, False, "public", False)
    assert single.reverseLookup == "box10001.example.org"
    assert (private.ipVersion, private.type, private.reverseLookup) == (4, "private", "old.example.net")
    assert by_address["10.0.39.17"].reverseLookup == ""


def test_an_old_account_survives_a_snapshot() -> None:
    emulator, other = Emulator(seed=SEED), Emulator()
    other.restore(emulator.snapshot())
    assert other.client().boxes() == emulator.client().boxes()
    assert other.client().plans() == emulator.client().plans()
    assert other.client().ips() == emulator.client().ips()


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("plans", {"20": {**PLAN, "id": 21}}, "plan 20 is invalid, or has a wrong id"),
        ("plans", {"20": {"id": 20}}, "plan 20 is invalid, or has a wrong id"),
        ("plans", {}, "has a plan or a distribution that does not exist"),
        ("distributions", {"debian_wheezy_64bit": {}}, "distribution debian_wheezy_64bit is invalid"),
        ("distributions", {}, "has a plan or a distribution that does not exist"),
    ],
    ids=["wrong id", "broken plan", "no plan", "broken distribution", "no distribution"],
)
def test_a_snapshot_with_a_broken_catalogue_is_refused(place: str, value: object, problem: str) -> None:
    state = json.loads(Emulator(seed=SEED).snapshot().state)
    state["account"]["catalogue"]["0"][place] = value
    with pytest.raises(JiffyArgumentException, match=problem):
        Emulator().restore(Snapshot(json.dumps(state).encode()))


MISTAKES: dict[str, tuple[dict[str, object], str]] = {
    "a plan without a name": ({"plans": [{"id": 20}]}, r"plans\[0\]\.name is missing"),
    "a plan with a name twice": (
        {"plans": [PLAN, {**PLAN, "id": 21}]},
        r"plans\[1\]\.name: expected a name that no other plan has",
    ),
    "a plan with the name of another": (
        {"plans": [{**PLAN, "name": "CloudLevel 1"}]},
        r"plans\[0\]\.name: expected a name that no other plan has",
    ),
    "a plan with an unknown field": ({"plans": [{**PLAN, "cores": 1}]}, r"plans\[0\]\.cores: there is no such"),
    "a plan with a negative id": ({"plans": [{**PLAN, "id": -1}]}, r"plans\[0\]\.id: expected a positive id"),
    "a distribution without a name": ({"distributions": {"x": {}}}, r"distributions\.x\.name is missing"),
    "a distribution without a key": ({"distributions": {"": {"name": "X"}}}, "expected a key that is not empty"),
    "a distribution with an unknown field": (
        {"distributions": {"x": {"name": "X", "id": 1}}},
        r"distributions\.x\.id: there is no such field",
    ),
    "no address": ({**SEED, "boxes": [{**OLD, "ips": [{"ip": "nowhere"}]}]}, r"boxes\[0\]\.ips\[0\]\.ip: expected"),
    "a subnet": ({**SEED, "boxes": [{**OLD, "ips": [{"ip": "2001:db8::/64"}]}]}, r"\.ips\[0\]\.ip: expected"),
    "a zone": ({**SEED, "boxes": [{**OLD, "ips": [{"ip": "fe80::1%eth0"}]}]}, r"\.ips\[0\]\.ip: expected"),
    "an address of the emulator's": (
        {**SEED, "boxes": [{**OLD, "ips": [{"ip": "198.18.0.7"}]}]},
        r"\.ips\[0\]\.ip: expected an address outside of 198",
    ),
    "an address twice": (
        {**SEED, "boxes": [{**OLD, "ips": [{"ip": "2001:db8::7"}, {"ip": "2001:db8:0::7"}]}]},
        r"\.ips\[1\]\.ip: expected an address that no box has",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_in_old_accounts_are_located(case: str) -> None:
    seed, problem = MISTAKES[case]
    with pytest.raises(JiffyArgumentException, match=problem):
        Emulator(seed=seed)


def test_a_plan_may_replace_a_usual_one() -> None:
    emulator = Emulator(token=TOKEN, seed={"plans": [{**PLAN, "id": 44, "name": "CloudLevel 1", "cpus": None}]})
    _, plan = ask(emulator, "GET", "plans/44")
    assert is_map(plan)
    assert (plan["diskSizeInMB"], "cpus" in plan) == (51200, False)
    assert len(emulator.client().plans()) == 12
    assert isinstance(emulator.client().plan("CloudLevel 1"), Plan)

"""How a box is compared with one that is wanted."""

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Box, Distribution, Plan
from jiffybox_sdk._client.wanted_box import WantedBox
from tests.support.scripted import example

DISK: dict[str, JsonValue] = {"name": "a", "filesystem": "ext4", "sizeInMB": 1, "created": 1, "status": "READY"}


def box_with(**fields: JsonValue) -> Box:
    return Box({**example("box"), **fields})


def profile_with(*distributions: str) -> dict[str, JsonValue]:
    disks: dict[str, JsonValue] = {name: {**DISK, "distribution": name} for name in distributions}
    return {**example("profile"), "disks": {**disks, "swap": dict(DISK)}}


@pytest.mark.parametrize("plan", [44, "44", "CloudLevel 1", Plan(example("plan"))])
def test_a_plan_is_compared_by_id_or_name(plan: Plan | int | str) -> None:
    wanted = WantedBox("web", plan, None, None)
    assert wanted.differences(box_with(plan=example("plan"))) == {}
    other: dict[str, JsonValue] = {**example("plan"), "id": 45, "name": "CloudLevel 2"}
    assert wanted.differences(box_with(plan=other)).keys() == {"plan"}


def test_a_distribution_is_compared_if_it_is_shown() -> None:
    for distribution in ("a", Distribution(example("distribution"), id_="a")):
        wanted = WantedBox("web", 44, distribution, None)
        assert wanted.differences(box_with(activeProfile=profile_with("a"))) == {}
        assert wanted.differences(box_with(activeProfile=profile_with("b", "a"))) == {}
        assert wanted.differences(box_with(activeProfile=None)) == {}
        assert wanted.differences(box_with(activeProfile=profile_with())) == {}
        assert wanted.differences(box_with(activeProfile=profile_with("c", "b"))) == {"distribution": ("a", "b, c")}


VALUES: list[tuple[JsonValue, JsonValue, bool]] = [
    ("web", "web", True),
    ("web", "db", False),
    (None, None, True),
    (None, "web", False),
    ("web", None, False),
    (1, 1.0, True),
    (1, True, False),
    (False, 0, False),
    ({"a": [1, {}]}, {"a": [1, {}]}, True),
    ({"a": [1]}, {"a": [True]}, False),
    ({"a": 1}, {"a": 1, "b": 2}, False),
    ([1], [1, 2], False),
    ([], {}, False),
]


@pytest.mark.parametrize(("value", "current", "fits"), VALUES)
def test_metadata_is_compared_as_json(value: JsonValue, current: JsonValue, fits: bool) -> None:  # noqa: FBT001 (parametrized)
    wanted = WantedBox("web", 44, None, {"a.b": value})
    metadata: dict[str, JsonValue] = {"other": 1} if current is None else {"a.b": current, "other": 1}
    differences = {} if fits else {"metadata['a.b']": (value, current)}
    assert wanted.differences(box_with(metadata=metadata)) == differences


def test_a_box_without_metadata_lacks_each_name() -> None:
    assert WantedBox("web", 44, None, {"role": "web"}).differences(box_with(metadata=None)).keys() == {"metadata.role"}


@pytest.mark.parametrize(
    ("status", "shown", "pending"),
    [
        ("DELETING", ["a"], "its deletion"),
        ("CREATING", [], "its distribution"),
        ("THAWING", [], "its distribution"),
        ("MIGRATING", [], "its distribution"),
        ("CREATING", ["a"], None),
        ("READY", [], None),
        ("FROZEN", [], None),
        ("UPDATING", ["b"], None),
    ],
)
def test_a_box_is_pending_while_it_is_deleted_or_hides_its_distribution(
    status: str, shown: list[str], pending: str | None
) -> None:
    box = box_with(status=status, activeProfile=profile_with(*shown) if shown else None)
    assert WantedBox("web", 44, "a", None).pending(box) == pending
    assert WantedBox("web", 44, None, None).pending(box) == (pending if status == "DELETING" else None)
    if status != "DELETING":  # it differs anyway
        assert WantedBox("web", 45, "a", None).pending(box) is None


def test_a_box_that_stays_is_preferred_to_one_that_is_deleted() -> None:
    deleted, new, other = (
        box_with(id=number, name=name, status=status)
        for number, name, status in [(1, "web", "DELETING"), (2, "web", "CREATING"), (3, "Web", "READY")]
    )
    wanted = WantedBox("web", 44, None, None)
    assert wanted.find([deleted, other, new]) is new
    assert wanted.find([deleted, other]) is deleted
    assert wanted.find([other]) is None

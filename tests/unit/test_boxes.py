"""The lifecycle of a box."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from jiffybox_sdk import Box, BoxStatus, Distribution, Emulator, JiffyBox, Plan
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyDetachedException,
    JiffyMessageException,
    JiffyNotFoundException,
)
from tests.support.scripted import example


def test_a_new_box_is_creating_and_then_ready(client: JiffyBox) -> None:
    created = client.create_box("web", 44, distribution="debian_stretch_64bit", metadata={"a/b": [1, None, "ä"]})
    assert created.status is BoxStatus.CREATING
    assert created.metadata == {"a/b": [1, None, "ä"]}
    assert created.activeProfile is None
    ready = created.wait_for_status()
    assert ready.ready
    assert ready.running
    assert ready.metadata == {"a/b": [1, None, "ä"]}
    assert ready.activeProfile is not None
    assert ready.activeProfile.disks["xvda"].distribution == "debian_stretch_64bit"
    assert created.status == "CREATING"


def test_a_box_can_be_stopped_frozen_thawed_moved_started_and_deleted(box: Box, client: JiffyBox) -> None:
    stopped = box.stop()
    assert stopped.status == "UPDATING"
    stopped = stopped.wait_for_status()
    assert not stopped.running
    assert stopped.runningSince is None
    freezing = stopped.freeze()
    assert freezing.status == "FREEZING"
    frozen = freezing.wait_for_status("FROZEN")
    thawing = frozen.thaw(client.plan("CloudLevel 2"))
    assert thawing.status == "THAWING"
    thawed = thawing.wait_for_status()
    assert thawed.plan.id == 45
    changing = thawed.change_plan("46")
    assert changing.status is BoxStatus.CHANGING_PLAN
    changed = changing.wait_for_status()
    assert changed.plan.name == "CloudLevel 3"
    started = changed.start("CloudLevel 1 SSD").wait_for_status()
    assert started.running
    assert started.plan.id == 50
    unplugged = started.pull_plug().wait_for_status()
    assert not unplugged.running
    assert unplugged.delete() is True
    unplugged.wait_until_deleted()
    assert client.boxes() == []
    with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 10001"):
        unplugged.refresh()


def test_the_service_rejects_commands_not_the_record(box: Box) -> None:
    with pytest.raises(JiffyMessageException) as raised:
        box.start()
    assert raised.value.messages[0].type == "error"
    assert str(raised.value.operation) == f"PUT jiffyBoxes/{box.id}"
    stopped = box.stop().wait_for_status()
    stale = box
    assert stale.running
    assert stale.start().status == "UPDATING"
    assert not stopped.running


def test_a_duplicate_is_an_independent_box(box: Box, client: JiffyBox) -> None:
    duplicate = box.duplicate("web copy", 45, metadata={"copy": True})
    assert box.refresh().isBeingCopied
    duplicate = duplicate.wait_for_status()
    assert (duplicate.name, duplicate.plan.id, duplicate.metadata) == ("web copy", 45, {"copy": True})
    assert not box.refresh().isBeingCopied
    assert {each.id for each in client.boxes()} == {box.id, duplicate.id}


def test_metadata_is_set_kept_and_deleted_by_name(box: Box) -> None:
    changed = box.update_metadata({"role": None, "tags": ["a"], "nested": {"empty": {}, "list": []}})
    assert changed.metadata == {"tags": ["a"], "nested": {"empty": {}, "list": []}}
    assert changed.update_metadata({}).metadata == changed.metadata


def test_ids_may_be_integers_or_text(box: Box, client: JiffyBox) -> None:
    assert client.box(box.id) == client.box(str(box.id))
    assert client.plan(44) == client.plan("44") == client.plan("CloudLevel 1")


def test_a_box_can_be_deleted_by_its_id(box: Box, client: JiffyBox) -> None:
    box.pull_plug().wait_for_status()
    assert client.delete_box(str(box.id)) is True
    box.wait_until_deleted()
    assert client.boxes() == []


def test_distributions_have_their_id_from_both_calls(client: JiffyBox) -> None:
    listed = {distribution.id: distribution for distribution in client.distributions()}
    assert listed["centos_7_64bit"].minDiskSizeMB == 2560
    single = client.distribution("centos_7_64bit")
    assert single.id == "centos_7_64bit"
    assert single == listed["centos_7_64bit"]
    assert single != Distribution(single.model_dump(exclude={"id"}), None, "centos_6_0_64bit")
    assert pickle.loads(pickle.dumps(single)).id == "centos_7_64bit"  # noqa: S301
    created = client.create_box("by object", client.plans()[0], distribution=single).wait_for_status()
    assert created.activeProfile is not None
    assert created.activeProfile.disks["xvda"].distribution == "centos_7_64bit"


def test_plans_are_the_last_published_ones(client: JiffyBox) -> None:
    plans = {plan.name: plan for plan in client.plans()}
    assert len(plans) == 12
    largest = plans["CloudLevel 6 SSD"]
    assert (largest.id, largest.cpus, largest.ramInMB, largest.diskSizeInMB) == (55, 12, 32768, 512000)
    assert (largest.pricePerHour, largest.pricePerHourFrozen, largest.priceCap) == (0.23, 0.06, 149.99)


def test_times_are_aware_and_in_utc(box: Box) -> None:
    assert box.created == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert box.created.utcoffset() == timedelta(0)
    assert box.runningSince == box.created + timedelta(seconds=40)


def test_addresses_are_derived_from_ips(box: Box) -> None:
    assert box.public_ips == box.ips.public == ["198.18.39.17"]
    assert box.private_ips == box.ips.private == ["10.0.39.17"]


def test_records_are_immutable(box: Box) -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(box, "name", "other")  # noqa: B010


def test_records_compare_by_data_and_hash_by_type_and_id(box: Box, client: JiffyBox) -> None:
    again = box.refresh()
    assert again == box
    assert hash(again) == hash(box)
    assert hash(box.stop()) == hash(box)
    assert {box, again} == {box}
    assert hash(client.plan(44)) == hash(client.plan("CloudLevel 1")) != hash(client.plan(45))
    assert len({client.distribution("centos_7_64bit"), client.distribution("centos_6_0_64bit")}) == 2


def pickled(box: Box) -> Box:
    twin = pickle.loads(pickle.dumps(box))  # noqa: S301
    assert isinstance(twin, Box)
    return twin


COPIES: list[Callable[[Box], Box]] = [copy.copy, copy.deepcopy, Box.model_copy, pickled]


@pytest.mark.parametrize("copied", COPIES)
def test_copies_are_equal_and_have_no_client(box: Box, copied: Callable[[Box], Box]) -> None:
    twin = copied(box)
    assert twin == box
    assert twin.plan.name == "CloudLevel 1"
    with pytest.raises(JiffyDetachedException, match="has no client"):
        twin.start()
    assert box.api.box(box.id) == box


@pytest.mark.parametrize("name", ["_client", "api"])
def test_a_field_of_the_payload_is_not_taken_for_the_client(name: str) -> None:
    box = Box({**example("box"), name: {"send": 1}})
    with pytest.raises(JiffyDetachedException, match="has no client"):
        box.refresh()


def test_methods_of_a_record_without_a_client_raise() -> None:
    detached = Box(example("box"))
    assert detached.name == "web"
    for verb in (detached.start, detached.stop, detached.delete, detached.refresh, detached.wait_for_status):
        with pytest.raises(JiffyDetachedException, match="pass one as `api`"):
            verb()


def test_a_box_can_be_constructed_with_a_client_and_an_id(client: JiffyBox, box: Box) -> None:
    json = {name: value for name, value in example("box").items() if name != "id"}
    made = Box(json, client, str(box.id))
    assert made.id == box.id
    assert isinstance(made.plan, Plan)
    assert made.refresh() == box
    assert Box(example("box"), id_=7).id == 12345


def test_create_works_on_the_class_and_on_the_client(emulator: Emulator) -> None:
    with emulator.client() as client:
        one = Box.create(client, "one", 44, None, "debian_stretch_64bit", "secret", True, {"n": 1})  # noqa: FBT003
        two = client.create_box("two", 44, None, "debian_stretch_64bit", "secret", True, {"n": 1})  # noqa: FBT003
        same = {"name", "id", "ips", "host"}
        assert one.model_dump(exclude=same) == two.model_dump(exclude=same)


def test_the_service_rejects_unknown_objects_and_taken_names(client: JiffyBox, box: Box) -> None:
    with pytest.raises(JiffyMessageException, match=r"Der Name existiert bereits\."):
        client.create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyNotFoundException, match="Die Distribution nope existiert nicht"):
        client.create_box("other", 44, distribution="nope")
    with pytest.raises(JiffyNotFoundException, match="Der Tarif 99 existiert nicht"):
        box.duplicate("other", 99)
    with pytest.raises(JiffyNotFoundException):
        client.distribution("nope")
    with pytest.raises(JiffyNotFoundException):
        client.plan("No Such Level")
    with pytest.raises(JiffyNotFoundException):
        client.create_box("other", 44, backupid="0123456789abcdef0123456789abcdef")


def test_a_required_plan_is_not_omitted(box: Box) -> None:
    with pytest.raises(JiffyArgumentException, match="invalid plan None"):
        box.thaw(None)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

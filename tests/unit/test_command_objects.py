"""Commands for what belongs to boxes: backups, addresses and checks, and the service's documentation."""

import json

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli.options import FORMATS
from tests.support.shell import Shell

MODULES = ["Backups", "ContactGroups", "Distributions", "Doc", "Ips", "JiffyBoxes", "Monitoring", "Plans"]


@pytest.mark.parametrize("form", FORMATS)
def test_all_modules_of_the_documentation_are_shown_in_all_formats(at_work: Shell, form: str) -> None:
    assert at_work("doc", "list", "-q").lines == MODULES
    for module in MODULES:
        for chosen in ([], ["--sort", "-call"]):
            ran = at_work("doc", "show", module, "-o", form, *chosen)
            assert (ran.code, ran.err) == (0, "")
            assert ran.out


def test_the_parameters_of_a_call_are_listed_by_name(at_work: Shell) -> None:
    ran = at_work("doc", "show", "JiffyBoxes", "--columns", "verb,call,must")
    assert "POST\t/\tname, planid" in ran.lines


def test_a_column_with_records_in_it_is_json(at_work: Shell) -> None:
    ran = at_work("box", "show", "running", "--columns", "activeProfile.disks", "--no-header")
    disk = json.loads(ran.out)["xvda"]
    assert isinstance(disk["created"], int)
    assert disk["name"]


IMAGES = ["ubuntu_16_4_lts_64bit", "Ubuntu 16.04 LTS 64-Bit", "ubuntu 16.04 lts 64-bit"]


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("dry", [True, False])
def test_a_distribution_is_found_by_its_name(at_work: Shell, account: Emulator, image: str, dry: bool) -> None:  # noqa: FBT001 (a parameter)
    ran = at_work("box", "create", "new", "--plan", "CloudLevel 1", "--image", image, *["--dry-run"] * dry)
    assert ran.code == 0, ran.err
    if dry:
        assert json.loads(ran.lines[-1]) == {"name": "new", "planid": "CloudLevel 1", "distribution": IMAGES[0]}
    else:
        assert account.journal()[-1].body == {"name": "new", "planid": "CloudLevel 1", "distribution": IMAGES[0]}

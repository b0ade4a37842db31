"""Commands for what belongs to boxes: backups, addresses and checks, and the service's documentation."""

import json

import pytest

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

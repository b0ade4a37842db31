"""The documented API of the `jiffybox` library, version 0.11."""

import inspect

import pytest

from jiffybox_sdk import Emulator, api, exceptions
from tests.support import legacy_program
from tests.support.scripted import TOKEN, emulated


def test_a_program_of_2016_runs_with_only_its_imports_changed() -> None:
    with emulated(Emulator("instant", token=TOKEN)) as url:
        output = legacy_program.main(TOKEN, url)
    assert output == [
        "CloudLevel 1: 1 cpus, 2048 MB, 102400 MB disk, 0.02 / 0.005 / 12.99 EUR",
        "centos_6_0_64bit CentOS 6 64-Bit 2048 ro xen-pvops-x86_64",
        "first READY running=True ready=True",
        "second READY running=True ready=True",
        "created in 2023",
        "{'a': {'b': [1]}} on CloudLevel 1, ['xvda', 'xvdb']",
        "['198.18.39.17'] ['198.18.39.17'] ['10.0.39.17']",
        "refused: the service rejected PUT jiffyBoxes/10001: Die JiffyBox Nr. 10001 ist eingeschaltet.",
        "deleted: True True",
        "an attribute is missing",
        "by_hand by hand",
        "the service rejected GET jiffyBoxes/10001: Der Kunde Nr. 42 hat keine JiffyBox Nr. 10001.",
    ]


# The signatures in the documentation of 0.11. All parameters can still be passed by position and by name.
DOCUMENTED = {
    "JiffyBox": "api_key, api_url='https://api.jiffybox.de', api_version='v1.0'",
    "JiffyBox.boxes": "self",
    "JiffyBox.box": "self, id",
    "JiffyBox.delete_box": "self, id",
    "JiffyBox.distributions": "self",
    "JiffyBox.distribution": "self, id",
    "JiffyBox.plans": "self",
    "JiffyBox.plan": "self, id",
    "JiffyBox.create_box": "self, name, plan, backupid=None, distribution=None, password=None, use_sshkey=None,"
    " metadata=None",
    "Box": "json, api=None, id_=None",
    "Box.create": "api, name, plan, backupid=None, distribution=None, password=None, use_sshkey=None, metadata=None",
    "Box.start": "self",
    "Box.stop": "self",
    "Box.delete": "self",
    "Box.wait_for_status": "self, status='READY', max_wait=60, poll_interval=7",
    "Distribution": "json, api=None, id_=None",
    "Plan": "json, api=None, id_=None",
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_documented_signatures_are_kept(name: str) -> None:
    function: object = api
    for part in name.split("."):
        function = getattr(function, part)
    assert callable(function)
    parameters = inspect.signature(function).parameters.values()
    positional = [p.replace(annotation=p.empty) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    documented = DOCUMENTED[name].split(", ")
    assert [str(p) for p in positional][: len(documented)] == documented
    assert all(p.default is not p.empty for p in positional[len(documented) :])
    assert all(p.default is not p.empty for p in parameters if p.kind is p.KEYWORD_ONLY)


def test_the_documented_exceptions_exist() -> None:
    assert issubclass(exceptions.JiffyMessageException, exceptions.JiffyException)
    assert issubclass(exceptions.JiffyAttributeException, exceptions.JiffyException)

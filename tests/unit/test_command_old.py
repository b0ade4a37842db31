"""Compatibility with the command of 2016."""

import json

import pytest

from jiffybox_sdk import Emulator
from tests.support.accounts import SEED
from tests.support.scripted import TOKEN, emulated
from tests.support.shell import Shell

OLD = [
    ["box", "list"],
    ["box", "show", "10001"],
    ["box", "create", "new", "44", "centos_7_64bit", "--sshkey"],
    ["box", "create", "newer", "CloudLevel 1", "centos_7_64bit", "--no-sshkey"],
    ["box", "delete", "10002", "--no-confirm"],
    ["box", "delete", "10003", "--no-confirm", "--force"],
    ["distributions"],
    ["plans"],
]
"""The command lines of 2016 without options, which had to come first."""

OLD_OPTIONS = [
    [],
    ["-v"],
    ["--api-key", TOKEN],
    ["--output-format", "plain"],
    ["--output-format", "json"],
    ["--output-format", "json-pretty", "--pager"],
]


@pytest.mark.parametrize("options", OLD_OPTIONS, ids=" ".join)
def test_command_lines_of_2016_are_accepted(shell: Shell, options: list[str]) -> None:
    with emulated(Emulator("instant", token=TOKEN, seed=SEED)) as url:
        shell.at(url)
        for line in OLD:
            assert shell(*options, *line).code == 0


BOX_FIELDS = (
    "activeProfile", "created", "host", "id", "ips", "isBeingCopied", "manualBackupRunning", "metadata", "name", "plan",
    "recoverymodeActive", "running", "runningSince", "status",
)  # fmt: skip
OLD_FIELDS = [
    (["box", "show", "10001"], BOX_FIELDS),
    (["plans"], ("cpus", "diskSizeInMB", "id", "name", "priceCap", "pricePerHour", "pricePerHourFrozen", "ramInMB")),
    (["distributions"], ("defaultKernel", "id", "minDiskSizeMB", "name", "rootdiskMode")),
]


@pytest.mark.parametrize(("line", "fields"), OLD_FIELDS)
def test_fields_of_2016_are_printed(at_work: Shell, line: list[str], fields: tuple[str, ...]) -> None:
    data = json.loads(at_work("--output-format", "json", *line).lines[0])
    assert set(fields) <= data.keys()
    named = {text.strip().split(":")[0].split(".")[0] for text in at_work("--output-format", "plain", *line).lines}
    assert set(fields) <= named

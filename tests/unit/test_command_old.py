"""Compatibility with the command of 2016."""

import json
from collections.abc import Iterable

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
PLAN_FIELDS = (
    "cpus", "diskSizeInMB", "id", "name", "priceCap", "pricePerHour", "pricePerHourFrozen", "ramInMB",
)  # fmt: skip
OLD_FIELDS = [
    (["box", "list"], BOX_FIELDS),
    (["box", "show", "10001"], BOX_FIELDS),
    (["box", "create", "new", "44", "centos_7_64bit"], sorted({*BOX_FIELDS} - {"host", "metadata", "activeProfile"})),
    (["plans"], PLAN_FIELDS),
    (["distributions"], ("defaultKernel", "id", "minDiskSizeMB", "name", "rootdiskMode")),
]


@pytest.mark.parametrize(("line", "fields"), OLD_FIELDS, ids=str)
def test_fields_of_2016_are_printed(at_work: Shell, account: Emulator, line: list[str], fields: Iterable[str]) -> None:
    def output(form: str) -> str:
        account.reset(seed=SEED)
        ran = at_work("--output-format", form, *line)
        assert ran.code == 0
        return ran.out

    several = line[1:] not in (["show", "10001"], ["create", "new", "44", "centos_7_64bit"])
    document = json.loads(output("json"))
    assert isinstance(document, list) == several
    record = document[0] if several else document
    assert {*fields} - {"runningSince"} <= record.keys()
    assert json.loads(output("json-pretty")) == document
    assert [json.loads(text) for text in output("jsonl").splitlines()] == (document if several else [document])
    title, *lines = output("plain").splitlines()
    assert title == f"{record['name']} ({record['id']})"
    assert {*fields} <= {text.strip().split(":")[0].split(".")[0] for text in lines}


def test_the_words_of_2016_also_show_one_record(at_work: Shell) -> None:
    for old, new in (
        (["plans", "44"], ["plan", "show", "44"]),
        (["plans", "show", "CloudLevel 1"], ["plan", "show", "44"]),
        (["plans", "list"], ["plan", "list"]),
        (["plans", "--sort", "-id", "--columns", "id,name"], ["plan", "list", "--sort", "-id", "--columns", "id,name"]),
        (["-o", "json", "plans"], ["plan", "list", "-o", "json"]),
        (["plans", "-o", "json"], ["plan", "list", "-o", "json"]),
        (["distributions", "centos_7_64bit", "-q"], ["distribution", "show", "centos_7_64bit", "-q"]),
        (["docs"], ["doc", "list"]),
        (["docs", "Plans"], ["doc", "show", "Plans"]),
        (["monitoring", "list"], ["check", "list"]),
    ):
        assert at_work(*old) == at_work(*new)
        assert at_work(*old).code == 0


def test_the_words_of_2016_are_hidden(shell: Shell) -> None:
    listed = shell("--help").out
    assert "  plan  " in listed
    assert not [word for word in ("plans", "distributions", "docs", "monitoring") if f"  {word}  " in listed]
    usage = shell("plans", "--help").lines[0]
    assert (
        usage.replace("[COMMAND]", "COMMAND") == "Usage: jiffybox plans [OPTIONS] COMMAND [ARGS]..."
    )  # click 8.3, too

"""Scripts in the style of 2016, in the shell, Perl and Python, against the emulator on a socket."""

import subprocess
import sys
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator import TOKEN

SCRIPTS = Path(__file__).parents[1] / "support" / "old_scripts"
TAKEN, NO_BOX = "Der Name existiert bereits.", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."


@pytest.mark.parametrize(
    ("runner", "script", "printed", "keys"),
    [
        ("sh", "create.sh", [',"status":"CREATING"', f'"message":"{TAKEN}"', '"result":false'], [False, True]),
        ("perl", "create.pl", ["CREATING 1 host", NO_BOX], [True]),
        (sys.executable, "create.py", ['["CREATING", null, false]'], [True, True]),
    ],
    ids=["shell", "perl", "python"],
)
def test_old_scripts_run_as_they_are(
    served: tuple[Emulator, str], runner: str, script: str, printed: list[str], keys: list[bool]
) -> None:
    emulator, url = served
    emulator.reset()
    done = subprocess.run(  # noqa: S603 (our own command line)
        [runner, SCRIPTS / script, f"{url}/{TOKEN}/v1.0"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr, done.stdout.splitlines()) == (0, "", printed)
    bodies = [entry.body for entry in emulator.journal() if is_map(entry.body)]
    assert [body["use_sshkey"] for body in bodies] == keys

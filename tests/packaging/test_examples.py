"""The example programs: run, and swept."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from examples import deploy, naive_deploy
from jiffybox_sdk import Emulator, JiffyBox

EXAMPLES = Path(deploy.__file__).parent


def roles(emulator: Emulator) -> dict[str, object]:
    return {box.name: (box.metadata or {}).get("role") for box in emulator.client().boxes()}


@pytest.mark.parametrize("program", [deploy.deploy, naive_deploy.deploy], ids=["deploy", "naive_deploy"])
def test_a_deployment_creates_both_servers(program: Callable[[JiffyBox], None]) -> None:
    emulator = Emulator()
    program(emulator.client())
    assert roles(emulator) == {"web": "web", "db": "db"}


def test_a_lost_response_gives_a_server_the_wrong_role() -> None:
    [shortest, *_] = Emulator().sweep(naive_deploy.deploy).failures
    assert str(shortest).splitlines() == [
        "wrong success:",
        "",
        '    emulator.add_fault("create_box", skip=1, moment="after", drop=True)',
        "",
        "create_box, call 2 of 12: the call was executed, and its response was lost",
        """box 'web': metadata is {"role": "db"}, not {"role": "web"}""",
        """box 'db': metadata is {}, not {"role": "db"}""",
    ]


def test_ensure_box_passes_pairs_of_faults() -> None:  # all of them in `make stress`
    result = Emulator().sweep(deploy.deploy, depth=2, most=500, repeatable=True)
    assert result.failures == (), str(result)
    assert len(result.histories) == 9 * len(result.calls) + 500


@pytest.mark.parametrize("example", ["deploy", "naive_deploy"])
def test_the_command_in_its_docstring_works(example: str) -> None:
    module = {"deploy": deploy, "naive_deploy": naive_deploy}[example]
    [line] = [line.strip() for line in (module.__doc__ or "").splitlines() if "jiffybox sweep" in line]
    command = line.removeprefix("jiffybox ").replace("--depth 2", "--depth 2 --most 20").split()
    ran = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "jiffybox_sdk", *command],
        cwd=EXAMPLES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == (0 if example == "deploy" else 1), ran.stderr

"""The client `jiffybox` 0.11, unmodified and in an environment of its own, works against the emulator on a socket."""

import json
import subprocess
from pathlib import Path

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-2016" / "bin" / "python"


def test_it_does_all_that_it_can() -> None:
    assert PYTHON.exists(), "make test installs it"
    with running(Emulator("real", speed=1000)) as url:
        done = subprocess.run(  # noqa: S603 (our own command line)
            [PYTHON, ROOT / "tests" / "support" / "client_2016.py", url],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert "Die JiffyBox Nr. 10001 ist eingeschaltet." in told.pop("refused")
    assert told == {
        "plans": [f"CloudLevel {level}{kind}" for kind in ("", " SSD") for level in range(1, 7)],
        "plan": 2048,
        "named plan": 45,
        "distributions": 8,
        "distribution": "CentOS 7 64-Bit",
        "boxes before": [],
        "created": ["CREATING", "CREATING", True],
        "waited": True,
        "shown": ["web", True, ["198.18.39.17"], "ext4", True],
        "listed": ["db", "web"],
        "stopped": False,
        "started": True,
        "deleted": True,
        "left": ["db"],
    }

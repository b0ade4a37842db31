"""The unmodified `jiffybox` 0.11 client, in its own environment, against the emulator on a socket."""

import json
import subprocess
from pathlib import Path

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.environments import programs_of

ROOT = Path(__file__).parents[2]
PYTHON = programs_of(".venv-2016") / "python"


def test_all_its_calls_work() -> None:
    assert PYTHON.exists(), "run: make .venv-2016/.client"
    with running(Emulator("real", speed=1000)) as url:
        done = subprocess.run(  # noqa: S603 (our own command line)
            [PYTHON, ROOT / "tests" / "support" / "client_2016.py", url],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.stderr == ""
    seen = json.loads(done.stdout)
    assert "Die JiffyBox Nr. 10001 ist eingeschaltet." in seen.pop("refused")
    assert seen == {
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

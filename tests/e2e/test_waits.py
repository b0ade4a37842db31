"""Waits that another process goes on with."""

import os
import subprocess
import sys

from jiffybox_sdk import Emulator, JiffyBox
from tests.support.scripted import TOKEN, emulated

GO_ON = """
import sys
from jiffybox_sdk import JiffyBox
with JiffyBox.from_env() as client:
    box = client.wait_for_status(sys.argv[1], "READY", poll_interval=0.05)
print(box.id, box.status)
"""


def test_another_process_goes_on_with_a_wait_by_id() -> None:
    with emulated(Emulator("real", speed=1000, token=TOKEN)) as url:
        with JiffyBox(TOKEN, url) as client:
            number = client.create_box("web", 44, distribution="centos_7_64bit").id
        done = subprocess.run(  # noqa: S603 (our own command line)
            [sys.executable, "-c", GO_ON, str(number)],
            env={**os.environ, "JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.stderr, done.stdout.split()) == ("", [str(number), "READY"])

"""The main job in a dozen seconds: the life of a box on the emulated service, and what a broken payload gets."""

from typing import TextIO

from jiffybox_sdk.api.box import Box
from jiffybox_sdk.clock import Clock
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.validation import validate

SPEED = 12
"""How many seconds pass at the emulated service in one: about two minutes of work take about ten seconds."""

LOOK = 0.1
"""Seconds between two looks at a box."""


def run(out: TextIO, emulator: Emulator | None = None) -> None:
    """Runs the demo.

    Args:
        out: Where it is told.
        emulator: The service; one in real time, sped up, if not given.
    """
    emulator = emulator or Emulator("real", speed=SPEED)
    show = _Show(out, emulator.clock)
    with emulator.client() as client:
        show.says(f"A box is created on the emulated service, whose time runs {SPEED} times as fast:")
        box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": "web"})
        box = show.waits(box, "READY")
        show.table(box)
        show.says("It is stopped, frozen, thawed on a larger plan, and deleted:")
        box = show.waits(box.stop(), "READY")
        box = show.waits(box.freeze(), "FROZEN")
        box = show.waits(box.thaw("CloudLevel 2"), "READY")
        box.delete()
        box.wait_until_deleted(poll_interval=LOOK, progress=show.progress)
        show.ends("gone")
    payload = box.model_dump(mode="json", exclude_none=True)
    del payload["plan"]["ramInMB"]
    show.says("And this is what a payload gets of which a field is missing:")
    try:
        validate(payload, "box")
    except JiffyAttributeException as error:
        out.write(f"  {type(error).__name__}: {error}\n  missing: {', '.join(error.missing)}\n")


class _Show:
    """Tells what happens: states on a line each, with a running time on a terminal."""

    def __init__(self, out: TextIO, clock: Clock) -> None:
        self._out = out
        self._clock = clock
        self._status = ""
        self._since = 0.0

    def says(self, text: str) -> None:
        self._out.write(f"\n{text}\n")
        self._out.flush()

    def waits(self, box: Box, status: str) -> Box:
        """Waits for a box while showing its states, and returns it."""
        found = box.wait_for_status(status, poll_interval=LOOK, progress=self.progress)
        self.ends()
        return found

    def progress(self, box: Box) -> None:
        """Shows the state of a box that is being waited for."""
        if box.status != self._status:
            self.ends()
            self._status = box.status
            self._since = self._clock.monotonic()
            self._out.write(f"  {self._status}")
        elif self._out.isatty():
            self._out.write(f"\r  {self._status:15}{self._clock.monotonic() - self._since:4.1f} s")
        self._out.flush()

    def ends(self, status: str = "") -> None:
        """Ends the line of the last state, and shows one more if there is one."""
        if self._status:
            self._out.write("\n")
        self._status = ""
        if status:
            self._out.write(f"  {status}\n")
        self._out.flush()

    def table(self, box: Box) -> None:
        """Shows what came back."""
        root = box.activeProfile.disks["xvda"] if box.activeProfile else None
        rows = {
            "id": box.id,
            "name": box.name,
            "running since": f"{box.runningSince:%Y-%m-%d %H:%M:%S %Z}",
            "addresses": ", ".join(box.public_ips + box.private_ips),
            "plan": f"{box.plan.name}: {box.plan.cpus} cpu, {box.plan.ramInMB} MB, {box.plan.pricePerHour} EUR/h",
            "root disk": f"{root.name}, {root.sizeInMB} MB" if root else "-",
            "metadata": box.metadata,
        }
        self._out.write("\n")
        for name, value in rows.items():
            self._out.write(f"  {name:15}{value}\n")
        self._out.flush()

"""`jiffybox demo`: the life of a box on the emulated service, and the error for an invalid payload."""

from typing import TextIO

from jiffybox_sdk.api.box import Box
from jiffybox_sdk.clock import Clock
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.validation import validate

SPEED = 12
"""Seconds that pass at the service per second, so two minutes of work take ten seconds."""

POLL_INTERVAL = 0.1 * SPEED
"""Seconds at the service between two requests."""


def run(out: TextIO, emulator: Emulator | None = None) -> None:
    """Run the demo."""
    emulator = emulator or Emulator("real", speed=SPEED)
    printer = _Printer(out, emulator.clock)
    with emulator.client() as client:
        printer.heading(f"Create a box on the emulated service, whose time runs {SPEED} times as fast:")
        box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": "web"})
        box = printer.wait_for(box, BoxStatus.READY)
        printer.details(box)
        printer.heading("Stop it, freeze it, thaw it on a larger plan, and delete it:")
        box = printer.wait_for(box.stop(), BoxStatus.READY)
        box = printer.wait_for(box.freeze(), BoxStatus.FROZEN)
        box = printer.wait_for(box.thaw("CloudLevel 2"), BoxStatus.READY)
        box.delete()
        box.wait_until_deleted(poll_interval=POLL_INTERVAL, progress=printer.update)
        printer.end_line("gone")
    payload = box.model_dump(mode="json", exclude_none=True)
    del payload["plan"]["ramInMB"]
    printer.heading("Validate a payload that lacks a field:")
    try:
        validate(payload, "box")
    except JiffyAttributeException as error:
        out.write(f"  {type(error).__name__}: {error}\n  missing: {', '.join(error.missing)}\n")


class _Printer:
    """Writes each status on its own line, with its duration if the output is a terminal."""

    def __init__(self, out: TextIO, clock: Clock) -> None:
        self._out = out
        self._clock = clock
        self._status = ""
        self._since = 0.0

    def heading(self, text: str) -> None:
        self._out.write(f"\n{text}\n")
        self._out.flush()

    def wait_for(self, box: Box, status: BoxStatus) -> Box:
        """Wait for a box while showing its status."""
        box = box.wait_for_status(status, poll_interval=POLL_INTERVAL, progress=self.update)
        self.end_line()
        return box

    def update(self, box: Box) -> None:
        if box.status != self._status:
            self.end_line()
            self._status = box.status
            self._since = self._clock.monotonic()
            self._out.write(f"  {self._status}")
        elif self._out.isatty():
            self._out.write(f"\r  {self._status:15}{self._clock.monotonic() - self._since:4.1f} s")
        self._out.flush()

    def end_line(self, status: str = "") -> None:
        """End the line of the last status and add a final one, if given."""
        if self._status:
            self._out.write("\n")
        self._status = ""
        if status:
            self._out.write(f"  {status}\n")
        self._out.flush()

    def details(self, box: Box) -> None:
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

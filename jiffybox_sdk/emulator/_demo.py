"""`jiffybox demo`: the life of a box on the emulated service, and the error for an invalid payload."""

from typing import TextIO

from jiffybox_sdk.api.box import Box
from jiffybox_sdk.clock import Clock
from jiffybox_sdk.emulator._emulator import Emulator
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.validation._check import validate

SPEED = 12
"""Seconds that pass at the service per second, so two minutes of work take ten seconds."""

POLL_INTERVAL = 0.1 * SPEED
"""Seconds at the service between two requests."""


def run(out: TextIO, emulator: Emulator | None = None) -> None:
    """Run the demo."""
    emulator = emulator or Emulator("real", speed=SPEED)
    printer = _Printer(out, emulator.clock)
    with emulator.client() as client:
        printer.write(f"\nCreate a box on the emulated service, whose time runs {SPEED} times as fast:\n")
        box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit", metadata={"role": "web"})
        box = printer.wait_for(box, BoxStatus.READY)
        printer.write(f"\n{_details(box)}\nStop it, freeze it, thaw it on a larger plan, and delete it:\n")
        box = printer.wait_for(box.stop(), BoxStatus.READY)
        box = printer.wait_for(box.freeze(), BoxStatus.FROZEN)
        box = printer.wait_for(box.thaw("CloudLevel 2"), BoxStatus.READY)
        box.delete()
        box.wait_until_deleted(poll_interval=POLL_INTERVAL, progress=printer.update)
    payload = box.model_dump(mode="json", exclude_none=True)
    del payload["plan"]["ramInMB"]
    printer.write("\n  gone\n\nValidate a payload that lacks a field:\n")
    try:
        validate(payload, "box")
    except JiffyAttributeException as error:
        printer.write(f"  {type(error).__name__}: {error}\n  missing: {', '.join(error.missing)}\n")


class _Printer:
    """Writes each status on its own line, with its duration if the output is a terminal."""

    def __init__(self, out: TextIO, clock: Clock) -> None:
        self._out = out
        self._clock = clock
        self._status, self._since = "", 0.0

    def write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()

    def wait_for(self, box: Box, status: BoxStatus) -> Box:
        """Wait for a box while showing its status."""
        box = box.wait_for_status(status, poll_interval=POLL_INTERVAL, progress=self.update)
        self.write("\n")
        self._status = ""
        return box

    def update(self, box: Box) -> None:
        now = self._clock.monotonic()
        if box.status != self._status:
            self.write(f"\n  {box.status}" if self._status else f"  {box.status}")
            self._status, self._since = box.status, now
        elif self._out.isatty():
            self.write(f"\r  {self._status:15}{now - self._since:4.1f} s")


def _details(box: Box) -> str:
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
    return "".join(f"  {name:15}{value}\n" for name, value in rows.items())

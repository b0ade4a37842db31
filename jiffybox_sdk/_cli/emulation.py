"""The options of commands that run an emulator."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial, update_wrapper
from typing import Any

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk.emulator import TOKEN, Emulator
from jiffybox_sdk.emulator._clock import as_policy


class _ServerClock(click.Choice[str]):
    """The clocks that make sense for a server: time must pass for clients in other processes."""

    def __init__(self) -> None:
        super().__init__(("real", "manual"))

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("auto", "instant", "never"):
            self.fail(
                f"time would stand still under the clock {value!r}, which is for clients in the same process. Use real "
                "with --speed, such as --speed 100, or manual, which POST /__emulator__/clock advances.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@dataclass(frozen=True)
class EmulatorOptions:
    """The options described in `emulator_options`."""

    clock: str
    speed: float
    seed: str | None
    state: str | None
    lenient: bool
    vary: int | None
    token: str | None

    @property
    def key(self) -> str:
        """The token that the emulator accepts."""
        return TOKEN if self.token is None else self.token

    def emulator(self) -> Emulator:
        """Start the emulator."""
        rest = {name: value for name, value in vars(self).items() if name not in ("clock", "token")}
        return Emulator(as_policy(self.clock), token=self.key, **rest)


_file = partial(click.option, metavar="FILE", shell_complete=complete_files)

_OPTIONS = (
    click.option("--clock", type=_ServerClock(), default="real", show_default=True, help="Clock of the service."),
    click.option("--speed", type=float, default=1.0, show_default=True, help="Seconds at the service per second."),
    _file("--seed", help="Initial content of the account, as JSON."),
    _file("--state", help="File to keep the account in between runs."),
    click.option("--lenient", is_flag=True, help="Ignore unknown parameters in request bodies; do not reject them."),
    click.option("--vary", type=int, metavar="NUMBER", help="Vary behaviour that is not known for certain."),
    click.option("--token", help="Token that clients must use. Visible to others in the process list."),
)


def emulator_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options of an emulator to a command, which gets them as `EmulatorOptions`."""

    def wrapper(**values: Any) -> None:  # Any: the parameters of any command
        options = EmulatorOptions(**{option.name: values.pop(option.name) for option in fields(EmulatorOptions)})
        function(options, **values)

    decorated: Callable[..., None] = update_wrapper(wrapper, function)
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated

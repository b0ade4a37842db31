"""Programs for a sweep that are functions in files, and what they print."""

import asyncio
import importlib
import io
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from jiffybox_sdk.emulator._emulator import Emulator
from jiffybox_sdk.emulator._sweep import is_async
from jiffybox_sdk.exceptions import JiffyArgumentException


class _Output(io.BytesIO):
    """The output of a program. It stays open, because programs replace their standard streams, and so close them."""

    def close(self) -> None:
        """Do nothing."""


_OUTPUT = _Output()


@dataclass(frozen=True, slots=True)
class Program:
    """A function of a module, which processes import while output is captured, because log handlers keep streams."""

    module: str
    name: str

    def __call__(self, emulator: Emulator) -> None:
        """Run the program. Its output is kept until the next run."""
        with _captured():
            function: Callable[..., object] = getattr(importlib.import_module(self.module), self.name)
            if is_async(function):
                asyncio.run(_run_async(function, emulator))
            else:
                with emulator.client() as client:
                    function(client)


async def _run_async(function: Callable[..., Coroutine[object, None, object]], emulator: Emulator) -> None:
    async with emulator.async_client() as client:
        await function(client)


def output() -> str:
    """Return the text that the last run in this process wrote to the standard streams."""
    return _OUTPUT.getvalue().decode("utf-8", "backslashreplace").rstrip()


@contextmanager
def _captured() -> Generator[None]:
    _OUTPUT.seek(0)
    _OUTPUT.truncate()
    stream = io.TextIOWrapper(_OUTPUT, "utf-8", "backslashreplace", write_through=True)
    with redirect_stdout(stream), redirect_stderr(stream):
        yield


def load_program(program: str) -> Program:
    """Import the function that is given as FILE:FUNCTION."""
    file, _, name = program.rpartition(":")
    path = Path(file)
    if not file or not name.isidentifier() or path.suffix != ".py" or not path.stem.isidentifier():
        raise JiffyArgumentException(f"invalid program {program!r}: expected FILE:FUNCTION, such as deploy.py:deploy")
    if not path.is_file():
        raise JiffyArgumentException(f"invalid program {program!r}: there is no file {file!r}")
    # As `python FILE` does, so that further processes find it as well.
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        with _captured():
            module = importlib.import_module(path.stem)
    except Exception as error:  # whatever the user's file raises
        raise JiffyArgumentException(f"can't import {file!r}: {type(error).__name__}: {error}") from error
    if not module.__file__ or not path.samefile(module.__file__):
        raise JiffyArgumentException(f"can't import {file!r}: there is another module {path.stem}: rename the file")
    if not callable(getattr(module, name, None)):
        raise JiffyArgumentException(f"invalid program {program!r}: there is no function {name} in {file!r}")
    return Program(path.stem, name)

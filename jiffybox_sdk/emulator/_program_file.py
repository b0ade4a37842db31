"""Programs for a sweep that are functions in files."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

from jiffybox_sdk.exceptions import JiffyArgumentException


def load_program(program: str) -> Callable[..., object]:
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
        module = importlib.import_module(path.stem)
    except Exception as error:  # whatever the user's file raises
        raise JiffyArgumentException(f"can't import {file!r}: {type(error).__name__}: {error}") from error
    if not module.__file__ or not path.samefile(module.__file__):
        raise JiffyArgumentException(f"can't import {file!r}: there is another module {path.stem}: rename the file")
    function: object = getattr(module, name, None)
    if not callable(function):
        raise JiffyArgumentException(f"invalid program {program!r}: there is no function {name} in {file!r}")
    return function

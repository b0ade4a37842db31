"""Where a secret can be seen: in all that is logged, and in all that shows a value or an exception."""

import copy
import pickle
import traceback
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

import pytest

from jiffybox_sdk import JiffyAttributeException
from jiffybox_sdk._common.type_guards import is_map
from tests.support.scripted import PASSWORD, TOKEN

SECRETS = (TOKEN, PASSWORD)


def texts(thing: object, seen: dict[int, object] | None = None) -> Iterator[str]:
    """Yields all that shows a value: its own text, and that of what it holds, as far as that is ours or was raised."""
    seen = {} if seen is None else seen
    if id(thing) in seen:
        return
    seen[id(thing)] = thing  # kept, so that no other object gets its address meanwhile
    yield repr(thing)
    yield str(thing)
    held: list[object] = []
    if isinstance(thing, BaseException):
        yield from rendered(thing)
        held += [thing.__cause__, thing.__context__, thing.args, vars(thing)]
        held.append(getattr(thing, "exceptions", ()))  # of a group
    elif is_group(thing):
        held += thing
    elif is_map(thing):
        held += [*thing.keys(), *thing.values()]
    elif type(thing).__module__.startswith("jiffybox_sdk"):
        held += attributes(thing)
    if isinstance(thing, JiffyAttributeException):
        # The payload is handed out as it came, with passwords that it may hold. The token is never in it.
        held = [thing.__cause__, {name: value for name, value in vars(thing).items() if name != "payload"}]
        yield repr(thing.payload).replace(PASSWORD, "")
    for part in held:
        yield from texts(part, seen)


def is_group(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, list | tuple | set | frozenset)


def attributes(thing: object) -> Iterator[object]:
    """Yields the values of an object's attributes, private ones too. What is a SecretStr stays one."""
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        slots: str | Collection[str] = getattr(kind, "__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            yield getattr(thing, name, None)


def rendered(error: BaseException) -> Iterator[str]:
    """Yields the lines of a traceback that shows variables, as error trackers do, but for the frames of tests."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    others = [frame for frame in whole.stack if not Path(frame.filename).name.startswith("test_")]
    whole.stack = traceback.StackSummary.from_list(others)
    yield from whole.format(chain=False)


def pickled(thing: object) -> str:
    if isinstance(thing, JiffyAttributeException):
        thing = copy.copy(thing)
        thing.payload = None
    with suppress(TypeError, AttributeError, pickle.PicklingError):
        return pickle.dumps(thing).decode("latin-1")
    return ""


def logged(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    for record in caplog.records:
        yield record.getMessage()
        yield repr(vars(record))
        if record.exc_info:
            yield from texts(record.exc_info[1])


def sightings(caplog: pytest.LogCaptureFixture, *things: object) -> list[str]:
    """Returns every text in which a secret can be seen: in what was logged, and in what shows one of the things."""
    shown = [*logged(caplog), *texts(things), *(pickled(thing) for thing in things)]
    return [text for text in shown if any(secret in text for secret in SECRETS)]

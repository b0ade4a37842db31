"""Search for secrets in log records, exceptions, attributes, tracebacks and pickles."""

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


def texts(thing: object, visited: dict[int, object] | None = None) -> Iterator[str]:
    """Yield the texts of an object, and of all that exceptions, collections and objects of the SDK contain."""
    visited = {} if visited is None else visited
    if id(thing) in visited:
        return
    visited[id(thing)] = thing  # a reference, so that the id is not reused
    yield repr(thing)
    yield str(thing)
    parts: list[object] = []
    if isinstance(thing, BaseException):
        yield from rendered(thing)
        parts += [thing.__cause__, thing.__context__, thing.args, vars(thing)]
        parts.append(getattr(thing, "exceptions", ()))  # of an exception group
    elif is_collection(thing):
        parts += thing
    elif is_map(thing):
        parts += [*thing.keys(), *thing.values()]
    elif type(thing).__module__.startswith("jiffybox_sdk"):
        parts += attributes(thing)
    if isinstance(thing, JiffyAttributeException):
        # The payload is the unchanged response: it may contain a password, but never the token.
        parts = [thing.__cause__, {name: value for name, value in vars(thing).items() if name != "payload"}]
        yield repr(thing.payload).replace(PASSWORD, "")
    for part in parts:
        yield from texts(part, visited)


def is_collection(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, list | tuple | set | frozenset)


def attributes(thing: object) -> Iterator[object]:
    """Yield the values of an object's attributes, private ones included."""
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        slots: str | Collection[str] = getattr(kind, "__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            yield getattr(thing, name, None)


def rendered(error: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback with local variables, as error trackers show it, without the frames of tests."""
    full = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in full.stack if not Path(frame.filename).name.startswith("test_")]
    full.stack = traceback.StackSummary.from_list(frames)
    yield from full.format(chain=False)


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
    """Return every text with a secret: in log records, in the given objects, and in their pickles."""
    candidates = [*logged(caplog), *texts(things), *(pickled(thing) for thing in things)]
    return [text for text in candidates if any(secret in text for secret in SECRETS)]

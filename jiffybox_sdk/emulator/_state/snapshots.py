"""The state of an emulator as a value, as bytes, and as a file that survives a kill at any moment."""

import heapq
import os
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, ValidationError

from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator._request_body import from_json
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.invariants import contradictions
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyException
from jiffybox_sdk.models._fields import LAST_EPOCH
from jiffybox_sdk.models._reader import attribute_exception

VERSION: Final = 1
"""Of the form in which a state is kept. What older versions wrote is read for ever."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of an emulator at one moment; nothing that happens later changes it.

    Attributes:
        state: The account and the service's time, as JSON.
    """

    state: bytes

    def __repr__(self) -> str:
        return f"<Snapshot of {len(self.state)} bytes>"  # passwords of checks are in it


class _Kept(BaseModel, frozen=True, extra="forbid", hide_input_in_errors=True):
    """What stands in a file."""

    version: Literal[1]
    now: Annotated[float, Field(ge=0, le=LAST_EPOCH)]
    account: Account


def take(account: Account, now: float) -> Snapshot:
    """Returns the state of an account."""
    return Snapshot(_Kept(version=VERSION, now=now, account=account).model_dump_json().encode())


def read(content: bytes, name: str) -> tuple[Account, float]:
    """Returns an account and the time in it from what was kept of them.

    Args:
        content: What was kept.
        name: What it is called, for the message.

    Raises:
        JiffyArgumentException: it is broken, or was written by a newer version.
    """
    found = _read(content)
    problem = found if isinstance(found, str) else next(contradictions(found.account), None)
    if isinstance(found, str) or problem is not None:
        raise JiffyArgumentException(f"{name} is refused: {problem}")
    heapq.heapify(found.account.due)
    return found.account, found.now


def _read(content: bytes) -> "_Kept | str":
    """Returns what was kept, or what is wrong with it."""
    try:
        kept = from_json(content.decode())
    except ValueError as error:
        return f"it is no JSON: {error}"
    version = kept.get("version") if is_map(kept) else None
    if isinstance(version, int) and version > VERSION:
        return f"it was written by a newer version of the SDK (its form is {version}, and this one reads {VERSION})"
    try:
        return _Kept.model_validate(kept)
    except ValidationError as error:
        return str(attribute_exception(error, "state", kept))


class StateNotKept(JiffyException):
    """The state file can't be written: what was done is done, and will be gone with this emulator."""


class StateInUse(JiffyArgumentException):
    """Another emulator uses the state file."""


class StateFile:
    """A file that keeps a state. It is replaced as a whole, so that it is always either the old or the new one.

    Only one emulator may use it at a time, since two would overwrite what the other has done; a lock beside it sees to
    that, where the system has such locks, and ends with the process.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Takes the file for itself. It need not exist.

        Args:
            path: Where it is.

        Raises:
            JiffyArgumentException: it can't be used, or another emulator does.
        """
        self._shown = repr(os.fspath(path))
        try:
            self.path: Path = Path(path).resolve()  # one file, one lock, whatever leads there
            lock = _lock(self.path.with_name(f"{self.path.name}.lock"))
        except BlockingIOError:
            raise StateInUse(f"state file {self._shown} is refused: another emulator uses it") from None
        except OSError as error:
            raise JiffyArgumentException(f"state file {self._shown} is refused: {error.strerror}") from None
        except ValueError:  # a NUL byte, for example
            raise JiffyArgumentException(f"state file {self._shown} is refused: that is no path") from None
        self._let_go = weakref.finalize(self, os.close, lock)  # also where nobody closes it

    def load(self) -> tuple[Account, float] | None:
        """Returns what it holds; `None` when it does not exist yet.

        Raises:
            JiffyArgumentException: it can't be read, is broken, or was written by a newer version.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JiffyArgumentException(f"state file {self._shown} is refused: {error.strerror}") from None
        return read(content, f"state file {self._shown}")

    def save(self, snapshot: Snapshot) -> None:
        """Replaces what it holds; when this returns, a loss of power does not undo it.

        Raises:
            StateNotKept: it can't be written. What it held is still there.
        """
        # Always the same name, so that not more than one is left behind by those who were killed while they wrote it.
        new = self.path.with_name(f".{self.path.name}.new")
        try:
            new.unlink(missing_ok=True)
            # Others can't read it: passwords of checks are in it.
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(snapshot.state)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise StateNotKept(f"state file {self._shown} can't be written: {error.strerror}") from None

    def close(self) -> None:
        """Lets others use it."""
        self._let_go()


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        import fcntl  # noqa: PLC0415 (Windows has none)
    except ImportError:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _sync_folder(folder: Path) -> None:
    """Has a renaming kept by the disk, where the system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

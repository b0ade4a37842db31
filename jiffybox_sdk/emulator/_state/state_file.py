"""An emulator's state file, which stays consistent even if the process is killed."""

import os
import weakref
from contextlib import suppress
from pathlib import Path

from jiffybox_sdk.emulator._state import snapshots
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.snapshots import Snapshot
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException, JiffyException


class StateNotSaved(JiffyException):
    """The state file can't be written. The call was executed, but its effect only exists in memory."""


class StateInUse(JiffyArgumentException):
    """Another emulator is using the state file."""


class StateFile:
    """A state file. It is replaced as a whole, so that it always contains either the old or the new state.

    A lock file next to it keeps other emulators out on systems that support such locks. The lock ends with the process
    and its forked children.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Lock the file, which need not exist yet."""
        self._name = f"state file {os.fspath(path)!r}"
        try:
            self.path: Path = Path(path).resolve()  # the same file has the same lock, even through links
            lock = _lock(self.path.with_name(f"{self.path.name}.lock"))
        except BlockingIOError:
            raise StateInUse(f"{self._name} is in use by another emulator") from None
        except OSError as error:
            raise JiffyArgumentException(f"can't use {self._name}: {error.strerror}") from None
        except ValueError:  # a NUL character, for example
            raise JiffyArgumentException(f"can't use {self._name}: not a valid path") from None
        self._unlock = weakref.finalize(self, os.close, lock)
        self._process = os.getpid()

    @property
    def is_own(self) -> bool:
        """Whether this process opened the file, rather than inheriting it from its parent."""
        return os.getpid() == self._process

    def check_process(self) -> None:
        """Raise an exception if this process did not open the file, since its parent would overwrite the changes."""
        if not self.is_own:
            raise JiffyDetachedException(f"{self._name} belongs to another process: create an emulator of your own")

    def load(self) -> tuple[Account, float] | None:
        """Return the saved account and time, or `None` if the file does not exist."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JiffyArgumentException(f"can't read {self._name}: {error.strerror}") from None
        return snapshots.load(content, self._name)

    def save(self, snapshot: Snapshot) -> None:
        """Replace the content. Once this returns, the new one survives power loss; on failure, the old one remains."""
        # The name is always the same, so that killed writers leave at most one such file behind.
        new = self.path.with_name(f".{self.path.name}.new")
        try:
            new.unlink(missing_ok=True)
            # Private, because it contains the passwords of checks.
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(snapshot.state)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
            _sync_folder(self.path.parent)
        except OSError as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise StateNotSaved(f"can't write {self._name}: {error.strerror}") from None

    def close(self) -> None:
        """Unlock the file."""
        self._unlock()


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        import fcntl  # noqa: PLC0415 (not available on Windows)
    except ImportError:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _sync_folder(folder: Path) -> None:
    """Make a rename durable on systems that allow opening a folder."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""A state file: an SQLite database that keeps an account, for one or several processes.

Each object is a row with the revision of its last change. A process reads the rows that are newer than what it has, and
writes what it has changed, in one transaction for each call.
"""

import errno
import os
import sqlite3
import stat
import weakref
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

from pydantic_core import to_json

from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._state import snapshots
from jiffybox_sdk.emulator._state.account import Account, StateNotSaved
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException

_MOST_BYTES = 2**30
"""The largest state file. Accounts are limited by the number of addresses to less than that."""

_LOCK_TIMEOUT = 10.0
"""Seconds to wait for other processes that write."""

_REMEMBERED = 10_000
"""Revisions for which removed objects are remembered. An emulator that has missed more reads everything again."""

_APPLICATION = 0x4A427853
"""Marks a database as a state file: `PRAGMA application_id`."""

_SCHEMA = (
    "CREATE TABLE account (revision INTEGER NOT NULL, now REAL NOT NULL)",
    # The JSON of an object that was removed is NULL.
    """CREATE TABLE objects (
        name TEXT NOT NULL, id INTEGER NOT NULL, revision INTEGER NOT NULL, json TEXT, PRIMARY KEY (name, id)
    ) WITHOUT ROWID""",
    "CREATE INDEX newer ON objects (revision)",
    "CREATE INDEX removed ON objects (revision) WHERE json IS NULL",
    "INSERT INTO account VALUES (0, 0)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {snapshots.VERSION}",
)

_alone = RLock()
"""Held while a database is used, so that no fork copies it in the middle of a transaction."""

_stores = weakref.WeakSet["Store"]()


def _before_fork() -> None:
    # A child must not have a connection of its parent: at its exit, SQLite would delete the log that others write.
    _alone.acquire()
    for store in list(_stores):
        if store.is_open:
            store.disconnect()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_before_fork, after_in_parent=_alone.release, after_in_child=_alone.release)


class Store:
    """An account's state file. It is created with the first change."""

    def __init__(self, path: str | os.PathLike[str], account: Account, clock: EmulatorClock) -> None:
        """Read the file, if it exists, into the account.

        Args:
            path: The path of the file.
            account: The account to keep, and nothing but what was read or written by this store.
            clock: The clock of the service, whose time is kept as well.

        Raises:
            JiffyArgumentException: If this is not a state file, or can't be used.
        """
        self._name = f"state file {os.fspath(path)!r}"
        self._account = account
        self._clock = clock
        self._process = os.getpid()
        self._closed = False
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._exists = False
        self._revision = -1  # of the account in memory; -1 if it is not known
        self._now = 0.0  # the time in the file
        try:
            self._path = _checked(Path(path))
            with _alone:
                _stores.add(self)
                self._refresh()
        except (OSError, sqlite3.Error) as error:
            raise JiffyArgumentException(f"can't use {self._name}: {_reason(error)}") from None
        except StateNotSaved as error:
            raise JiffyArgumentException(str(error)) from None
        if self._exists:
            clock.set_time(self._now)

    @property
    def exists(self) -> bool:
        """Whether the file contained an account when it was last used."""
        return self._exists

    def refresh(self) -> None:
        """Read what other processes have changed.

        Raises:
            StateNotSaved: If the file can't be read.
            JiffyDetachedException: If the store is closed, or if another process created it.
        """
        self._check_usable()
        with _alone, self._errors():
            self._roll_back()
            self._refresh()

    def distrust(self) -> None:
        """Read everything the next time, because the account in memory may differ from the file."""
        self._revision = -1

    @contextmanager
    def transaction(self, *, save_time: bool = False) -> Generator[None]:
        """Read what other processes have changed, let the caller change the account, and write the changes.

        After that, they survive a loss of power. If an exception is raised, the file has not changed.

        Args:
            save_time: Whether to write the service's time even if nothing else has changed.

        Raises:
            StateNotSaved: If the file can't be read or written.
            JiffyDetachedException: If the store is closed, or if another process created it.
        """
        self._check_usable()
        with _alone:
            try:
                with self._errors():
                    self._begin()
                yield
                with self._errors():
                    if self._account.changes or save_time:
                        self._write(self._connected())
            finally:
                self._roll_back()

    @property
    def is_open(self) -> bool:
        """Whether this process created the store, rather than inheriting it from its parent, and has not closed it."""
        return os.getpid() == self._process and not self._closed

    def close(self) -> None:
        """Close the file. A forked child leaves its parent's alone."""
        if self.is_open:
            self._closed = True
            with _alone:
                self.disconnect()

    def disconnect(self) -> None:
        """Close the database until it is used again, unless this thread is in the middle of a transaction."""
        if self._connection and not self._connection.in_transaction:
            self._finalizer()
            self._connection = None

    def _roll_back(self) -> None:
        if self._connection and self._connection.in_transaction:
            self._connection.rollback()

    def _begin(self) -> None:
        self._roll_back()  # what an interrupt has left
        connection = self._connected()
        if not self._exists:
            self._refresh()
        if not self._exists:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        self._refresh()

    def _check_usable(self) -> None:
        if self._closed:
            raise JiffyDetachedException("the emulator is closed: its state file would not be updated")
        if not self.is_open:
            raise JiffyDetachedException(f"{self._name} belongs to another process: create an emulator of your own")

    @contextmanager
    def _errors(self) -> Generator[None]:
        """Translate the errors of the file."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StateNotSaved(f"can't use {self._name}: {_reason(error)}") from None

    def _connected(self) -> sqlite3.Connection:
        """Return the connection to the file, which is created if it does not exist."""
        if self._connection is None:
            with suppress(FileExistsError):  # private, because it contains the passwords of checks
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            connection = sqlite3.connect(
                self._path, timeout=_LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
            )
            self._finalizer = weakref.finalize(self, _close, connection)
            connection.execute("PRAGMA synchronous = FULL")
            self._file = _identity(self._path)
            self._connection = connection
        return self._connection

    def _refresh(self) -> None:
        if self._file and self._file != _identity(self._path):
            raise FileNotFoundError(errno.ENOENT, "it was removed or replaced")
        if self._connection is None and not self._path.exists():
            return
        connection = self._connected()
        try:
            if self._exists or self._is_state_file(connection):
                self._exists = True
                self._read_newer(connection)
        except JiffyArgumentException as error:
            raise StateNotSaved(str(error)) from None

    def _read_newer(self, connection: sqlite3.Connection) -> None:
        match connection.execute("SELECT revision, now FROM account").fetchall():
            case [(int() as revision, float() as now)]:
                if revision == self._revision:
                    return
            case _:
                raise JiffyArgumentException(f"invalid {self._name}: expected one row of numbers in account")
        if not connection.in_transaction:
            connection.execute("BEGIN")  # so that all that is read belongs together
            try:
                self._read_newer(connection)
            finally:
                connection.rollback()
            return
        known = self._revision if revision - _REMEMBERED <= self._revision <= revision else -1
        self._revision = -1  # until all is read
        self._read(connection, known, now)
        self._revision = revision

    def _is_state_file(self, connection: sqlite3.Connection) -> bool:
        """Return whether the file contains an account, rather than nothing."""
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            return False
        if connection.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
            raise JiffyArgumentException(f"invalid {self._name}: a database of another program")
        [version] = connection.execute("PRAGMA user_version").fetchone()
        snapshots.check_version(version, self._name)
        [problem] = connection.execute("PRAGMA quick_check(1)").fetchone()
        if problem != "ok":
            raise JiffyArgumentException(f"invalid {self._name}: {problem}")
        return True

    def _read(self, connection: sqlite3.Connection, known: int, now: float) -> None:
        """Read what is newer than a known revision, or everything."""
        rows = connection.execute(
            "SELECT name, id, json FROM objects WHERE revision > ? ORDER BY name, id", (known,)
        ).fetchall()
        newer: dict[str, list[str]] = {}
        for name, number, content in rows:
            if content is not None:
                newer.setdefault(name, []).append(f'"{number}":{content}')
        objects = ",".join(f'"{name}":{{{",".join(members)}}}' for name, members in newer.items())
        document = f'{{"version":{snapshots.VERSION},"now":{now!r},"account":{{{objects}}}}}'.encode()
        if known < 0:
            account, _ = snapshots.load(document, self._name)
            self._account.load(account.content())
        else:
            removed = [(name, number) for name, number, content in rows if content is None]
            self._account.update(snapshots.parse(document, self._name).account, removed)
        if now > self._clock.now() or now < self._now:  # another process is ahead, or has set the time back
            self._clock.set_time(now)
        self._now = now

    def _write(self, connection: sqlite3.Connection) -> None:
        changed: Iterable[tuple[str, int]] = self._account.changes
        if not self._exists:
            for statement in _SCHEMA:
                connection.execute(statement)
            changed = self._account.ids()
            self._revision = 0
        revision, now = self._revision + 1, self._clock.now()
        connection.executemany(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)",
            ((name, number, revision, self._json(name, number)) for name, number in changed),
        )
        connection.execute("DELETE FROM objects WHERE json IS NULL AND revision < ?", (revision - _REMEMBERED,))
        connection.execute("UPDATE account SET revision = ?, now = ?", (revision, now))
        connection.execute("COMMIT")
        self._revision, self._now, self._exists = revision, now, True

    def _json(self, name: str, number: int) -> str | None:
        item = self._account.get(name, number)
        return None if item is None else to_json(item).decode()


def _checked(path: Path) -> Path:
    """Return the path of a state file, without links, or raise an `OSError` if this can't be one."""
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "not a valid path")
    parent = path.parent.stat()
    try:
        info = path.stat()
    except FileNotFoundError:
        if not stat.S_ISDIR(parent.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
        accessed = path.parent
    else:
        if not stat.S_ISREG(info.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        if info.st_size > _MOST_BYTES:
            raise OSError(errno.EFBIG, f"larger than {_MOST_BYTES} bytes")
        accessed = path
    if not os.access(accessed, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return path.resolve()


def _close(connection: sqlite3.Connection) -> None:
    with _alone:
        connection.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return the device and inode of a file, or `None` if it does not exist."""
    try:
        info = path.stat()
    except FileNotFoundError:
        return None
    return info.st_dev, info.st_ino


def _reason(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_BUSY:
        return f"another process has locked it for {_LOCK_TIMEOUT:g} seconds"
    if code is None and isinstance(error, sqlite3.OperationalError):
        return "text that is not UTF-8"  # the error quotes it, and it may contain passwords
    return str(error)

"""Services and their tokens by name, in the user's configuration folder."""

import os
import re
import stat
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

import click
from pydantic import SecretStr

from jiffybox_sdk._client.settings import token_problem
from jiffybox_sdk._common.files import replace_file
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk._common.texts import printable
from jiffybox_sdk._common.type_guards import is_map

_FORM = (
    "expected a table [profiles.NAME] with api_key (and api_url) for each profile,"
    ' and optionally default = "NAME" above them'
)


class ConfigError(click.ClickException):
    """A profile is invalid, or no service is configured."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Service:
    """A service and the token for it."""

    url: str
    key: str = field(repr=False)
    profile: str | None = None

    @property
    def address(self) -> str:
        """The host, the port and the profile, for messages."""
        return urlsplit(self.url).netloc.rpartition("@")[2] + (f", profile {self.profile!r}" if self.profile else "")

    def checked(self, source: str) -> "Service":
        """Return the service, or raise an exception that names the token's source if the token is invalid."""
        if problem := token_problem(SecretStr(self.key)):
            raise ConfigError(f"{source}: {problem}")
        return self


class Profiles:
    """The profiles in the file, and the name of the default one. Neither need exist."""

    def __init__(self) -> None:
        import platformdirs

        self._file = platformdirs.user_config_path("jiffybox", appauthor=False) / "profiles.toml"
        self.place = f"profile file {printable(str(self._file))}"
        self._text = self._read()
        self.default, self.tables = self._parsed(self._text)

    def table(self, name: str) -> object:
        """Return the table of a profile."""
        if name not in self.tables:
            names = ", ".join(map(repr, self.tables)) or "none; jiffybox profile add NAME adds one"
            raise ConfigError(f"unknown profile {name!r}: {self.place} has {names}")
        return self.tables[name]

    def service(self, name: str | None = None) -> Service:
        """Return the service of a profile, or of the default one."""
        table, place = self.table(name or self.default), f"profile {name or self.default!r} in {self.place}"
        if not is_map(table):
            raise ConfigError(f"invalid {place}: expected a table with api_key (and api_url)")
        if unknown := table.keys() - {"api_key", "api_url"}:
            # Without their names, since a token may have been written as one.
            raise ConfigError(f"invalid {place}: expected api_key and api_url only, but it has {len(unknown)} more")
        key, url = table.get("api_key"), table.get("api_url", API_URL)
        for value, setting in ((key, "api_key"), (url, "api_url")):
            if not isinstance(value, str) or not value:
                raise ConfigError(f"invalid {place}: expected a string as {setting}")
        return Service(str(url), str(key), name or self.default).checked(place)

    def add(self, name: str, service: Service) -> None:
        """Add a profile. The first one becomes the default."""
        lines = f'[profiles.{name}]\napi_key = "{service.key}"\napi_url = "{service.url}"\n'
        table = {"api_key": service.key, "api_url": service.url}
        self._save(f"{self._text.rstrip()}\n\n{lines}".lstrip(), self.default, {**self.tables, name: table})
        if len(self.tables) == 1:
            self.use(name)

    def remove(self, name: str) -> None:
        """Remove a profile."""
        header = rf"""\s*\[\s*profiles\s*\.\s*["']?{re.escape(name)}["']?\s*\]"""
        text = "".join(part for part in _parts(self._text) if not re.match(header, part))
        self._save(text, self.default, {key: table for key, table in self.tables.items() if key != name})

    def use(self, name: str) -> None:
        """Make a profile the default one."""
        first, *rest = _parts(self._text)
        first = re.sub(r"(?m)^[ \t]*default[ \t]*=.*\n?", "", first) or "\n"
        self._save("".join([f'default = "{name}"\n', first, *rest]), name, self.tables)

    def _save(self, text: str, default: str, tables: dict[str, object]) -> None:
        """Replace the file in one step, unless its new text does not say what it should."""
        try:
            unchanged = self._parsed(text) == (default, tables)
        except ConfigError:
            unchanged = False
        if not unchanged:
            raise ConfigError(f"cannot change {self.place}: its form is unusual; edit it by hand")
        try:
            replace_file(self._file, text)
        except OSError as error:
            raise ConfigError(f"cannot write {self.place}: {error.strerror}") from None
        self._text, self.default, self.tables = text, default, tables

    def _parsed(self, text: str) -> tuple[str, dict[str, object]]:
        """Return the name of the default profile, and the profiles."""
        import tomllib

        try:
            document = tomllib.loads(text)
        except RecursionError:
            raise ConfigError(f"invalid {self.place}: it is nested too deeply") from None
        except ValueError as error:  # the rest of its message may quote a token
            position = re.search(r" \((at [^()]*)\)$", str(error))
            raise ConfigError(f"invalid {self.place}: not valid TOML{f', {position[1]}' if position else ''}") from None
        default, tables = document.get("default", "default"), document.get("profiles", {})
        if not is_map(tables) or not isinstance(default, str) or document.keys() - {"default", "profiles"}:
            raise ConfigError(f"invalid {self.place}: {_FORM}")
        return default, {str(name): table for name, table in tables.items()}

    def _read(self) -> str:
        """Return the content of a file that no other user can access, or nothing if there is none."""
        try:
            if not stat.S_ISREG(self._file.stat().st_mode):  # reading a pipe could block
                raise ConfigError(f"invalid {self.place}: expected a regular file")
            with self._file.open(encoding="utf-8") as opened:
                status = os.fstat(opened.fileno())
                if hasattr(os, "getuid"):  # on Windows, the user's folder is private
                    if status.st_uid != os.getuid():
                        raise ConfigError(f"insecure {self.place}: it belongs to another user")
                    if stat.S_IMODE(status.st_mode) & 0o077:
                        raise ConfigError(
                            f"insecure {self.place}: it has a token but is accessible to other users; run chmod 600"
                        )
                return opened.read()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ConfigError(f"cannot read {self.place}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigError(f"invalid {self.place}: not UTF-8 text") from None


def _parts(text: str) -> list[str]:
    """Return the text above the tables, and each table."""
    return re.split(r"(?m)^(?=[ \t]*\[)", text)

"""Services and their tokens by name, in the user's configuration folder."""

import os
import re
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import click
from pydantic import SecretStr

from jiffybox_sdk._client.settings import token_problem
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk._common.texts import printable
from jiffybox_sdk._common.type_guards import is_map


class ConfigurationError(click.ClickException):
    """A profile is invalid, or no service is configured."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Service:
    """A service and the token for it."""

    url: str
    key: str = field(repr=False)


def checked(service: Service, source: str) -> Service:
    """Return a service, or raise an exception if its token is invalid. Errors name the token's source."""
    if problem := token_problem(SecretStr(service.key)):
        raise ConfigurationError(f"{source}: {problem}")
    return service


def _path() -> Path:
    import platformdirs

    return platformdirs.user_config_path("jiffybox", appauthor=False) / "profiles.toml"


@dataclass(frozen=True)
class Profiles:
    """The profiles file as it is, or as it will be."""

    place: str
    text: str = ""
    default: str = "default"
    tables: "dict[str, object]" = field(default_factory=dict[str, object])
    exists: bool = True

    @classmethod
    def read(cls) -> "Profiles":
        """Return the file's content, which no other user can access."""
        import tomllib

        file = _path()
        place = f"profile file {printable(str(file))}"
        try:
            text = _read(file, place)
            document = tomllib.loads(text)
        except FileNotFoundError:
            return cls(place, exists=False)
        except OSError as error:
            raise ConfigurationError(f"cannot read {place}: {error.strerror}") from None
        except RecursionError:
            raise ConfigurationError(f"invalid {place}: it is nested too deeply") from None
        except ValueError as error:  # the rest of its message may quote a token
            position = re.search(r" \((at [^()]*)\)$", str(error))
            problem = "not valid TOML" if isinstance(error, tomllib.TOMLDecodeError) else "not UTF-8 text"
            raise ConfigurationError(f"invalid {place}: {problem}{f', {position[1]}' if position else ''}") from None
        default, tables = document.get("default", "default"), document.get("profiles", {})
        if not is_map(tables) or not isinstance(default, str) or document.keys() - {"default", "profiles"}:
            raise ConfigurationError(
                f"invalid {place}: expected a table [profiles.NAME] with api_key (and api_url) for each profile,"
                ' and optionally default = "NAME" above them'
            )
        return cls(place, text, default, {str(name): table for name, table in tables.items()})

    def table(self, name: str) -> object:
        """Return what the file says of a profile."""
        if name not in self.tables:
            names = ", ".join(map(repr, self.tables)) or "none; jiffybox profile add NAME adds one"
            raise ConfigurationError(f"unknown profile {name!r}: {self.place} has {names}")
        return self.tables[name]

    def service(self, name: str | None = None) -> Service:
        """Return the service of a profile, or of the default one."""
        selected = name or self.default
        place, table = f"profile {selected!r} in {self.place}", self.table(selected)
        if not is_map(table):
            raise ConfigurationError(f"invalid {place}: expected a table with api_key (and api_url)")
        if unknown := table.keys() - {"api_key", "api_url"}:
            # Without their names, since a token may have been written as one.
            raise ConfigurationError(
                f"invalid {place}: expected api_key and api_url only, but it has {len(unknown)} more"
            )
        key, url = table.get("api_key"), table.get("api_url", API_URL)
        for value, setting in ((key, "api_key"), (url, "api_url")):
            if not isinstance(value, str) or not value:
                raise ConfigurationError(f"invalid {place}: expected a string as {setting}")
        return checked(Service(str(url), str(key)), place)

    def add(self, name: str, service: Service) -> "Profiles":
        """Return the profiles with another one."""
        table = {"api_key": service.key, "api_url": service.url}
        lines = "".join(f'{setting} = "{value}"\n' for setting, value in table.items())
        text = f"{self.text.rstrip()}\n\n[profiles.{name}]\n{lines}".lstrip()
        return replace(self, text=text, tables={**self.tables, name: table})

    def remove(self, name: str) -> "Profiles":
        """Return the profiles without one."""
        header = rf"""\s*\[\s*profiles\s*\.\s*["']?{re.escape(name)}["']?\s*\]"""
        text = "".join(part for part in _parts(self.text) if not re.match(header, part))
        tables = {key: table for key, table in self.tables.items() if key != name}
        return replace(self, text=text, tables=tables)

    def use(self, name: str) -> "Profiles":
        """Return the profiles with another default one."""
        first, *rest = _parts(self.text)
        first = re.sub(r"(?m)^[ \t]*default[ \t]*=.*\n?", "", first)
        return replace(self, text="".join([f'default = "{name}"\n', first or "\n", *rest]), default=name)

    def save(self) -> None:
        """Replace the file in one step."""
        import tomllib
        from tempfile import NamedTemporaryFile

        try:
            document = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError:
            document = {}
        if (document.get("default", "default"), document.get("profiles", {})) != (self.default, self.tables):
            raise ConfigurationError(f"cannot change {self.place}: its form is unusual; edit it by hand")
        file = Path(os.path.realpath(_path()))
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as new:  # with mode 0600
                try:
                    new.write(self.text)
                    new.flush()
                    os.fsync(new.fileno())
                    new.close()
                    Path(new.name).replace(file)
                except BaseException:
                    Path(new.name).unlink()
                    raise
        except OSError as error:
            raise ConfigurationError(f"cannot write {self.place}: {error.strerror}") from None


def _parts(text: str) -> list[str]:
    """Return what is above the tables, and each table."""
    return re.split(r"(?m)^(?=[ \t]*\[)", text)


def _read(file: Path, place: str) -> str:
    """Return the content of a file that no other user can access."""
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe could block
        raise ConfigurationError(f"invalid {place}: expected a regular file")
    with file.open(encoding="utf-8") as opened:
        status = os.fstat(opened.fileno())
        if hasattr(os, "getuid"):  # on Windows, the user's folder is private
            if status.st_uid != os.getuid():
                raise ConfigurationError(f"insecure {place}: it belongs to another user")
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise ConfigurationError(
                    f"insecure {place}: it has a token but is accessible to other users; run chmod 600"
                )
        return opened.read()

"""The command's output: formats, tables and text. Each module is imported when it is first used."""

import typing as _typing

from jiffybox_sdk._lazy import lazy_names

if _typing.TYPE_CHECKING:
    from jiffybox_sdk._cli.output import (
        drift as drift,
        formats as formats,
        rows as rows,
        tables as tables,
        terminal as terminal,
    )
else:
    __all__, __getattr__, __dir__ = lazy_names(__name__, {}, "drift formats rows tables terminal")

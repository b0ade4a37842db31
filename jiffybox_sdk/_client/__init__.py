"""How calls are made, for both faces. No I/O outside `transport/`."""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk._client import polling as polling, wanted_box as wanted_box
else:
    from jiffybox_sdk._lazy import lazy_names

    _, __getattr__, __dir__ = lazy_names(__name__, {}, "polling wanted_box")  # loaded by the first wait
